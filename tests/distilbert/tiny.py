"""A store, a teacher and its student, each made in a moment."""

from __future__ import annotations

from functools import partial

import torch
from transformers import BertForPreTraining

from tests.tiny import SPECIAL, VOCABULARY, make_store
from variants.bert.model import build as build_bert
from variants.core.task import Batch
from variants.distilbert.objective import Example, collate, make_examples
from variants.distilbert.rarity import TokenWeights

STORE = make_store(
    [
        [[SPECIAL + (7 * d + 3 * s + t) % 59 for t in range(4 + (d + s) % 9)] for s in range(1 + d % 12)]
        for d in range(40)
    ]
)
make = partial(make_examples, vocabulary=VOCABULARY, weights=TokenWeights(VOCABULARY.size), seed=0, rows=128)


def tiny_teacher(vocabulary_size: int = VOCABULARY.size, *, layers: int = 4, spread: float = 0.2) -> BertForPreTraining:
    """Return a random BERT that is sure of what it says."""
    teacher = build_bert(
        vocabulary_size, hidden_size=16, num_hidden_layers=layers, num_attention_heads=2, intermediate_size=32
    )
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for name, parameter in teacher.named_parameters():
            parameter.normal_(1 if name.endswith("LayerNorm.weight") else 0, spread)
    return teacher.eval()


def every_example(window: int, copies: int = 1) -> list[Example]:
    """Return the sequences of all documents."""
    return [
        e
        for index in range(len(STORE))
        for copy in range(copies)
        for e in make(STORE, index, copy=copy, max_length=window)
    ]


def a_batch(number: int = 12, window: int = 32) -> Batch:
    """Return a batch of sequences of unlike lengths."""
    return collate(every_example(window)[:number], VOCABULARY)
