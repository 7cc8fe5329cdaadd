"""Sizes are counted, times taken in turns, and only recorded measures are quality."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from variants import VARIANTS, find_variant
from variants.core import inference
from variants.core.checkpoint import WEIGHTS
from variants.core.errors import InputError
from variants.core.release import number_of_parameters
from variants.core.tradeoff import Measured, controls_of, measure_models, scores_of, shipped
from variants.core.variant import MODELS

TEXT = "The cat sat on the mat."
BERT = find_variant("bert")
METRICS = {
    "likelihood": {"per_word": -5.0, "per_word_standard_error": 0.1},
    "grammar": {"blimp": 0.6, "blimp_standard_error": 0.02},
    "transfer": {"measures": {"sentiment_accuracy": {"mean": 0.8, "spread": 0.01}}},
}


def test_what_is_shipped_is_compared_in_the_order_asked() -> None:
    assert [variant.slug for variant in shipped(VARIANTS, ("distilbert", "nothing", "bert"))][-1] == "bert"
    assert all(variant.shipped for variant in shipped(VARIANTS, [variant.slug for variant in VARIANTS]))


def test_models_take_turns_and_are_counted() -> None:
    *_, last = measure_models([BERT, BERT], TEXT, passes=3)
    model = BERT.part("model").load().model
    for each in last:
        assert each.parameters == number_of_parameters(model) and each.tokens == 9
        assert each.file_bytes == (MODELS / "bert" / WEIGHTS).stat().st_size
        assert len(each.seconds) == 3 and min(each.seconds) > 0
        assert each.spread[0] <= each.typical <= each.spread[1]


def test_it_reports_after_every_turn_and_can_be_stopped() -> None:
    going = measure_models([BERT], TEXT, passes=50)
    assert [len(next(going)[0].seconds) for _ in range(3)] == [1, 2, 3]
    with pytest.raises(InputError, match="under way"):
        next(measure_models([BERT], TEXT))
    going.close()
    assert not inference._LONG.locked()  # pyright: ignore[reportPrivateUsage]


def test_a_text_with_nothing_in_it_is_refused_and_the_turn_given_back() -> None:
    with pytest.raises(InputError, match="nothing to read"):
        next(measure_models([BERT], "  "))
    assert not inference._LONG.locked()  # pyright: ignore[reportPrivateUsage]


def test_the_spread_is_the_middle_half() -> None:
    found = Measured("x", "X", 1, 1, 1, 1, (1.0, 2.0, 3.0, 4.0, 100.0), {})
    assert found.typical == 3 and found.spread == (2, 4)
    assert Measured("x", "X", 1, 1, 1, 1, (2.0,), {}).spread == (2, 2)


def test_only_what_was_recorded_is_quality() -> None:
    assert scores_of(METRICS) == {"likelihood": (-5.0, 0.1), "grammar": (0.6, 0.02), "sentiment": (0.8, 0.01)}
    assert scores_of({}) == {} and scores_of({"held_out": {"mlm_accuracy": 0.4}}) == {}


def test_a_control_is_shown_when_it_was_measured(tmp_path: Path) -> None:
    distilbert = find_variant("distilbert")
    assert controls_of(distilbert, tmp_path) == ()
    folder = tmp_path / "distilbert" / "controls" / "alone"
    folder.mkdir(parents=True)
    (folder / "recipe.json").write_text(json.dumps({"tokens_seen": 7}))
    assert controls_of(distilbert, tmp_path) == ()
    (folder / "metrics.json").write_text(json.dumps(METRICS))
    (control,) = controls_of(distilbert, tmp_path)
    assert (control.slug, control.name) == ("distilbert", "DistilBERT without a teacher") and control.tokens_seen == 7
    assert control.scores["likelihood"] == (-5.0, 0.1)
