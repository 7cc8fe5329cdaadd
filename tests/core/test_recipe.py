"""The schedule rises, stays and falls without a jump, and windows grow where they should."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variants.core.recipe import OPENING, Recipe, Stage, curriculum

RECIPE = Recipe(tokens=1_000_000, learning_rate=0.002, warmup_share=0.02, decay_share=0.3)

RECIPES = st.builds(
    Recipe,
    tokens=st.integers(1000, 10**9),
    learning_rate=st.floats(1e-5, 1e-2),
    warmup_share=st.floats(0.01, 0.4),
    decay_share=st.floats(0.01, 0.5),
)


@pytest.mark.parametrize(
    ("tokens", "rate"),
    [
        (0, 0.0),
        (10_000, 0.001),  # half of the warm-up
        (20_000, 0.002),
        (400_000, 0.002),
        (700_000, 0.002),
        (850_000, 0.001),  # half of the decay
        (1_000_000, 0.0),
        (1_000_500, 0.0),  # the last batch may overshoot
    ],
)
def test_learning_rate_by_hand(tokens: int, rate: float) -> None:
    assert RECIPE.learning_rate_at(tokens) == pytest.approx(rate, abs=1e-12)


@given(recipe=RECIPES, share=st.floats(0, 1.1))
def test_learning_rate_is_continuous_and_bounded(recipe: Recipe, share: float) -> None:
    """No step of one token moves it by more than the steeper of the two slopes."""
    tokens = int(share * recipe.tokens)
    here, next_one = recipe.learning_rate_at(tokens), recipe.learning_rate_at(tokens + 1)
    slope = recipe.learning_rate / (min(recipe.warmup_share, recipe.decay_share) * recipe.tokens)
    assert 0.0 <= here <= recipe.learning_rate
    assert abs(next_one - here) <= slope * 1.001 + 1e-15


@given(recipe=RECIPES, first=st.floats(0, 1), second=st.floats(0, 1))
def test_learning_rate_rises_then_stays_then_falls(recipe: Recipe, first: float, second: float) -> None:
    early, late = sorted((first, second))
    before, after = (recipe.learning_rate_at(int(share * recipe.tokens)) for share in (early, late))
    if late <= recipe.warmup_share:
        assert before <= after
    if early >= 1 - recipe.decay_share:
        assert before >= after
    if recipe.warmup_share <= early and late <= 1 - recipe.decay_share:
        # Shares are cut to whole tokens, so the edge may be missed by one.
        assert before == pytest.approx(recipe.learning_rate, rel=2 / (recipe.warmup_share * recipe.tokens))


@pytest.mark.parametrize(
    ("tokens", "window"),
    [(0, 16), (99_999, 16), (100_000, 32), (249_999, 32), (250_001, 64), (549_000, 64), (551_000, 128), (10**9, 128)],
)
def test_windows_grow(tokens: int, window: int) -> None:
    assert RECIPE.max_length_at(tokens) == window


def test_default_stages_share_all_tokens() -> None:
    assert sum(stage.share for stage in RECIPE.stages) == pytest.approx(1)
    assert [stage.max_length for stage in RECIPE.stages] == sorted(stage.max_length for stage in RECIPE.stages)


@given(
    tokens=st.integers(10, 10**9),
    shares=st.lists(st.floats(0.05, 1), min_size=1, max_size=4),
    seen=st.lists(st.floats(0, 1), min_size=2, max_size=5),
)
def test_stages_come_in_order(tokens: int, shares: list[float], seen: list[float]) -> None:
    stages = tuple(Stage(2 ** (4 + i), share / sum(shares)) for i, share in enumerate(shares))
    recipe = Recipe(tokens=tokens, stages=stages)
    windows = [recipe.max_length_at(int(share * tokens)) for share in sorted(seen)]
    assert windows == sorted(windows)
    assert recipe.max_length_at(0) == 16 and recipe.max_length_at(tokens) == stages[-1].max_length


@pytest.mark.parametrize(
    "changes",
    [{}, {"optimizer": "muon", "seed": 7}, {"stages": (Stage(8, 0.5), Stage(9, 0.5)), "adam_betas": (0.5, 0.6)}],
)
def test_a_recipe_survives_json(changes: dict[str, Any]) -> None:
    recipe = Recipe(tokens=123, **changes)
    assert Recipe.from_dict(json.loads(json.dumps(recipe.as_dict()))) == recipe


def test_without_a_share_no_window_is_short() -> None:
    recipe = Recipe(tokens=1000, stages=(Stage(16, 0.5), Stage(32, 0.5)), short_share=0.0)
    rng = random.Random(0)
    assert {recipe.draw_max_length(999, rng) for _ in range(100)} == {32}
    assert {recipe.draw_max_length(0, rng) for _ in range(100)} == {16}


def test_short_windows_are_all_the_earlier_ones() -> None:
    rng, recipe = random.Random(0), Recipe(tokens=1000, short_share=1.0)
    assert {recipe.draw_max_length(999, rng) for _ in range(200)} == {16, 32, 64}
    assert {recipe.draw_max_length(0, rng) for _ in range(200)} == {16}


def test_a_recipe_written_before_there_were_short_windows_has_none() -> None:
    values = {name: value for name, value in RECIPE.as_dict().items() if name != "short_share"}
    assert Recipe.from_dict(values).short_share == 0.0


@given(tokens=st.integers(1000, 10**10), opening=st.sampled_from([OPENING, {8: 3_000_000, 16: 2_000_000}]))
def test_the_curriculum_fills_the_run_and_its_windows_grow(tokens: int, opening: dict[int, int]) -> None:
    stages = curriculum(tokens, opening)
    assert sum(stage.share for stage in stages) == pytest.approx(1)
    assert [stage.max_length for stage in stages] == [*opening, 32, 64, 128]
    assert all(stage.share > 0 for stage in stages)
    for stage, most in zip(stages, opening.values(), strict=False):
        assert stage.share * tokens <= most * 1.001


def test_the_rate_warms_up_again_where_the_optimizers_started_anew_and_then_takes_up_its_course() -> None:
    whole = Recipe(tokens=1000, learning_rate=1.0)
    again = replace(whole, warmed_at=600)
    assert again.learning_rate_at(600) == 0.0
    assert again.learning_rate_at(610) == 0.5
    assert again.learning_rate_at(700) == whole.learning_rate_at(700) == pytest.approx(0.6)
