"""Which tokens DistilBERT hides: rather the rare ones.

The reference ``distiller.py`` draws tokens with a weight of count^-0.7, as XLM did (Lample and
Conneau, 2019, section 3.2): words like "the" fill the text and teach little. Its count is over the
whole batch, 15 % of all tokens rounded up; ours is over each sequence, so that a sequence does not
depend on what stands beside it. 80/10/10 and a new draw each time are as in RoBERTa.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Sequence

import numpy as np

from variants.core.masking import Masked, corrupt
from variants.core.token_store import TokenStore
from variants.core.tokenization import Vocabulary

SHARE = 0.15  # of the tokens, special ones counted
SMOOTHING = 0.7


class TokenWeights:
    """How readily each token of a store is chosen; a store is counted once."""

    def __init__(self, vocabulary_size: int) -> None:
        """Count nothing yet."""
        self.vocabulary_size = vocabulary_size
        self._last: tuple[TokenStore, list[float]] | None = None

    def of(self, store: TokenStore) -> list[float]:
        """Return the weight of every token, by id; a token that never occurs counts as if it did once."""
        if self._last is None or self._last[0] is not store:
            counts = np.bincount(store.tokens, minlength=self.vocabulary_size)
            self._last = store, (np.maximum(counts, 1) ** -SMOOTHING).tolist()
        return self._last[1]


def choose_rare(token_ids: Sequence[int], weights: Sequence[float], count: int, rng: random.Random) -> list[int]:
    """Draw ``count`` positions without replacement, each in proportion to its token's weight.

    Every position waits for a time that is exponential with its weight; the first to finish are chosen.
    """
    waiting = [rng.expovariate(weights[token_id]) for token_id in token_ids]
    return heapq.nsmallest(count, range(len(token_ids)), key=waiting.__getitem__)


def mask_rare(window: Sequence[int], weights: Sequence[float], vocabulary: Vocabulary, rng: random.Random) -> Masked:
    """Build ``[CLS] window [SEP]`` and hide tokens in it."""
    input_ids = [vocabulary.cls, *window, vocabulary.sep]
    chosen = choose_rare(window, weights, math.ceil(SHARE * len(input_ids)), rng)
    return corrupt(
        input_ids,
        [position + 1 for position in chosen],
        rng,
        mask_id=vocabulary.mask,
        vocabulary_size=vocabulary.size,
    )
