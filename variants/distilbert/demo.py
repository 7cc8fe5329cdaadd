"""DistilBERT on a learner's text: teacher and student read the same hidden words.

Both run once, with the functions that training uses; what they say at every token is kept, so that a
temperature is arithmetic and no pass.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import torch
from torch import Tensor
from transformers import BertForPreTraining, DistilBertForMaskedLM

from variants.core.checkpoint import Checkpoint, load_checkpoint
from variants.core.encoding import Encoded, encode, mask_positions
from variants.core.errors import InputError
from variants.core.guesses import Floats
from variants.core.inference import forward_pass
from variants.core.masking import IGNORED
from variants.core.reading import hide
from variants.core.task import Batch
from variants.core.teacher import load_teacher
from variants.distilbert.model import load as load
from variants.distilbert.objective import student_logits, student_states, teacher_answers

DistilBert: TypeAlias = Checkpoint[DistilBertForMaskedLM]
Teacher: TypeAlias = Checkpoint[BertForPreTraining]
Who = Literal["teacher", "student"]


@dataclass(frozen=True, eq=False)
class Heard:
    """What one model said of a text."""

    states: Floats  # (tokens, hidden), of the last layer
    logits: Floats  # (tokens, vocabulary)
    seconds: float  # that the pass took, the head at every token included

    @property
    def parts(self) -> tuple[Tensor, Tensor]:
        """Return states and logits as tensors that share their memory."""
        return torch.from_numpy(self.states), torch.from_numpy(self.logits)


@dataclass(frozen=True, eq=False)
class Lesson:
    """One text, heard from the teacher and from the student."""

    encoded: Encoded  # as both read it
    original: Encoded  # before anything was hidden
    masks: tuple[int, ...]  # positions
    labels: tuple[int, ...]  # the hidden piece where it is known, IGNORED elsewhere
    teacher: Heard
    student: Heard

    def said_by(self, who: Who, position: int) -> Floats:
        """Return the logits of one of the two at a hidden place; raise InputError if it is not hidden."""
        if position not in self.masks:
            raise InputError(f"Token {position} is not hidden; click it to hide it.")
        return (self.teacher if who == "teacher" else self.student).logits[position]


def load_teacher_of(student: DistilBert) -> Teacher:
    """Return the teacher as a checkpoint; raise InputError where it reads another vocabulary."""
    load_teacher(student.tokenizer)
    return load_checkpoint(BertForPreTraining.from_pretrained, "bert")


def read(checkpoint: Checkpoint[Any], text: str) -> Encoded:
    """Tokenize a text; teacher and student share the vocabulary."""
    return encode(checkpoint.tokenizer, text, max_length=checkpoint.max_length)


def hear(teacher: Teacher, student: DistilBert, encoded: Encoded, masks: tuple[int, ...] = ()) -> Lesson:
    """Hide ``masks`` beside every [MASK] in the text, and run teacher and student once each."""
    hidden = hide(student, encoded, masks)
    batch = as_batch(hidden)

    def listen_to_student() -> tuple[Tensor, Tensor]:
        states = student_states(student.model, batch)
        return states, student_logits(student.model, states)

    places, mask = mask_positions(hidden, student.vocabulary.mask), student.vocabulary.mask
    known = {place for place in places if encoded.input_ids[place] != mask}
    return Lesson(
        encoded=hidden,
        original=encoded,
        masks=places,
        labels=tuple(token if place in known else IGNORED for place, token in enumerate(encoded.input_ids)),
        teacher=_heard(lambda: teacher_answers(teacher.model, batch)),
        student=_heard(listen_to_student),
    )


def as_batch(encoded: Encoded) -> Batch:
    """Return a text as the training batch that holds it alone: tensors of shape (1, tokens)."""
    input_ids = torch.tensor([encoded.input_ids])
    return {
        "input_ids": input_ids,
        "position_ids": torch.arange(len(encoded))[None],
        "attention_mask": torch.ones_like(input_ids),
    }


def _heard(listen: Callable[[], tuple[Tensor, Tensor]]) -> Heard:
    with forward_pass():
        started = time.perf_counter()
        states, logits = listen()
        seconds = time.perf_counter() - started
    return Heard(states.numpy(), logits.numpy(), seconds)
