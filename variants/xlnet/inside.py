"""Inside the two streams: what is computed at each level, with the shapes of the real tensors.

Yang et al., 2019, section 2.3 and Figure 1. The content stream starts from the tokens' embeddings. The
query stream starts from one learned vector, the same for every target; only its place, through the
distances in attention, makes one query differ from another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from variants.core.encoding import Encoded
from variants.core.inference import forward_pass
from variants.xlnet.demo import XLNet, batch_of
from variants.xlnet.factorization import Factorization

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Level:
    """The states after one layer; 0 is what the first layer reads. Shapes are (tokens, width)."""

    layer: int
    content: Shape
    query: Shape
    different_contents: int  # how many of the vectors differ from all others
    different_queries: int


@dataclass(frozen=True)
class TwoStreams:
    """One pass through both streams."""

    levels: tuple[Level, ...]
    perm_mask: Shape
    start: Shape  # of the learned vector
    logits: Shape  # (predicted tokens, vocabulary)
    starts_from_it: bool  # every query of level 0 is the learned vector


def walk_through(checkpoint: XLNet, encoded: Encoded, factorization: Factorization) -> TwoStreams:
    """Run the library's network once and look at its states."""
    batch = batch_of(encoded, [factorization])
    model: Any = checkpoint.model
    with forward_pass():
        output = model(**batch, output_hidden_states=True)
        states: tuple[Tensor, ...] = output.hidden_states  # content and query in turn, (1, tokens, width) each
        learned: Tensor = model.transformer.mask_emb[0, 0]
        levels = tuple(
            Level(layer, tuple(content[0].shape), tuple(query[0].shape), _different(content[0]), _different(query[0]))
            for layer, (content, query) in enumerate(zip(states[::2], states[1::2], strict=True))
        )
        starts_from_it = bool((states[1][0] == learned).all())
    return TwoStreams(
        levels,
        tuple(batch["perm_mask"][0].shape),
        tuple(learned.shape),
        tuple(output.logits[0].shape),
        starts_from_it,
    )


def _different(vectors: Tensor) -> int:
    return len(torch.unique(vectors.round(decimals=5), dim=0))
