"""An hour more: exact on a curve that falls by the same share with each doubling, silent where it cannot be told."""

from __future__ import annotations

import math

import pytest

from variants.core.next_hour import History, milestones, next_hour


def falling(rows: int, *, speed: float = 2_000.0, share: float = 0.1) -> History:
    """A loss of 8 that falls by a ``share`` with every doubling of the text, looked at every million tokens."""
    return [
        {
            "tokens": row * 1e6,
            "seconds": row * 1e6 / speed,
            "max_length": 128,
            "held_out_loss": 8 * (1 - share) ** math.log2(row),
        }
        for row in range(1, rows + 1)
    ]


@pytest.mark.parametrize("rows", [2, 3, 16, 29])
def test_a_law_is_carried_on(rows: int) -> None:
    found = next_hour(falling(rows))
    assert found is not None
    assert found.tokens == pytest.approx(2_000 * 3_600)
    assert found.gain == pytest.approx(falling(rows)[-1]["held_out_loss"] - 8 * 0.9 ** math.log2(rows + 7.2))


@pytest.mark.parametrize("history", [[], falling(1), falling(8, share=0.0), falling(8, share=-0.1)])
def test_where_it_cannot_be_told_nothing_is_said(history: History) -> None:
    assert next_hour(history) is None


def test_a_run_that_counted_no_time_says_nothing() -> None:
    assert next_hour([row | {"seconds": 5.0} for row in map(dict, falling(8))]) is None


def test_a_run_whose_windows_still_grew_says_nothing() -> None:
    history = [row | {"max_length": 64 if row["tokens"] < 5e6 else 128} for row in map(dict, falling(8))]
    assert next_hour(history) is None


def test_milestones_are_the_doublings() -> None:
    assert [row["tokens"] / 1e6 for row in milestones(falling(16))] == [1, 2, 4, 8, 16]
    assert [row["tokens"] / 1e6 for row in milestones(falling(5))] == [1, 2, 5]
    assert milestones([]) == []
