"""Sequences of unlike length as one rectangle."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor


def padded(rows: Iterable[Iterable[int]], filler: int) -> Tensor:
    """Fill integer rows up to the longest: (rows, longest)."""
    filled = [list(row) for row in rows]
    longest = max(map(len, filled))
    return torch.tensor([[*row, *[filler] * (longest - len(row))] for row in filled])
