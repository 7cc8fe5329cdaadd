"""The table repeats what was measured, and says nothing of what was not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from variants import VARIANTS, find_variant
from variants.core.comparison import MEASURES, NONE, as_markdown, comparison, meanings, without_a_model

METRICS: dict[str, Any] = {
    "held_out": {"mlm_accuracy": 0.4031},
    "likelihood": {"per_word": -4.25, "per_word_standard_error": 0.05},
    "transfer": {"measures": {"sentiment_accuracy": {"mean": 0.751, "spread": 0.012, "runs": [0.75]}}},
    "cost": {"flops_128": 1.234e9},
}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    (tmp_path / "albert").mkdir()
    (tmp_path / "albert" / "recipe.json").write_text(json.dumps({"parameters": 1234567, "tokens_seen": 30000000}))
    (tmp_path / "albert" / "metrics.json").write_text(json.dumps(METRICS))
    return tmp_path


def test_a_row_is_what_was_measured(models: Path) -> None:
    header, row = comparison(VARIANTS, models)
    found = dict(zip(header, row, strict=True))
    assert (found["model"], found["parameters"], found["tokens seen"]) == ("ALBERT", "1,234,567", "30,000,000")
    assert found["hidden tokens"] == "40.3%" and found["log p a word"] == "-4.25 ± 0.05"
    assert found["sentiment"] == "75.1 ± 1.2" and found["GFLOPs"] == "1.23"
    assert {found[name] for name in ("grammar", "NSP", "SOP", "similarity", "answers")} == {NONE}


def test_the_page_says_what_its_columns_mean(models: Path) -> None:
    page = as_markdown(comparison(VARIANTS, models))
    assert all(f"**{measure.name}**" in page for measure in MEASURES)
    assert page.count("\n| ALBERT |") == 1


def test_a_control_run_stands_below_its_model(models: Path) -> None:
    folder = models / "distilbert"
    for place, tokens in ((folder, 40), (folder / "controls" / "alone", 30), (folder / "controls" / "unnamed", 20)):
        place.mkdir()
        (place / "recipe.json").write_text(json.dumps({"parameters": 9, "tokens_seen": tokens}))
        (place / "metrics.json").write_text(json.dumps(METRICS))
        (folder / "controls").mkdir(exist_ok=True)
    rows = [row[:3] for row in comparison([find_variant("distilbert")], models)[1:]]
    assert rows == [["DistilBERT", "9", "40"], ["DistilBERT without a teacher", "9", "30"]]


def test_meanings_are_said_of_the_columns_asked_for() -> None:
    assert meanings(["model", "SOP"]) == "SOP: passages in order told from swapped ones."


def test_what_counting_words_reaches_is_the_last_row(models: Path) -> None:
    path = models / "albert" / "metrics.json"
    transfer = METRICS["transfer"] | {"baselines": {"sentiment_accuracy": 0.7105, "answers_f1": 0.16}}
    path.write_text(json.dumps(METRICS | {"transfer": transfer}))
    header, *_ = comparison(VARIANTS, models)
    found = dict(zip(header, without_a_model(VARIANTS, models), strict=True))
    assert found["model"] == "no model: words counted"
    assert (found["sentiment"], found["answers"]) == ("71.0", "16.0")
    assert {found[name] for name in header if name not in ("model", "sentiment", "answers")} == {NONE}
