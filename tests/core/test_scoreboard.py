"""The scoreboard draws what the metrics say, and nothing where they say nothing."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from variants import VARIANTS, find_variant
from variants.core.scoreboard import SCALES, Score, dots, floor_of, measured_scales, overlapping, scores
from variants.core.variant import MODELS

WORD = SCALES["word"]


def test_values_and_spreads_are_those_of_the_files() -> None:
    found = {score.slug: score for score in reversed(scores(VARIANTS, WORD))}  # a model stands before its controls
    for slug in ("bert", "xlnet"):
        written = json.loads((MODELS / slug / "metrics.json").read_text())["likelihood"]
        assert (found[slug].value, found[slug].spread) == (written["per_word"], written["per_word_standard_error"])
        recipe = json.loads((MODELS / slug / "recipe.json").read_text())
        assert found[slug].tokens_seen == recipe["tokens_seen"]


def card(folder: Path, tokens_seen: int = 7) -> None:
    folder.mkdir(parents=True)
    (folder / "recipe.json").write_text(json.dumps({"tokens_seen": tokens_seen}))


def test_a_control_run_has_a_dot_of_its_own(tmp_path: Path) -> None:
    written = {"likelihood": {"per_word": -5.0, "per_word_standard_error": 0.1}}
    for folder, tokens_seen in ((tmp_path / "bert", 72), (tmp_path / "bert" / "controls" / "common-budget", 30)):
        card(folder, tokens_seen)
        (folder / "metrics.json").write_text(json.dumps(written))
    found = scores([find_variant("bert")], WORD, tmp_path)
    assert [(score.name, score.tokens_seen) for score in found] == [("BERT", 72), ("BERT, common budget", 30)]


def test_who_was_not_asked_is_left_out(tmp_path: Path) -> None:
    assert "bertsum" not in {score.slug for score in scores(VARIANTS, WORD)}
    assert scores(VARIANTS, WORD, tmp_path) == []
    assert set(measured_scales([find_variant("bertsum")])) <= {"work"}


def test_a_spread_of_runs_is_read(tmp_path: Path) -> None:
    card(tmp_path / "bert")
    for runs, spread in (([0.68, 0.72], 0.02), ([0.7], None)):  # one run alone has no spread
        measures = {"sentiment_accuracy": {"mean": 0.7, "spread": spread or 0.0, "runs": runs}}
        (tmp_path / "bert" / "metrics.json").write_text(json.dumps({"transfer": {"measures": measures}}))
        (found,) = scores([find_variant("bert")], SCALES["sentiment"], tmp_path)
        assert (found.value, found.spread) == (0.7, spread)


@pytest.mark.parametrize("key", measured_scales(VARIANTS))
def test_dots_and_intervals_stand_where_the_values_are(key: str) -> None:
    found = scores(VARIANTS, SCALES[key])
    colours = {variant.slug: "#123456" for variant in VARIANTS}
    figure: Any = dots(found, SCALES[key], colours).plot.to_plotly_json()
    drawn: dict[int, tuple[float, float | None]] = {}
    for trace in figure["data"]:
        hollow = trace["marker"]["symbol"] == "circle-open"
        assert trace["error_x"]["visible"] is not hollow
        spreads = [None] * len(trace["x"]) if hollow else list(trace["error_x"]["array"])
        drawn |= dict(zip(trace["y"], zip(trace["x"], spreads, strict=True), strict=True))
    assert [drawn[place] for place in range(len(found))] == [(score.value, score.spread) for score in found]
    low, high = figure["layout"]["xaxis"]["range"]
    assert all(low <= score.ends[0] and score.ends[1] <= high for score in found)


def test_ends_are_one_standard_error_away() -> None:
    written = json.loads((MODELS / "bert" / "metrics.json").read_text())["likelihood"]
    found, *_ = scores([find_variant("bert")], WORD)
    middle, half = sum(found.ends) / 2, (found.ends[1] - found.ends[0]) / 2
    assert math.isclose(middle, written["per_word"]) and math.isclose(half, written["per_word_standard_error"])


def score(name: str, value: float, spread: float | None) -> Score:
    return Score(name.lower(), name, 1, value, spread)


def test_overlapping_intervals_are_named_and_dots_without_one_are_not() -> None:
    found = [score("A", 0.50, 0.02), score("B", 0.53, 0.02), score("C", 0.60, 0.02), score("D", 0.50, None)]
    assert overlapping(found) == [("A", "B")]
    assert overlapping([score("A", 1.0, 0.5), score("B", 2.0, 0.5)]) == [("A", "B")]  # they touch


def test_shares_stand_on_the_whole_axis() -> None:
    """Two models that guess stand side by side, not at the two ends of a figure."""
    found = [score("BERT", 0.52, None), score("ALBERT", 0.50, None)]
    drawn: Any = dots(found, SCALES["sop"], dict.fromkeys(("bert", "albert"), "#123456")).plot.to_plotly_json()
    assert drawn["layout"]["xaxis"]["range"] == [0, 1]


@pytest.mark.parametrize(("key", "measure"), [("similarity", "similarity_correlation"), ("answers", "answers_f1")])
def test_all_that_fine_tuning_measures_is_drawn(key: str, measure: str, tmp_path: Path) -> None:
    card(tmp_path / "bert")
    measures = {measure: {"mean": 0.7, "spread": 0.02, "runs": [0.68, 0.72]}}
    (tmp_path / "bert" / "metrics.json").write_text(json.dumps({"transfer": {"measures": measures}}))
    (found,) = scores([find_variant("bert")], SCALES[key], tmp_path)
    assert (found.value, found.spread) == (0.7, 0.02)


def test_pairs_have_the_spread_that_was_recorded(tmp_path: Path) -> None:
    card(tmp_path / "bert")
    for recorded in ({"nsp_standard_error": 0.01}, {}):
        pairs = {"nsp_accuracy": 0.9, **recorded}
        (tmp_path / "bert" / "metrics.json").write_text(json.dumps({"pairs": pairs}))
        (found,) = scores([find_variant("bert")], SCALES["nsp"], tmp_path)
        assert (found.value, found.spread) == (0.9, recorded.get("nsp_standard_error"))


def test_a_dotted_line_says_what_no_model_is_needed_for(tmp_path: Path) -> None:
    card(tmp_path / "bert")
    measures = {"similarity_correlation": {"mean": 0.4, "spread": 0.02, "runs": [0.38, 0.42]}}
    transfer = {"measures": measures, "baselines": {"similarity_correlation": 0.64}}
    (tmp_path / "bert" / "metrics.json").write_text(json.dumps({"transfer": transfer}))
    bert, scale = [find_variant("bert")], SCALES["similarity"]
    assert floor_of(bert, scale, tmp_path) == ("no model: words in common", 0.64)
    drawn = dots(scores(bert, scale, tmp_path), scale, {"bert": "#123456"}, ("words in common", 0.64))
    plot: Any = drawn.plot.to_plotly_json()
    layout, diamond = plot["layout"], plot["data"][-1]
    (line,) = layout["shapes"]
    assert line["x0"] == line["x1"] == 0.64
    assert (list(diamond["x"]), list(diamond["y"]), list(diamond["text"])) == ([0.64], [1], ["+0.64"])
    low, high = layout["xaxis"]["range"]
    assert low < 0.4 and high > 0.64
    assert drawn.rows[-1] == ("words in common", 0, 0.64, "")


def test_only_what_can_be_done_without_a_model_has_a_line(tmp_path: Path) -> None:
    bert = [find_variant("bert")]
    assert floor_of(bert, SCALES["word"]) is None
    assert floor_of(bert, SCALES["nsp"]) == ("no model: guessing", 0.5)
    assert floor_of(bert, SCALES["sentiment"], tmp_path) is None
