"""The size that all our models share, so that what differs between two of them is the idea."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Depth and widths of an encoder."""

    hidden_size: int = 256
    num_hidden_layers: int = 4
    num_attention_heads: int = 4
    intermediate_size: int = 1024
    max_length: int = 128  # tokens, special ones included


SMALL = Shape()


def window_of(config: Any) -> int:
    """Return how many tokens, special ones included, a model reads, by its transformers configuration."""
    if config.model_type == "xlnet":  # its positions are relative and never end; this is what ours were trained on
        return SMALL.max_length
    if config.model_type == "roberta":  # no token uses the rows of the position table up to padding's
        return config.max_position_embeddings - config.pad_token_id - 1
    return config.max_position_embeddings
