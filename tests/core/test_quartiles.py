"""Quartiles by hand, and their median against Python's."""

from __future__ import annotations

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variants.core.quartiles import quartiles


@pytest.mark.parametrize(
    ("values", "expected"),
    [((7.0,), (7.0, 7.0, 7.0)), ((1.0, 3.0), (1.5, 2.0, 2.5)), ((5.0, 1.0, 3.0, 2.0, 4.0), (2.0, 3.0, 4.0))],
)
def test_by_hand(values: tuple[float, ...], expected: tuple[float, ...]) -> None:
    assert quartiles(values) == expected


@given(st.lists(st.floats(0.001, 10.0), min_size=1, max_size=30))
def test_the_middle_one_is_the_median(values: list[float]) -> None:
    low, middle, high = quartiles(values)
    assert middle == pytest.approx(median(values), rel=1e-12) and low <= high
