"""The masker draws an exact number, never a special token, and 80/10/10 of what it draws."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variants.core.masking import IGNORED, Fate, Masked, draw_fate, mask_tokens, number_to_mask

MASK, VOCABULARY = 4, 1000

LENGTHS = st.integers(3, 128)
SEEDS = st.integers(0, 2**32)


def sequence(length: int) -> tuple[list[int], list[bool]]:
    """[CLS] … [SEP], with tokens that differ from each other and from [MASK]."""
    return [2, *range(10, 8 + length), 3], [True, *[False] * (length - 2), True]


def masked(length: int, seed: int, *, max_predictions: int | None = None) -> Masked:
    ids, special = sequence(length)
    return mask_tokens(
        ids,
        special,
        random.Random(seed),
        mask_id=MASK,
        vocabulary_size=VOCABULARY,
        max_predictions=max_predictions,
    )


@pytest.mark.parametrize(
    ("length", "number"), [(3, 1), (9, 1), (10, 2), (11, 2), (20, 3), (126, 19), (128, 19), (512, 77)]
)
def test_number_to_mask(length: int, number: int) -> None:
    """Golden: 15 %, special tokens counted in, at least one; 126 tokens give 19."""
    assert number_to_mask(length) == number
    assert number_to_mask(length, max_predictions=20) == min(20, number)


@pytest.mark.parametrize(("share", "number"), [(0.0, 1), (0.5, 10), (1.0, 20)])
def test_share_can_be_chosen(share: float, number: int) -> None:
    assert number_to_mask(20, mlm_probability=share) == number


@given(length=LENGTHS, seed=SEEDS, most=st.none() | st.integers(1, 20))
def test_properties_of_every_masking(length: int, seed: int, most: int | None) -> None:
    ids, special = sequence(length)
    drawn = masked(length, seed, max_predictions=most)
    chosen = [place for place, fate in enumerate(drawn.fates) if fate is not None]
    assert len(chosen) == min(length - 2, max(1, round(0.15 * length)), most or length)
    assert not any(special[place] for place in chosen)
    for place in range(length):
        fate = drawn.fates[place]
        assert drawn.labels[place] == (IGNORED if fate is None else ids[place])
        if fate is Fate.MASK:
            assert drawn.input_ids[place] == MASK
        elif fate is Fate.RANDOM:
            assert 0 <= drawn.input_ids[place] < VOCABULARY
        else:
            assert drawn.input_ids[place] == ids[place]


@given(length=LENGTHS, seed=SEEDS)
def test_same_seed_same_masks(length: int, seed: int) -> None:
    assert masked(length, seed) == masked(length, seed)


def test_other_seeds_give_other_masks() -> None:
    assert len({masked(128, seed).labels for seed in range(50)}) == 50


def test_input_is_left_alone() -> None:
    ids, special = sequence(30)
    mask_tokens(ids, special, random.Random(0), mask_id=MASK, vocabulary_size=VOCABULARY)
    assert (ids, special) == sequence(30)


def test_fates_are_80_10_10() -> None:
    """Four standard deviations of a binomial over 20,000 draws."""
    rng = random.Random(0)
    counts = Counter(draw_fate(rng) for _ in range(20_000))
    assert counts[Fate.MASK] == pytest.approx(16_000, abs=4 * 57)
    assert counts[Fate.RANDOM] == pytest.approx(2_000, abs=4 * 43)
    assert counts[Fate.KEEP] == pytest.approx(2_000, abs=4 * 43)


def test_fates_are_80_10_10_in_sequences() -> None:
    """1,000 sequences of 128 tokens hold 19,000 chosen ones; 1.5 % of what is read is random."""
    counts = Counter(fate for seed in range(1000) for fate in masked(128, seed).fates)
    assert counts[None] == 1000 * (128 - 19)
    assert counts[Fate.MASK] == pytest.approx(15_200, abs=4 * 55)
    assert counts[Fate.RANDOM] == pytest.approx(1_900, abs=4 * 41)
    assert counts[Fate.KEEP] == pytest.approx(1_900, abs=4 * 41)


def test_every_position_is_chosen_equally_often() -> None:
    counts = Counter(
        place for seed in range(4000) for place, fate in enumerate(masked(22, seed).fates) if fate is not None
    )
    assert set(counts) == set(range(1, 21))
    for count in counts.values():  # 3 of 20 in 4,000 sequences
        assert count == pytest.approx(600, abs=4 * 23)


def test_random_pieces_are_uniform_over_the_whole_vocabulary() -> None:
    """Special tokens and the original itself may be drawn, as in the reference."""
    drawn = Counter[int]()
    for seed in range(12_000):
        result = mask_tokens([7] * 10, [False] * 10, random.Random(seed), mask_id=4, vocabulary_size=8)
        fates = zip(result.input_ids, result.fates, strict=True)
        drawn.update(token for token, fate in fates if fate is Fate.RANDOM)
    assert set(drawn) == set(range(8))
    for count in drawn.values():
        assert count == pytest.approx(drawn.total() / 8, rel=0.25)


def test_nothing_to_choose_from() -> None:
    drawn = mask_tokens([2, 3], [True, True], random.Random(0), mask_id=MASK, vocabulary_size=VOCABULARY)
    assert drawn == Masked((2, 3), (IGNORED, IGNORED), (None, None))


def test_golden_masks() -> None:
    """Other draws from the same seed would change every measure that was ever written down."""
    drawn = masked(20, 0)
    assert {place: fate for place, fate in enumerate(drawn.fates) if fate} == {
        1: Fate.MASK,
        10: Fate.RANDOM,
        12: Fate.RANDOM,
    }
