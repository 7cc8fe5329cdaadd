"""Histograms and grouped bars say in words and in numbers what they show in colour."""

from __future__ import annotations

import json
from typing import Any

import pytest

from variants.core.figures import Figure
from variants.core.histograms import grouped_bars, histogram

ACCENT = "#765900"
LENGTHS = histogram("Lengths", [1, 2, 3], [2, 1, 1], {"law": [0.5, 0.3, 0.2], "other": [0.2, 0.3, 0.5]}, ACCENT)
NOTHING = histogram("Lengths", [1, 2], [0, 0], {}, ACCENT)
SIDES = grouped_bars("Right", ["the", "the"], {"SBO": [0.25, 0.5], "MLM": [0.125, 1.0]}, ACCENT, axis="token")
NO_SIDES = grouped_bars("Right", [], {"SBO": []}, ACCENT)


def drawn(figure: Figure) -> dict[str, Any]:
    """Return the chart as plain values, as the browser gets it."""
    plot: Any = figure.plot
    return json.loads(plot.to_json())


@pytest.mark.parametrize("figure", [LENGTHS, NOTHING, SIDES, NO_SIDES])
def test_every_figure_can_be_read_without_seeing_it(figure: Figure) -> None:
    assert figure.title and figure.alt.endswith(".") and figure.title in figure.alt
    assert all(len(row) == len(figure.columns) for row in figure.rows)
    assert len(set(figure.columns)) == len(figure.columns)
    assert "color" not in drawn(figure)["layout"].get("font", {})  # left to the reader's theme


def test_a_histogram_stands_beside_its_laws() -> None:
    assert LENGTHS.columns == ("value", "count", "share", "law", "other")
    assert LENGTHS.rows == ((1, 2, 0.5, 0.5, 0.2), (2, 1, 0.25, 0.3, 0.3), (3, 1, 0.25, 0.2, 0.5))
    bars, law, other = drawn(LENGTHS)["data"]
    assert (bars["y"], bars["name"]) == ([0.5, 0.25, 0.25], "drawn (4)")
    assert (law["y"], law["name"]) == ([0.5, 0.3, 0.2], "law") and law["line"] != other["line"]
    assert "1: 50.0%, 2: 25.0%" in LENGTHS.alt


def test_nothing_drawn_yet_is_an_empty_histogram() -> None:
    assert [row[2] for row in NOTHING.rows] == [0, 0]


def test_grouped_bars_keep_equal_labels_apart() -> None:
    chart = drawn(SIDES)
    assert [bars["x"] for bars in chart["data"]] == [[0, 1], [0, 1]]
    assert chart["layout"]["xaxis"]["ticktext"] == ["the", "the"] and chart["layout"]["barmode"] == "group"
    assert [bars["name"] for bars in chart["data"]] == ["SBO", "MLM"]
    assert chart["data"][0]["marker"]["color"] == ACCENT != chart["data"][1]["marker"]["color"]
    assert SIDES.rows == (("the", 0.25, 0.125), ("the", 0.5, 1.0))
    assert SIDES.columns == ("token", "SBO", "MLM")
