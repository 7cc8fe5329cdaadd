"""The chapter's charts: every number in the table, every truth in its colour, bars of one width."""

from __future__ import annotations

from typing import Any

import pytest

from variants.core.figures import Figure
from variants.electra.figures import Truth, before_and_after, gradient_bars, threshold_curves, verdict_bars
from variants.electra.threshold import Confusion

TOKENS = ("[CLS]", "the", "cat", "the", "<s>", "[SEP]")
TRUTHS: tuple[Truth, ...] = ("original", "original", "replaced", "original", "lucky", "original")
CHANCES = (0.0, 0.25, 0.75, 0.5, 0.125, 0.0)


def plotted(figure: Figure) -> dict[str, Any]:
    return dict(figure.plot.to_dict())


def test_every_token_stands_at_its_place_in_the_colour_of_its_truth() -> None:
    found = verdict_bars("T", TOKENS, CHANCES, TRUTHS, "#ad176c")
    assert found.rows == tuple(zip(TOKENS, CHANCES, TRUTHS, strict=True))
    drawn = plotted(found)
    places = {
        place: (height, bar["name"]) for bar in drawn["data"] for place, height in zip(bar["x"], bar["y"], strict=True)
    }
    assert [places[place][0] for place in range(len(TOKENS))] == list(CHANCES)
    assert places[2][1] == "replaced" and "luck" in places[4][1] and places[0][1] == "original"
    assert len({bar["width"] for bar in drawn["data"]}) == 1 and drawn["data"][0]["width"] < 1
    assert "cat 75% (replaced)" in found.alt and "&lt;s>" in drawn["layout"]["xaxis"]["ticktext"]


def test_a_new_piece_has_no_past() -> None:
    found = before_and_after("T", TOKENS, (0.1, 0.2, None, 0.2, 0.2, 0.1), CHANCES, range(2, 3), "#ad176c")
    assert found.rows[2] == ("cat", "", 0.75) and found.rows[1] == ("the", 0.2, 0.25)
    assert "cat new to 75%" in found.alt


def test_a_gradient_counts_where_it_is_not_zero() -> None:
    found = gradient_bars("T", TOKENS, (0.0, 1e-9, 0.0, 2.0, 0.0, 0.0), "#ad176c")
    assert "2 of 6 tokens" in found.alt and found.rows[3] == ("the", 2.0)


def test_the_curves_leave_out_what_is_not_defined() -> None:
    counted = {0.1: Confusion(3, 1, 6, 10), 0.9: Confusion(0, 4, 0, 16)}
    found = threshold_curves("T", counted, 0.1, "#ad176c")
    assert found.rows == ((0.1, pytest.approx(1 / 3), 0.75, 3, 1, 6, 10), (0.9, "", 0.0, 0, 4, 0, 16))
    assert "precision 33%, recall 75%" in found.alt
    assert "none found" in threshold_curves("T", counted, 0.9, "#ad176c").alt


def test_long_texts_have_fewer_labels() -> None:
    tokens = [f"w{place}" for place in range(128)]
    axis = plotted(gradient_bars("T", tokens, [1.0] * 128, "#ad176c"))["layout"]["xaxis"]
    assert len(axis["ticktext"]) <= 40
