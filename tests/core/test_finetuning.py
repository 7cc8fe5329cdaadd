"""Fine-tuning: the learning rate's path, and batches of texts that are about equally long."""

from __future__ import annotations

import random

import pytest

from variants.core.finetuning import POOL, TuningRecipe, batches_of_like_length

RECIPE = TuningRecipe(epochs=2, batch_size=8)


def test_the_learning_rate_rises_then_falls_to_zero() -> None:
    rates = [RECIPE.learning_rate_at(step, 100) for step in range(101)]
    assert rates[0] == pytest.approx(RECIPE.learning_rate / 10)
    assert max(rates) == rates[9] == rates[10] == RECIPE.learning_rate
    assert rates[55] == pytest.approx(RECIPE.learning_rate / 2)
    assert rates[100] == 0


def test_a_run_of_one_step_takes_the_whole_learning_rate() -> None:
    assert RECIPE.learning_rate_at(0, 1) == RECIPE.learning_rate


@pytest.mark.parametrize("count", [1, 7, 8, 9, 200, 1000])
def test_every_epoch_serves_each_example_once(count: int) -> None:
    examples = ["x" * length for length in range(count)]
    batches = list(batches_of_like_length(examples, len, RECIPE, random.Random(0)))
    half = -(-count // RECIPE.batch_size)
    assert len(batches) == 2 * half
    for epoch in (batches[:half], batches[half:]):
        assert sorted((text for batch in epoch for text in batch), key=len) == examples


def test_batches_hold_texts_of_like_length_in_random_order() -> None:
    rng = random.Random(1)
    examples = ["x" * rng.randint(1, 100) for _ in range(8 * POOL * 4)]
    batches = list(batches_of_like_length(examples, len, TuningRecipe(epochs=1, batch_size=8), random.Random(0)))
    padded = sum(max(map(len, batch)) * len(batch) for batch in batches)
    assert padded < 1.1 * sum(map(len, examples))
    lengths = [len(batch[0]) for batch in batches]
    assert lengths[:POOL] != sorted(lengths[:POOL])
    again = list(batches_of_like_length(examples, len, TuningRecipe(epochs=1, batch_size=8), random.Random(1)))
    assert again != batches
