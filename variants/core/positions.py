"""The position table: how it starts, and which rows a short window uses.

Learned positions are a table of vectors, one a place (Devlin et al., 2018, section 3). Short windows
use the first rows only, and each time the window grows the new rows know nothing: the loss jumps,
and millions of tokens go by until it is back. So half of the short windows start at row 0, as every
text does later, and the others anywhere they fit: all rows learn from the beginning.

XLNet has no such table: its positions are relative.
"""

from __future__ import annotations

import random

import torch


def sinusoids(length: int, width: int, *, standard_deviation: float = 0.02) -> torch.Tensor:
    """Return the table that the (trainable) position embeddings start from, of shape (length, width).

    Neighbouring positions start out similar. Random starts leave a small model on the
    word-frequency plateau for millions of tokens, until attention has found the neighbours.
    """
    position = torch.arange(length, dtype=torch.float32)[:, None]
    frequency = 1000.0 ** (-2 * torch.arange(width // 2, dtype=torch.float32) / width)
    angle = position * frequency  # (length, width / 2)
    # A sinusoid of amplitude a has standard deviation a / sqrt(2).
    return torch.cat([angle.sin(), angle.cos()], dim=1) * standard_deviation * 2**0.5


def draw_offset(window: int, rows: int, rng: random.Random) -> int:
    """Return the row of a window's first token; full windows start at row 0."""
    return rng.randrange(rows - window + 1) if rng.random() < 0.5 else 0
