"""The networks that ship, each by its key, and made-up attentions of any size."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from variants import VARIANTS
from variants.core.attention import Attention, Network, find_network, networks_of
from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded

NETWORKS = networks_of(VARIANTS)
KEYS = [network.key for network in NETWORKS]
TEXT = "The old king died in the winter of that year."
SECOND = "He was very tired."


@cache
def opened(key: str, text: str = TEXT, second: str | None = None) -> tuple[Network, Checkpoint[Any], Attention]:
    """Return a shipped network, its checkpoint, and where it looks."""
    network = find_network(NETWORKS, key)
    checkpoint = network.load()
    return network, checkpoint, network.look(checkpoint, network.read(checkpoint, text, second), 3)


def made_up(
    layers: int, heads: int, tokens: int, *, width: int = 64, names: tuple[str, ...] = (), pair: int = 0
) -> Attention:
    """Return a random attention; ``pair`` tokens belong to a second text."""
    rng = np.random.default_rng(0)
    weights = rng.dirichlet(np.full(tokens, 0.1), (layers, heads, tokens)).astype(np.float32)
    vectors = rng.normal(size=(2, layers, heads, tokens, width)).astype(np.float32)
    words = names or ("[CLS]", *(f"word{place}" for place in range(tokens - 2)), "[SEP]")
    segments = (0,) * (tokens - pair) + (1,) * pair
    encoded = Encoded(tuple(range(tokens)), words, segments, (False,) * tokens)
    return Attention(encoded, weights, vectors[0], vectors[1], (True,) * tokens, (0,), (tokens - 1,), 0.0)
