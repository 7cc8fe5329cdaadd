"""A store, a batch and a model, each made in a moment."""

from __future__ import annotations

from functools import partial

import torch

from tests.tiny import SPECIAL, VOCABULARY, make_store
from variants.core.shape import Shape
from variants.core.task import Batch
from variants.electra.model import Electra, build
from variants.electra.objective import Example, collate, make_examples

TINY = Shape(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
STORE = make_store(
    [
        [[SPECIAL + (7 * d + 3 * s + t) % 59 for t in range(4 + (d + s) % 9)] for s in range(1 + d % 12)]
        for d in range(40)
    ]
)
make = partial(make_examples, vocabulary=VOCABULARY, seed=0, rows=128)


def tiny_electra(seed: int = 0, *, spread: float = 0.0) -> Electra:
    """Return a random ELECTRA of two layers; ``spread`` makes it surer of what it says."""
    model = build(VOCABULARY.size, TINY, seed=seed)
    if spread:
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            for parameter in model.parameters():
                parameter.normal_(0, spread)
    return model


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
