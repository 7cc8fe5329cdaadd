"""Rows become a rectangle."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from variants.core.padding import by_length, padded


def test_rows_are_filled_up_to_the_longest() -> None:
    made = padded([(1, 2, 3), [4], range(5, 7)], -1)
    assert torch.equal(made, torch.tensor([[1, 2, 3], [4, -1, -1], [5, 6, -1]]))
    assert made.dtype == torch.int64


def test_nothing_to_pad() -> None:
    assert padded([[7, 8]], 0).tolist() == [[7, 8]]
    with pytest.raises(ValueError, match="empty"):
        padded([], 0)


@given(rows=st.lists(st.text(max_size=12)), batch_tokens=st.integers(1, 30))
def test_batches_hold_every_row_and_no_more_than_fits(rows: list[str], batch_tokens: int) -> None:
    batches = list(by_length(rows, len, batch_tokens))
    assert [row for batch in batches for row in batch] == sorted(rows, key=len)
    assert all(len(batch) == 1 or len(batch) * len(batch[-1]) <= batch_tokens for batch in batches)
    assert all(batches)
