"""A store and a model, each made in a moment."""

from __future__ import annotations

from functools import cache, partial

from tests.tiny import SPECIAL, VOCABULARY, make_store
from variants.core.shape import Shape
from variants.spanbert.model import SpanBertForPreTraining, build
from variants.spanbert.objective import Example, make_examples

WINDOWS = [16, 32, 64, 128]
STARTS = [token % 3 != 0 for token in range(VOCABULARY.size)]  # every third piece continues a word
TINY = Shape(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32)
STORE = make_store(
    [
        [[SPECIAL + (7 * d + 3 * s + t) % 59 for t in range(4 + (d + s) % 9)] for s in range(1 + d % 12)]
        for d in range(40)
    ]
)
make = partial(make_examples, vocabulary=VOCABULARY, starts=STARTS, seed=0, rows=128)


@cache
def every_example(window: int, copies: int = 1) -> tuple[Example, ...]:
    """Return all windows of the store."""
    servings = [(index, copy) for index in range(len(STORE)) for copy in range(copies)]
    return tuple(e for index, copy in servings for e in make(STORE, index, copy=copy, max_length=window))


def tiny_spanbert(seed: int = 0) -> SpanBertForPreTraining:
    """Return a random SpanBERT of two layers."""
    return build(VOCABULARY.size, TINY, seed=seed)
