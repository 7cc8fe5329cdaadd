"""TinyBERT's general stage: copy the teacher's attention, hidden states and embeddings.

Jiao et al., 2019, section 3, equations 7 to 9, and the reference ``general_distill.py``. Student and
teacher read the same text, in which nothing is hidden, and nothing is predicted. Each layer's
attention scores are compared before the softmax; its hidden states, and the embeddings, through one
map from the student's width to the teacher's, which all layers share and which is thrown away after
training. Every loss has the weight 1, and those of the layers are added up.

One departure: the reference sets the scores of padding to zero and averages over them with the rest;
here padding is left out of all means, so that a text's loss does not depend on what it is batched with.

The task stage, with its loss on the teacher's predictions, is in ``task_stage``.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss
from transformers import BertForPreTraining, BertModel, PreTrainedTokenizerFast

from variants.core.packing import pack_sentences
from variants.core.padding import padded
from variants.core.positions import draw_offset
from variants.core.task import Batch, Task
from variants.core.teacher import Teacher, load_teacher
from variants.core.token_store import TokenStore
from variants.core.tokenization import Vocabulary, vocabulary_of
from variants.tinybert.insides import Insides, copied_from, look_inside
from variants.tinybert.layers import copied_layers
from variants.tinybert.model import build


@dataclass(frozen=True)
class Example:
    """One training sequence, as it stands."""

    input_ids: tuple[int, ...]
    offset: int = 0  # the row of the position table that the first token uses

    def __len__(self) -> int:
        """Return the number of tokens, special tokens included."""
        return len(self.input_ids)


def make_examples(
    store: TokenStore, index: int, *, copy: int, max_length: int, vocabulary: Vocabulary, seed: int, rows: int
) -> list[Example]:
    """Return the training sequences of one document: a pure function of its arguments.

    ``rows`` is the length of the position table.
    """
    rng = random.Random(f"{seed}-{copy}-{index}-{max_length}")
    return [
        Example((vocabulary.cls, *window, vocabulary.sep), draw_offset(max_length, rows, rng))
        for window in pack_sentences(store.document(index), max_length - 2)
    ]


def collate(examples: Sequence[Example], vocabulary: Vocabulary) -> Batch:
    """Pad examples to the longest and stack them: tensors of shape (batch, tokens)."""
    return {
        "input_ids": padded([e.input_ids for e in examples], vocabulary.pad),
        "position_ids": padded([range(e.offset, e.offset + len(e)) for e in examples], 0),
        "attention_mask": padded([(1,) * len(e) for e in examples], 0),
    }


class Objective(nn.Module):
    """The general stage's loss: attention, hidden states and embeddings, each with the weight 1."""

    def __init__(self, model: BertModel, teacher: BertForPreTraining, *, seed: int = 0) -> None:
        """Wrap the student, the teacher and the map between their widths, which starts from ``seed``."""
        super().__init__()
        self.model = model
        self.teacher = Teacher(teacher)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.widen = nn.Linear(model.config.hidden_size, teacher.config.hidden_size)
        if model.pooler is not None:
            model.pooler.requires_grad_(requires_grad=False)  # nothing here depends on it

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Return ``loss`` and its three parts."""
        student, teacher = self.both(batch)
        real = batch["attention_mask"].bool()
        found = layer_losses(student, teacher, self.widen, real)
        parts = {
            "attention_loss": torch.stack(found.attention).sum(),
            "hidden_loss": torch.stack(found.states[1:]).sum(),
            "embedding_loss": found.states[0],
        }
        return {
            "loss": torch.stack([*parts.values()]).sum(),
            **{name: loss.detach() for name, loss in parts.items()},
            "attention_count": pairs_of(real).sum(),
            "hidden_count": real.sum(),
            "embedding_count": real.sum(),
        }

    def both(self, batch: Batch) -> tuple[Insides, Insides]:
        """Return the student's insides, and those of the teacher's layers that they copy."""
        student = look_inside(self.model, batch)
        with torch.no_grad():
            teacher = look_inside(self.teacher.network.bert, batch)
        return student, copied_from(teacher, copied_layers("uniform", len(student.scores), len(teacher.scores)))


@dataclass(frozen=True)
class LayerLosses:
    """The mean squared errors that the student descends, layer by layer; each is a scalar."""

    attention: list[Tensor]  # of each layer's scores before the softmax, over heads and pairs of tokens
    states: list[Tensor]  # of the embeddings, then of each layer's hidden states, over tokens and the teacher's width


def layer_losses(student: Insides, teacher: Insides, widen: Callable[[Tensor], Tensor], real: Tensor) -> LayerLosses:
    """Compare a student with the layers that it copies, through the map ``widen`` between the widths.

    ``real`` is (batch, tokens) and says which tokens are no padding.
    """
    pairs = pairs_of(real)
    errors = [
        mse_loss(widen(ours[real]).float(), theirs[real].float())
        for ours, theirs in zip(student.states, teacher.states, strict=True)
    ]
    return LayerLosses([*map(partial(score_error, pairs), student.scores, teacher.scores)], errors)


def pairs_of(real: Tensor) -> Tensor:
    """Return which pairs of tokens are both no padding: (batch, tokens, tokens)."""
    return real[:, :, None] & real[:, None, :]


def score_error(pairs: Tensor, student: Tensor, teacher: Tensor) -> Tensor:
    """Return the mean squared error of one layer's scores, over heads and ``pairs`` of real tokens.

    ``pairs`` has the shape (batch, tokens, tokens), the scores have (batch, heads, tokens, tokens).
    """
    error = (student - teacher).square().mean(1)
    return torch.where(pairs, error, 0).sum() / pairs.sum()


def build_task(
    tokenizer: PreTrainedTokenizerFast,
    *,
    seed: int,
    model: BertModel | None = None,
    teacher: BertForPreTraining | None = None,
) -> Task:
    """Return a fresh TinyBERT, or ``model``, with everything that training and evaluation need.

    The teacher is the shipped BERT unless one is given.
    """
    vocabulary = vocabulary_of(tokenizer)
    model = model or build(vocabulary.size, seed=seed)
    return Task(
        model=model,
        objective=Objective(model, teacher or load_teacher(tokenizer), seed=seed),
        make_examples=partial(
            make_examples, vocabulary=vocabulary, seed=seed, rows=model.config.max_position_embeddings
        ),
        collate=partial(collate, vocabulary=vocabulary),
    )
