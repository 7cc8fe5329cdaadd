"""Every figure holds the numbers that it draws, and says them in words."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from variants.core.figures import Figure
from variants.xlnet.figures import over_orders, running_sum, sight_matrix, two_bars
from variants.xlnet.published import CLAIMS, by_part, same_data

ACCENT = "#763b9b"
TOKENS = ("▁New", "<b>", "rk")


def drawn(figure: Figure) -> list[Any]:
    """The traces of a figure, which plotly leaves untyped."""
    return list(cast(Any, figure.plot).data)


def layout_of(figure: Figure) -> Any:
    return cast(Any, figure.plot).layout


def test_the_matrix_draws_who_sees_whom_and_the_current_row_in_full() -> None:
    seen = np.array([[True, False, True], [False, False, False], [True, True, True]])
    found = sight_matrix("Who sees whom", TOKENS, seen, 2, ACCENT)
    (pixels,) = drawn(found)
    assert np.array_equal(np.asarray(pixels.z), [[1, 0, 1], [0, 0, 0], [2, 2, 2]])
    assert [row[1:] for row in found.rows] == [(1, 0, 1), (0, 0, 0), (1, 1, 1)]
    assert "“rk” sees 3 of 3 tokens" in found.alt and "<b>" not in layout_of(found).xaxis.ticktext
    assert "sees 0 of 3 tokens: none" in sight_matrix("x", TOKENS, seen, 1, ACCENT).alt


@pytest.mark.parametrize("size", [1, 40, 128])
def test_matrices_of_any_size_can_be_drawn(size: int) -> None:
    found = sight_matrix("x", ("a",) * size, np.ones((size, size), bool), 0, ACCENT)
    assert len(found.rows) == size and layout_of(found).height <= 700
    assert len(layout_of(found).xaxis.ticktext) <= 40


def test_the_sum_grows_up_to_the_step() -> None:
    found = running_sum("Sum", TOKENS, (-1.0, -2.5, -0.5), 2, ACCENT)
    (line,) = drawn(found)
    assert list(line.y) == [0.0, -1.0, -3.5] and [row[3] for row in found.rows] == [-1.0, -3.5, -4.0]
    assert "-3.50 after 2 of 3" in found.alt and "<b>" not in line.customdata


def test_the_histogram_counts_every_order_and_marks_the_named_ones() -> None:
    values = np.linspace(-9, -3, 64, dtype=np.float32)
    found = over_orders("Orders", values, {"left to right": -2.0, "right to left": -10.0}, ACCENT)
    bars, mean, left, right = drawn(found)
    assert sum(bars.y) == 64 and mean.x[0] == pytest.approx(-6.0)
    assert (left.x[0], right.x[0]) == (-2.0, -10.0) and len(found.rows) == 66
    assert drawn(over_orders("One", values[:1], {}, ACCENT))[0].y


def test_two_bars_a_token() -> None:
    found = two_bars("Memory", TOKENS, {"without": [-1.0, -2.0, -3.0], "with": [-1.0, -1.0, -1.0]}, ACCENT)
    assert [list(bars.y) for bars in drawn(found)] == [[-1.0, -2.0, -3.0], [-1.0, -1.0, -1.0]]
    assert "without -6.00 in all; with -3.00 in all" in found.alt


def test_the_papers_table_is_read_from_the_claims() -> None:
    table = by_part()
    assert table.source == "Yang et al., 2019, Table 6"
    assert table.scores["XLNet-base, K = 6"] == (66.66, 80.98, 78.18, 85.63, 93.35)
    assert table.scores["BERT-base"][table.tasks.index("MNLI")] == 84.34
    assert len({claim.text for claim in CLAIMS}) == len(CLAIMS)
    assert [claim.value for claim in same_data()] == [87.3, 88.4]
