"""Three texts of one length: what is hidden, what is sampled, what counts as replaced."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.electra.conftest import networks_of
from tests.tiny import HOSTILE, refusal_of
from variants.core.checkpoint import Checkpoint
from variants.core.guesses import Floats, probabilities
from variants.core.masking import IGNORED
from variants.electra import objective
from variants.electra.demo import guess, judge, read
from variants.electra.model import Electra
from variants.electra.pipeline import (
    candidates_of,
    dice_of,
    draw_masks,
    draw_tokens,
    refill,
    standing,
)

Tiny = Checkpoint[Electra]
TEXT = "The Rat was sitting on the river bank, singing a little song to the ducks."


def test_the_generators_pass_is_the_librarys(tiny: Tiny) -> None:
    encoded = read(tiny, TEXT)
    reading = guess(tiny, encoded, (3, 7))
    with torch.no_grad():
        logits = networks_of(tiny)[0](torch.tensor([reading.encoded.input_ids])).logits[0]
    assert reading.masks == (3, 7)
    assert torch.allclose(torch.from_numpy(reading.logits), logits[[3, 7]], atol=1e-5)


def test_the_discriminators_pass_is_the_librarys(tiny: Tiny) -> None:
    ids = read(tiny, TEXT).input_ids
    with torch.no_grad():
        expected = networks_of(tiny)[1](torch.tensor([ids])).logits[0].sigmoid()
    assert judge(tiny, ids).replaced_probability == pytest.approx(expected.tolist(), abs=1e-6)


def test_three_texts_of_one_length_differ_at_hidden_places_alone(tiny: Tiny) -> None:
    encoded = read(tiny, TEXT)
    for seed in range(20):
        masks = draw_masks(tiny, encoded, fraction=0.3, seed=seed)
        found = refill(tiny, guess(tiny, encoded, masks), seed=seed)
        assert len(found.original) == len(found.masked) == len(found.sampled) == len(found.replaced)
        for place in range(len(encoded)):
            three = (found.original.input_ids[place], found.masked.input_ids[place], found.sampled.input_ids[place])
            if place in masks:
                assert three[1] == tiny.vocabulary.mask
            else:
                assert len(set(three)) == 1
            assert found.replaced[place] == (found.original.tokens[place] != found.sampled.tokens[place])


def test_labels_and_samples_are_those_of_pre_training(tiny: Tiny) -> None:
    encoded = read(tiny, TEXT)
    masks = draw_masks(tiny, encoded, fraction=0.4, seed=1)
    reading = guess(tiny, encoded, masks)
    found = refill(tiny, reading, seed=5)
    labels = [token if place in masks else IGNORED for place, token in enumerate(encoded.input_ids)]
    batch = {
        "input_ids": torch.tensor([reading.encoded.input_ids]),
        "labels": torch.tensor([labels]),
        "dice": torch.tensor(dice_of(masks, 5)),
    }
    expected = objective.corrupt(batch, torch.from_numpy(reading.logits))
    assert found.sampled.input_ids == tuple(expected.input_ids[0].tolist())
    assert found.replaced == tuple(expected.replaced[0].tolist())


def test_a_lucky_sample_is_original(tiny: Tiny) -> None:
    encoded = read(tiny, TEXT)
    reading = guess(tiny, encoded, (2, 5, 8))
    certain = np.full_like(reading.logits, -50.0)
    for row, place in enumerate((2, 5, 8)):
        certain[row, encoded.input_ids[place]] = 50.0
    found = refill(tiny, dataclasses.replace(reading, logits=certain))
    assert found.lucky == (2, 5, 8) and not any(found.replaced) and found.sampled == found.original
    certain[1] = -certain[1]
    found = refill(tiny, dataclasses.replace(reading, logits=certain))
    assert found.lucky == (2, 8) and [p for p, replaced in enumerate(found.replaced) if replaced] == [5]


def pearson(logits: Floats, drawn_at: float, expected_at: float, draws: int = 4000) -> float:
    """Return Pearson's chi-square of draws at one place, as a share of its 99.9th percentile.

    Tokens that are expected less than five times are counted together; the percentile is the
    approximation of Wilson and Hilferty, 1931.
    """
    counts = np.zeros(logits.shape[-1])
    for seed in range(draws):
        counts[draw_tokens(logits, dice_of((4,), seed), drawn_at)[0]] += 1
    expected = draws * probabilities(logits[0] / expected_at)
    common = expected >= 5
    groups = [np.append(each[common], each[~common].sum()) for each in (counts, expected)]
    statistic = float(((groups[0] - groups[1]) ** 2 / groups[1]).sum())
    part = 2 / (9 * int(common.sum()))  # 2/9 of one over the degrees of freedom
    return statistic / (int(common.sum()) * (1 - part + 3.09 * part**0.5) ** 3)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_samples_come_as_often_as_the_softmax_says(tiny: Tiny, temperature: float) -> None:
    logits = 4 * guess(tiny, read(tiny, TEXT), (4,)).logits
    assert pearson(logits, temperature, temperature) < 1
    assert pearson(logits, temperature, 1.5 * temperature) > 1  # another temperature is noticed


def test_the_best_guess_is_the_limit_of_low_temperatures(tiny: Tiny) -> None:
    reading = guess(tiny, read(tiny, TEXT), (2, 6, 9))
    best = tuple(reading.logits.argmax(-1).tolist())
    for seed in range(5):
        assert draw_tokens(reading.logits, dice_of(reading.masks, seed), 0) == best
        assert draw_tokens(reading.logits, dice_of(reading.masks, seed), 1e-3) == best


def test_hiding_another_place_leaves_the_numbers_as_they_are() -> None:
    assert dice_of((3, 7), 2) == dice_of((3, 5, 7), 2)[::2]
    assert dice_of((3, 7), 2) != dice_of((3, 7), 3)
    assert all(0 <= number < 1 for seed in range(50) for number in dice_of((1, 2, 3), seed))


@pytest.mark.parametrize(("fraction", "hidden"), [(0.01, 1), (0.15, 3), (0.5, 9), (1.0, 16)])
def test_a_share_of_all_tokens_is_hidden(tiny: Tiny, fraction: float, hidden: int) -> None:
    encoded = dataclasses.replace(read(tiny, "the " * 16))
    assert len(encoded) == 18
    masks = draw_masks(tiny, encoded, fraction=fraction)
    assert len(masks) == hidden and masks == tuple(sorted(set(masks)))
    assert not any(encoded.special[place] for place in masks)


def test_a_typed_mask_is_filled_and_counts_as_replaced(tiny: Tiny) -> None:
    encoded = read(tiny, "the [MASK] was singing")
    typed = encoded.tokens.index("[MASK]")
    assert typed not in candidates_of(tiny, encoded)
    assert all(typed not in draw_masks(tiny, encoded, fraction=1.0, seed=seed) for seed in range(5))
    found = refill(tiny, guess(tiny, encoded))
    assert found.hidden == (typed,) and found.replaced[typed] and sum(found.replaced) == 1


def test_one_token_and_far_too_many(tiny: Tiny) -> None:
    encoded = read(tiny, "the")
    assert draw_masks(tiny, encoded) == (1,)
    assert len(refill(tiny, guess(tiny, encoded, (1,))).replaced) == 3
    long = read(tiny, "the " * 500)
    assert len(long) == 128 and "374 were left out" in long.notices[0]
    assert len(draw_masks(tiny, long)) == 19


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_typed_is_refused_in_one_line_or_refilled(tiny: Tiny, text: str) -> None:
    if refused := refusal_of(lambda: read(tiny, text)):
        assert "\n" not in refused
        return
    encoded = read(tiny, text)
    found = refill(tiny, guess(tiny, encoded, draw_masks(tiny, encoded)))
    assert len(judge(tiny, found.sampled.input_ids).replaced_probability) == len(encoded)


def test_nothing_hidden_is_nothing_replaced(tiny: Tiny) -> None:
    found = refill(tiny, guess(tiny, read(tiny, TEXT)))
    assert found.hidden == () and not any(found.replaced) and found.sampled == found.original


@pytest.mark.parametrize("fraction", [0.0, -1.0, 1.5, float("nan")])
def test_an_impossible_share_is_one_clear_line(tiny: Tiny, fraction: float) -> None:
    assert "above 0" in refusal_of(lambda: draw_masks(tiny, read(tiny, TEXT), fraction=fraction))


@pytest.mark.parametrize("temperature", [-1.0, 1e9, float("nan")])
def test_an_impossible_temperature_is_one_clear_line(tiny: Tiny, temperature: float) -> None:
    reading = guess(tiny, read(tiny, TEXT), (2,))
    assert "temperature" in refusal_of(lambda: refill(tiny, reading, temperature=temperature))


@given(seed=st.integers(0, 500), place=st.integers(0, 599))
def test_a_tokens_standing_by_hand(seed: int, place: int) -> None:
    logits = np.random.default_rng(seed).normal(size=600).astype(np.float32)
    probability, better = standing(logits, place)
    assert probability == pytest.approx(float(torch.from_numpy(logits).softmax(0)[place]), rel=1e-4)
    assert better == sum(other > logits[place] for other in logits)
