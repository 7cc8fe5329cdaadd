"""The size that all our models share, so that what differs between two of them is the idea."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Depth and widths of an encoder."""

    hidden_size: int = 256
    num_hidden_layers: int = 4
    num_attention_heads: int = 4
    intermediate_size: int = 1024
    max_length: int = 128  # tokens, special ones included


SMALL = Shape()
