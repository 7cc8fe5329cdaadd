"""Where the parameters went: from a BERT to a shallower and thinner one, counted on real networks.

Jiao et al., 2019, section 4.2: TinyBERT-4 has 4 layers of width 312 with a feed-forward width of
1,200, TinyBERT-6 has 6 layers as wide as its teacher's. Layers go first here, then width: what each
of the two saves depends on that order, what they save together does not. Counted on the class of
transformers, on the meta device, where a weight has a shape and takes no memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import torch
from torch import nn
from transformers import BertConfig, BertForPreTraining, BertModel

from variants.core.shape import SMALL, Shape
from variants.tinybert.model import TINY

BASE = Shape(
    hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072, max_length=512
)  # Devlin et al., 2018, section 3
FOUR = Shape(hidden_size=312, num_hidden_layers=4, num_attention_heads=12, intermediate_size=1200, max_length=512)
SIX = replace(BASE, num_hidden_layers=6)
BASE_VOCABULARY = 30_522  # bert-base-uncased


@dataclass(frozen=True)
class Size:
    """A student beside its teacher."""

    name: str
    student: Shape
    teacher: Shape


SIZES = {
    "four": Size("TinyBERT-4", FOUR, BASE),
    "six": Size("TinyBERT-6", SIX, BASE),
    "ours": Size("our models", TINY, SMALL),
}


@dataclass(frozen=True)
class Counted:
    """From the teacher's count to the student's, without the heads of a task."""

    teacher: int
    removed: dict[str, int]  # what went -> parameters, in the order in which it is taken away
    student: int
    widening: int  # the map between the widths, which training needs and nobody ships
    with_heads: int  # the student with the heads of BERT's pre-training, as published counts have them

    @property
    def student_is_thinner(self) -> bool:
        """Say whether more went than layers."""
        return len(self.removed) > 1

    def rounds_to(self, millions: float) -> bool:
        """Say whether the student's own count, without heads, is a printed one."""
        return f"{self.student / 1e6:.1f}" == f"{millions:.1f}"

    @property
    def share_removed(self) -> float:
        """Return how much smaller the student is, in [0, 1]."""
        return 1 - self.student / self.teacher


@cache
def count(size: str, our_vocabulary: int) -> Counted:
    """Count a pair of :data:`SIZES`; ``our_vocabulary`` is that of our own models."""
    pair = SIZES[size]
    vocabulary = our_vocabulary if size == "ours" else BASE_VOCABULARY
    teacher, student = build_empty(pair.teacher, vocabulary), build_empty(pair.student, vocabulary)
    shallow = build_empty(replace(pair.teacher, num_hidden_layers=pair.student.num_hidden_layers), vocabulary)
    layers = (pair.teacher.num_hidden_layers, pair.student.num_hidden_layers)
    removed = {f"{layers[0] - layers[1]} of {layers[0]} layers": parameters(teacher) - parameters(shallow)}
    removed |= {
        name: parameters(getattr(shallow, part)) - parameters(getattr(student, part))
        for name, part in (
            ("narrower embeddings", "embeddings"),
            ("narrower layers", "encoder"),
            ("narrower pooler", "pooler"),
        )
    }
    with torch.device("meta"):
        widening = nn.Linear(pair.student.hidden_size, pair.teacher.hidden_size)
        with_heads = BertForPreTraining(student.config)
    return Counted(
        parameters(teacher),
        {name: went for name, went in removed.items() if went},
        parameters(student),
        parameters(widening),
        parameters(with_heads),
    )


def build_empty(shape: Shape, vocabulary: int) -> BertModel:
    """Return a BERT whose weights have shapes and no memory."""
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=shape.hidden_size,
        num_hidden_layers=shape.num_hidden_layers,
        num_attention_heads=shape.num_attention_heads,
        intermediate_size=shape.intermediate_size,
        max_position_embeddings=shape.max_length,
    )
    with torch.device("meta"):
        return BertModel(config)


def parameters(module: nn.Module) -> int:
    """Count parameters; tied tensors count once."""
    return sum(parameter.numel() for parameter in module.parameters())
