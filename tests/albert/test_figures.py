"""What the charts say in words and hold in their tables is what they were given."""

from __future__ import annotations

import pytest

from variants.albert import figures
from variants.albert.parameters import albert_parts, at_level, bert_parts, total
from variants.albert.sizes import PRESETS

BASE = PRESETS["base"][1]
PARTS = at_level(albert_parts(BASE), "pooler")


def test_areas_and_bars_add_up() -> None:
    areas = figures.part_map("Where", PARTS)
    assert sum(int(row[2]) for row in areas.rows) == 11_683_584
    assert sum(float(row[3]) for row in areas.rows) == pytest.approx(1)
    beside = figures.stacked_parts("Beside", {"BERT": at_level(bert_parts(BASE), "pooler"), "ALBERT": PARTS})
    assert [row[-1] for row in beside.rows] == [109_081_344, total(PARTS)]
    assert all(sum(int(cell) for cell in row[1:-1]) == row[-1] for row in beside.rows)
    assert "ALBERT 11,683,584 parameters" in beside.alt


def test_a_shorter_line_ends_earlier() -> None:
    drawn = figures.two_lines("Path", ["1", "2", "3"], {"a": [1, 2, 3], "b": [4, 5]}, ("#000000", "#ffffff"), axis="x")
    assert drawn.rows == (("1", 1.0, 4.0), ("2", 2.0, 5.0), ("3", 3.0, ""))
    assert drawn.alt == "Line chart. a: 1 1.00, 2 2.00, 3 3.00; b: 1 4.00, 2 5.00."


def test_bars_of_nothing_stand() -> None:
    drawn = figures.grouped_bars("Moved", ["layer 1"], {"a": [0.0], "b": [0.0]}, ("#000000", "#ffffff"))
    assert drawn.rows == (("layer 1", 0.0, 0.0),)


def test_the_error_curve_marks_the_rank_and_times_name_their_quartiles() -> None:
    assert "At rank 1 the table has lost 50.0%" in figures.error_curve("Lost", [1.0, 0.5, 0.0], 1, "#000000").alt
    race = figures.times("Race", ["4 × 256"], {"BERT": [(1.0, 2.0, 3.0)], "ALBERT": [(2.0, 3.0, 4.0)]}, "#000000")
    assert race.rows == (("BERT", "4 × 256", 1.0, 2.0, 3.0), ("ALBERT", "4 × 256", 2.0, 3.0, 4.0))
