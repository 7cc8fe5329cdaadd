"""Where the parameters went, and where the student's weights come from.

Sanh et al., 2019, section 3: half of the layers go, and with them the pooler and the segment table.
Popular accounts name the segment table first; it is two rows. Counted on the real classes of
transformers, on the meta device, where a weight has a shape and takes no memory. Heads are left out:
they belong to a task.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import cache

import torch
from torch import nn
from transformers import BertConfig, BertForPreTraining, BertModel, DistilBertModel

from variants.core.inference import forward_pass
from variants.core.shape import Shape
from variants.distilbert.demo import Lesson, Teacher, as_batch
from variants.distilbert.model import build, modules, start_from
from variants.distilbert.objective import student_logits, student_states, teacher_answers

BASE = Shape(
    hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072, max_length=512
)  # Devlin et al., 2018, section 3
BASE_VOCABULARY = 30_522  # bert-base-uncased
REFERENCE_LAYERS = (0, 2, 4, 7, 9, 11)  # of twelve, from 0: ``extract_distilbert.py`` of the reference code


@dataclass(frozen=True)
class Part:
    """A part of the teacher that the student does without."""

    name: str
    parameters: int


@dataclass(frozen=True)
class Waterfall:
    """From the teacher's count to the student's."""

    teacher: int
    removed: tuple[Part, ...]  # largest first
    student: int

    @property
    def share_removed(self) -> float:
        """Return how much smaller the student is, in [0, 1]."""
        return 1 - self.student / self.teacher


@dataclass(frozen=True)
class StepZero:
    """The student before it learned anything, beside its teacher cut to the same layers, on one text."""

    without_segments: float  # largest difference of a logit from the cut teacher with an empty segment table
    with_segments: float  # from the cut teacher as it is
    whole: float  # from the whole teacher


def count(module: nn.Module) -> int:
    """Count parameters; tied tensors count once."""
    return sum(parameter.numel() for parameter in module.parameters())


@cache
def waterfall(shape: Shape, vocabulary_size: int) -> Waterfall:
    """Count a BERT of this shape, its DistilBERT, and the parts that make the difference."""
    config = BertConfig(
        vocab_size=vocabulary_size,
        hidden_size=shape.hidden_size,
        num_hidden_layers=shape.num_hidden_layers,
        num_attention_heads=shape.num_attention_heads,
        intermediate_size=shape.intermediate_size,
        max_position_embeddings=shape.max_length,
    )
    with torch.device("meta"):
        bert, student = BertModel(config), build_encoder(vocabulary_size, shape)
    layers = bert.encoder.layer[len(student.transformer.layer) :]
    parts = (
        Part(f"{len(layers)} of {shape.num_hidden_layers} layers", count(nn.ModuleList(layers))),
        Part("pooler", count(bert.pooler) if bert.pooler else 0),
        Part("segment table", count(bert.embeddings.token_type_embeddings)),
    )
    return Waterfall(count(bert), parts, count(student))


def build_encoder(vocabulary_size: int, shape: Shape) -> DistilBertModel:
    """Return the student's network without its head."""
    return build(vocabulary_size, shape).distilbert


def layers_taken(layers: int) -> tuple[int, ...]:
    """Return which of its teacher's layers, from 0, a student of ``layers`` layers starts with, as ours does."""
    taken = {
        int(ours.split(".")[3]): int(theirs.split(".")[3])
        for ours, theirs in modules(layers).items()
        if ".layer." in ours
    }
    return tuple(taken[layer] for layer in range(layers))


def step_zero(teacher: Teacher, lesson: Lesson) -> StepZero:
    """Compare the logits of a fresh student with those of the teacher cut to its layers, at every token."""
    batch = as_batch(lesson.encoded)
    student = start_from(teacher.model).eval()
    cut = _cut(teacher)
    with forward_pass():
        ours = student_logits(student, student_states(student, batch))
        with_segments = teacher_answers(cut, batch)[1]
        cut.bert.embeddings.token_type_embeddings.weight.zero_()
        without_segments = teacher_answers(cut, batch)[1]
    whole = torch.from_numpy(lesson.teacher.logits)
    distances = (float((ours - theirs).abs().max()) for theirs in (without_segments, with_segments, whole))
    return StepZero(*distances)


def _cut(teacher: Teacher) -> BertForPreTraining:
    """Return a copy of the teacher with only those layers that a student starts with."""
    short = deepcopy(teacher.model)
    taken = layers_taken(short.config.num_hidden_layers // 2)
    short.bert.encoder.layer = nn.ModuleList([short.bert.encoder.layer[layer] for layer in taken])
    return short
