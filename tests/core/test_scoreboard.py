"""The scoreboard draws what the metrics say, and nothing where they say nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from variants import VARIANTS, find_variant
from variants.core.scoreboard import SCALES, dots, measured_scales, scores
from variants.core.variant import MODELS

WORD = SCALES["word"]


def test_values_and_spreads_are_those_of_the_files() -> None:
    found = {score.slug: score for score in scores(VARIANTS, WORD)}
    for slug in ("bert", "xlnet"):
        written = json.loads((MODELS / slug / "metrics.json").read_text())["likelihood"]
        assert (found[slug].value, found[slug].spread) == (written["per_word"], written["per_word_standard_error"])
        recipe = json.loads((MODELS / slug / "recipe.json").read_text())
        assert found[slug].tokens_seen == recipe["tokens_seen"]


def test_who_was_not_asked_is_left_out(tmp_path: Path) -> None:
    assert "bertsum" not in {score.slug for score in scores(VARIANTS, WORD)}
    assert scores(VARIANTS, WORD, tmp_path) == []
    assert set(measured_scales([find_variant("bertsum")])) <= {"work"}


def test_a_spread_of_runs_is_read(tmp_path: Path) -> None:
    (tmp_path / "bert").mkdir()
    measures = {"sentiment_accuracy": {"mean": 0.7, "spread": 0.02}}
    (tmp_path / "bert" / "metrics.json").write_text(json.dumps({"transfer": {"measures": measures}}))
    (found,) = scores([find_variant("bert")], SCALES["sentiment"], tmp_path)
    assert (found.value, found.spread) == (0.7, 0.02)


@pytest.mark.parametrize("key", measured_scales(VARIANTS))
def test_dots_stand_where_the_values_are(key: str) -> None:
    found = scores(VARIANTS, SCALES[key])
    drawn = dots(found, SCALES[key], {variant.slug: "#123456" for variant in VARIANTS})
    (trace,) = drawn.plot.to_plotly_json()["data"]
    assert list(trace["x"]) == [score.value for score in found]
    assert [mark == "circle-open" for mark in trace["marker"]["symbol"]] == [s.spread is None for s in found]
    assert drawn.rows[0][0] == found[0].name
