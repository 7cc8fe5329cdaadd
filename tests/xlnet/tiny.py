"""A vocabulary with XLNet's special ids, a store, a batch and a model, each made in a moment."""

from __future__ import annotations

from functools import partial

import torch
from transformers import XLNetLMHeadModel

from tests.tiny import make_store
from variants.core.shape import Shape
from variants.core.task import Batch
from variants.core.tokenization import Vocabulary
from variants.xlnet.model import build
from variants.xlnet.objective import Example, collate, make_examples

VOCABULARY = Vocabulary(size=64, pad=4, unk=0, cls=5, sep=3, mask=6)
SPECIAL = 9  # ids below are special tokens
STARTS = [piece < SPECIAL or piece % 3 != 0 for piece in range(64)]  # every third piece continues a word
TINY = Shape(hidden_size=16, num_hidden_layers=3, num_attention_heads=2, intermediate_size=32)
STORE = make_store(
    [
        [[SPECIAL + (7 * d + 3 * s + t * t) % 55 for t in range(4 + (d + s) % 9)] for s in range(1 + d % 12)]
        for d in range(40)
    ]
)
make = partial(make_examples, vocabulary=VOCABULARY, starts=STARTS, seed=0)


def tiny_xlnet(seed: int = 0, *, spread: float = 0.0) -> XLNetLMHeadModel:
    """Return a random XLNet of three layers; ``spread`` makes what it sees matter more."""
    model = build(VOCABULARY.size, TINY, seed=seed)
    if spread:
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            for parameter in model.parameters():
                parameter.normal_(0, spread)
    return model


def every_example(window: int, copies: int = 1) -> list[Example]:
    """Return the sequences of all documents."""
    indices = range(len(STORE))
    return [e for i in indices for copy in range(copies) for e in make(STORE, i, copy=copy, max_length=window)]


def a_batch(number: int = 12, window: int = 32) -> Batch:
    """Return a batch of sequences of unlike lengths."""
    return collate(every_example(window)[:number], VOCABULARY)
