"""A store, a teacher and a thinner student, each made in a moment."""

from __future__ import annotations

from functools import partial

import torch
from transformers import BertForPreTraining, BertModel

from tests.tiny import SPECIAL, VOCABULARY, make_store
from variants.bert.model import build as build_bert
from variants.core.shape import Shape
from variants.core.task import Batch
from variants.tinybert.model import build
from variants.tinybert.objective import Example, collate, make_examples

THIN = Shape(hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16)
STORE = make_store(
    [
        [[SPECIAL + (7 * d + 3 * s + t) % 59 for t in range(4 + (d + s) % 9)] for s in range(1 + d % 12)]
        for d in range(40)
    ]
)
make = partial(make_examples, vocabulary=VOCABULARY, seed=0, rows=128)


def tiny_teacher(vocabulary_size: int = VOCABULARY.size, *, layers: int = 2, spread: float = 0.2) -> BertForPreTraining:
    """Return a random BERT whose heads prefer some tokens to others."""
    teacher = build_bert(
        vocabulary_size, hidden_size=16, num_hidden_layers=layers, num_attention_heads=2, intermediate_size=32
    )
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for name, parameter in teacher.named_parameters():
            if "LayerNorm" not in name:
                parameter.normal_(0, spread)
    return teacher.eval()


def tiny_student(seed: int = 0, vocabulary_size: int = VOCABULARY.size) -> BertModel:
    """Return a fresh student, half as wide as the teacher."""
    return build(vocabulary_size, THIN, seed=seed)


def every_example(window: int) -> list[Example]:
    """Return the sequences of all documents."""
    return [e for index in range(len(STORE)) for e in make(STORE, index, copy=0, max_length=window)]


def a_batch(number: int = 12, window: int = 32) -> Batch:
    """Return a batch of sequences of unlike lengths."""
    return collate(every_example(window)[:number], VOCABULARY)
