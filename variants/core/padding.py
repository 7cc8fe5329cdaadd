"""Sequences of unlike length as one rectangle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import torch
from torch import Tensor

T = TypeVar("T")


def by_length(rows: Iterable[T], length: Callable[[T], int], batch_tokens: int) -> Iterator[list[T]]:
    """Group rows of like length, shortest first, into batches of at most ``batch_tokens``, padding included.

    A row that is longer than that makes a batch by itself.
    """
    batch: list[T] = []
    for row in sorted(rows, key=length):
        if batch and (len(batch) + 1) * length(row) > batch_tokens:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def padded(rows: Iterable[Iterable[int]], filler: int) -> Tensor:
    """Fill integer rows up to the longest: (rows, longest)."""
    filled = [list(row) for row in rows]
    longest = max(map(len, filled))
    return torch.tensor([[*row, *[filler] * (longest - len(row))] for row in filled])
