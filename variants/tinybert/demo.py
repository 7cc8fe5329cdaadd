"""TinyBERT on a learner's text: what happens inside teacher and student, side by side.

Both read the same text once, at one of two stages: the general TinyBERT beside our BERT, or, where
the task stage has run, the TinyBERT that learned a task beside the BERT that was fine-tuned on it.
The map between their widths belongs to training and is not kept; it is fitted anew, by least squares
on the site's sample text, as in ``evaluation``: the best that this student could have.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import torch
from torch import Tensor, nn
from transformers import BertForPreTraining, BertModel

from variants.core.checkpoint import Checkpoint, load_checkpoint
from variants.core.encoding import Encoded, encode
from variants.core.errors import InputError
from variants.core.inference import forward_pass
from variants.core.packing import pack_sentences
from variants.core.padding import padded
from variants.core.sample_store import sample_store
from variants.core.task import Batch
from variants.core.teacher import load_teacher
from variants.tinybert.evaluation import States, least_squares
from variants.tinybert.insides import Insides, copied_from, look_inside
from variants.tinybert.layers import Strategy, copied_layers
from variants.tinybert.model import load as load
from variants.tinybert.tasks import load_task, recorded

TinyBert: TypeAlias = Checkpoint[BertModel]
Widening: TypeAlias = nn.Linear  # from the student's width to the teacher's
Stage = Literal["general", "task"]
STAGES: tuple[Stage, ...] = get_args(Stage)
Who = Literal["teacher", "student"]

SEQUENCES, WINDOW = 64, 64  # of the sample text, to fit the map on
TOGETHER = 16  # sequences in one pass


@dataclass(frozen=True, eq=False)
class Pair:
    """A student and the teacher whose insides it copied, at one stage."""

    stage: Stage
    checkpoint: TinyBert  # gives the tokenizer and the window
    teacher: BertModel
    student: BertModel
    judges: tuple[nn.Linear, nn.Linear] | None = None  # teacher's and student's layer for the task's classes


@dataclass(frozen=True, eq=False)
class Seen:
    """What one of the two computed on its way."""

    insides: Insides  # a batch of one text
    logits: Tensor | None  # of the task's classes: (2,)
    seconds: float

    @property
    def depth(self) -> int:
        """Return the number of layers."""
        return len(self.insides.scores)


@dataclass(frozen=True, eq=False)
class Comparison:
    """One text, seen by teacher and student."""

    encoded: Encoded
    teacher: Seen
    student: Seen

    def seen_by(self, who: Who) -> Seen:
        """Return what one of the two saw."""
        return self.teacher if who == "teacher" else self.student

    def layers(self, strategy: Strategy = "uniform") -> tuple[int, ...]:
        """Return the teacher's layer for each of the student's, the embeddings first."""
        return copied_layers(strategy, self.student.depth, self.teacher.depth)


def stages_of(student: TinyBert) -> tuple[Stage, ...]:
    """Return the stages that can be shown: the task's only where it ran on the models that are here."""
    return STAGES if recorded(student.name) else STAGES[:1]


def load_pair(student: TinyBert, stage: Stage = "general") -> Pair:
    """Return a student with its teacher; raise InputError where there is none, or its heads do not match."""
    load_teacher(student.tokenizer)  # reads the same vocabulary
    teacher, model, judges = load_checkpoint(BertForPreTraining.from_pretrained, "bert").model.bert, student.model, None
    if teacher.config.num_attention_heads != model.config.num_attention_heads:
        raise InputError("A student copies its teacher's heads one by one: both must have as many in a layer.")
    if stage == "task":
        found = load_task(student)
        teacher, model = (_encoder(tuned.encoder) for tuned in (found.teacher, found.student))
        judges = found.teacher.head, found.student.head
    return Pair(stage, student, teacher, model, judges)


def _encoder(encoder: nn.Module) -> BertModel:
    assert isinstance(encoder, BertModel)
    return encoder


def read(student: TinyBert, text: str) -> Encoded:
    """Tokenize a text; teacher and student share the vocabulary."""
    return encode(student.tokenizer, text, max_length=student.max_length)


def compare(pair: Pair, encoded: Encoded) -> Comparison:
    """Let teacher and student read a text once each."""
    batch = as_batch(encoded)
    judges = pair.judges or (None, None)
    return Comparison(encoded, *(_seen(n, batch, j) for n, j in zip((pair.teacher, pair.student), judges, strict=True)))


def as_batch(encoded: Encoded) -> Batch:
    """Return a text as the training batch that holds it alone: tensors of shape (1, tokens)."""
    input_ids = torch.tensor([encoded.input_ids])
    return {
        "input_ids": input_ids,
        "position_ids": torch.arange(len(encoded))[None],
        "attention_mask": torch.ones_like(input_ids),
    }


def _seen(network: BertModel, batch: Batch, judge: nn.Linear | None) -> Seen:
    with forward_pass():
        started = time.perf_counter()
        insides = look_inside(network, batch)
        seconds = time.perf_counter() - started
        logits = judge(insides.states[-1][0, 0]) if judge else None
    return Seen(insides, logits, seconds)


def fit_width(pair: Pair, strategy: Strategy = "uniform") -> Widening:
    """Return the map from the student's width to the teacher's that is best on the sample text.

    One map serves the embeddings and every layer, as in training; which of the teacher's layers it
    leads to is for ``strategy`` to say.
    """
    layers = copied_layers(strategy, pair.student.config.num_hidden_layers, pair.teacher.config.num_hidden_layers)

    def both() -> Iterator[States]:
        for batch in sample_batches(pair.checkpoint):
            with forward_pass():
                student, teacher = (look_inside(network, batch) for network in (pair.student, pair.teacher))
            real = batch["attention_mask"].bool()
            copied = copied_from(teacher, layers)
            yield [states[real] for states in student.states], [states[real] for states in copied.states]

    return least_squares(both())


def sample_batches(student: TinyBert) -> Iterator[Batch]:
    """Yield the first sequences of the site's sample text in batches."""
    store, vocabulary = sample_store(student.tokenizer), student.vocabulary
    windows = (
        (vocabulary.cls, *window, vocabulary.sep)
        for index in range(len(store))
        for window in pack_sentences(store.document(index), min(WINDOW, student.max_length) - 2)
    )
    chosen = [window for window, _ in zip(windows, range(SEQUENCES), strict=False)]
    for start in range(0, len(chosen), TOGETHER):
        part = chosen[start : start + TOGETHER]
        yield {
            "input_ids": padded(part, vocabulary.pad),
            "position_ids": padded([range(len(window)) for window in part], 0),
            "attention_mask": padded([(1,) * len(window) for window in part], 0),
        }
