"""The chapter's charts say in words and numbers what they draw."""

from __future__ import annotations

import json
from typing import Any

import pytest

from variants.core.figures import Figure
from variants.roberta import VARIANT
from variants.roberta.demo import Roberta, read
from variants.roberta.figures import (
    MOST_SEQUENCES,
    agreement_curve,
    ever_masked_curve,
    mask_matrix,
    packed_boxes,
)
from variants.roberta.formats import FORMATS, pack, text_with_samples
from variants.roberta.gradients import Agreement, GradientNoise
from variants.roberta.masks import draw_masks, share_ever_masked

ACCENT = VARIANT.accent[0]
NAMES = ["your text", "sample 1", "sample 2", "sample 3"]
NOISE = GradientNoise(
    64, 64, (Agreement(8, (0.1, 0.3), (0.1, 0.3), (1.0, 1.0)), Agreement(16, (0.4,), (0.2,), (0.5,))), 1.0
)


def drawn(figure: Figure) -> dict[str, Any]:
    """Return the chart as plain values, as the browser gets it."""
    plot: Any = figure.plot
    return json.loads(plot.to_json())


def readable(figure: Figure) -> bool:
    shaped = all(len(row) == len(figure.columns) for row in figure.rows)
    return shaped and bool(figure.title) and figure.alt.endswith(".") and bool(figure.rows)


@pytest.mark.parametrize("epoch", [1, 7, 30])
def test_the_matrix_shows_the_epochs_so_far(roberta: Roberta, epoch: int) -> None:
    encoded = read(roberta, VARIANT.example)
    matrix = draw_masks(roberta, encoded, epochs=30, seed=1, copies=5)
    figure = mask_matrix("Static", encoded.tokens, matrix, epoch, ACCENT)
    cells = drawn(figure)["data"][0]["z"]
    for row, (cell_row, fates) in enumerate(zip(cells, matrix.fates, strict=True)):
        fill = 2 if row < 5 else 1  # five different masks, then the same again
        assert cell_row == [fill if fate and row < epoch else 0 for fate in fates]
    assert readable(figure) and len(figure.rows) == epoch
    assert figure.rows[0][2] == " ".join(t for t, fate in zip(encoded.tokens, matrix.fates[0], strict=True) if fate)
    assert f"{matrix.ever_masked[epoch - 1]} tokens were chosen" in figure.alt
    assert drawn(figure)["layout"]["xaxis"]["ticktext"][0] == "&lt;s>"


def test_a_long_text_has_fewer_labels(roberta: Roberta) -> None:
    encoded = read(roberta, "river " * 126)
    figure = mask_matrix("Static", encoded.tokens, draw_masks(roberta, encoded, epochs=2, seed=0), 2, ACCENT)
    assert 16 <= len(drawn(figure)["layout"]["xaxis"]["ticktext"]) <= 24


def test_the_curve_is_counters_and_closed_form(roberta: Roberta) -> None:
    encoded = read(roberta, VARIANT.example)
    static, dynamic = (draw_masks(roberta, encoded, epochs=20, seed=1, copies=copies) for copies in (4, None))
    figure = ever_masked_curve(
        "Ever", static, dynamic, epoch=12, candidates=len(encoded) - 2, chance=0.2, accent=ACCENT
    )
    assert readable(figure) and len(figure.rows) == 12
    for epoch, one, other, form in figure.rows:
        assert isinstance(epoch, int)
        assert one == static.ever_masked[epoch - 1] / (len(encoded) - 2)
        assert other == dynamic.ever_masked[epoch - 1] / (len(encoded) - 2)
        assert form == share_ever_masked(0.2, epoch)
    assert [line["name"] for line in drawn(figure)["data"]] == ["1 − 0.8ᵏ", "static", "dynamic"]


@pytest.mark.parametrize("kind", FORMATS)
def test_boxes_stand_where_the_tokens_stand(roberta: Roberta, kind: Any) -> None:
    packed = pack(roberta, text_with_samples(roberta, "<b>A cat</b> & a dog."), kind, window=64, seed=0)
    figure = packed_boxes("Boxes", packed, NAMES, ACCENT)
    bars = drawn(figure)["data"][0]
    boxes = [(row + 1, box) for row, each in enumerate(packed.sequences[:MOST_SEQUENCES]) for box in each]
    assert [(y, base, x) for y, base, x in zip(bars["y"], bars["base"], bars["x"], strict=True)] == [
        (row, box.start, box.length) for row, box in boxes
    ]
    assert readable(figure) and f"{packed.padding:.0%} of the places empty" in figure.alt
    assert "<b>" not in json.dumps(bars["customdata"]) and "<s>" not in json.dumps(bars["customdata"])


def test_cosines_stand_beside_the_prediction() -> None:
    figure = agreement_curve("Agreement", NOISE, ACCENT)
    scale = NOISE.noise_scale
    assert scale is not None
    assert scale == pytest.approx(8 * (1.0 - 0.2) / 0.2)
    assert figure.rows[0] == (8, 2, pytest.approx(0.2), 0.1, 0.3, pytest.approx(8 / (8 + scale)))
    assert figure.rows[1][:3] == (16, 1, 0.4)
    assert readable(figure) and "16 sequences 0.40" in figure.alt


def test_without_a_noise_scale_there_is_no_prediction() -> None:
    lost = GradientNoise(16, 16, (Agreement(8, (-0.1,), (-0.5,), (1.0,)),), 1.0)
    assert len(drawn(agreement_curve("Agreement", lost, ACCENT))["data"]) == 1
