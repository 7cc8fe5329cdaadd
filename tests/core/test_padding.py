"""Rows become a rectangle."""

from __future__ import annotations

import pytest
import torch

from variants.core.padding import padded


def test_rows_are_filled_up_to_the_longest() -> None:
    made = padded([(1, 2, 3), [4], range(5, 7)], -1)
    assert torch.equal(made, torch.tensor([[1, 2, 3], [4, -1, -1], [5, 6, -1]]))
    assert made.dtype == torch.int64


def test_nothing_to_pad() -> None:
    assert padded([[7, 8]], 0).tolist() == [[7, 8]]
    with pytest.raises(ValueError, match="empty"):
        padded([], 0)
