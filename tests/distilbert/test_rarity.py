"""Rare tokens are hidden more often, in proportion to count^-0.7, and always the right number."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny import SPECIAL, VOCABULARY, make_store
from variants.core.masking import IGNORED, Fate
from variants.distilbert.rarity import TokenWeights, choose_rare, mask_rare

EVEN = [1.0] * VOCABULARY.size


def test_weights_are_counts_to_the_minus_point_seven() -> None:
    """A token that never occurs counts as if it did once."""
    store = make_store([[[5] * 100, [6]], [[7, 7]]])
    weights = TokenWeights(10).of(store)
    assert weights == pytest.approx([1.0] * 5 + [100**-0.7, 1.0, 2**-0.7, 1.0, 1.0])


def test_a_store_is_counted_once_and_each_for_itself() -> None:
    one, other = make_store([[[5] * 9]]), make_store([[[6] * 9]])
    weights = TokenWeights(10)
    first = weights.of(one)
    assert weights.of(one) is first
    assert weights.of(other)[5] == 1.0 and weights.of(other)[6] < 1.0
    assert weights.of(one) == first


@given(ids=st.lists(st.integers(0, 9), min_size=1, max_size=126), count=st.integers(1, 126), seed=st.integers(0, 10**6))
def test_positions_are_drawn_without_replacement(ids: list[int], count: int, seed: int) -> None:
    chosen = choose_rare(ids, [10.0**-place for place in range(10)], count, random.Random(seed))
    assert len(chosen) == len(set(chosen)) == min(count, len(ids))
    assert set(chosen) <= set(range(len(ids)))


def test_the_first_is_drawn_in_proportion_to_the_weights() -> None:
    weights, number = [4.0, 2.0, 1.0, 1.0], 8000
    drawn = Counter(choose_rare([0, 1, 2, 3], weights, 1, random.Random(seed))[0] for seed in range(number))
    for place, weight in enumerate(weights):
        share = weight / 8
        assert drawn[place] / number == pytest.approx(share, abs=4 * (share * (1 - share) / number) ** 0.5)


def test_the_second_is_drawn_from_the_rest() -> None:
    """As torch.multinomial without replacement: P(0, then 1) = 1/2 * 2/4."""
    number = 8000
    drawn = Counter(
        frozenset(choose_rare([0, 1, 2, 3], [4.0, 2.0, 1.0, 1.0], 2, random.Random(seed))) for seed in range(number)
    )
    share = 4 / 8 * 2 / 4 + 2 / 8 * 4 / 6
    assert drawn[frozenset((0, 1))] / number == pytest.approx(share, abs=4 * (share * (1 - share) / number) ** 0.5)


@given(window=st.lists(st.integers(SPECIAL, 63), min_size=1, max_size=126), seed=st.integers(0, 10**6))
def test_masked_sequences(window: list[int], seed: int) -> None:
    masked = mask_rare(window, EVEN, VOCABULARY, random.Random(seed))
    original = [VOCABULARY.cls, *window, VOCABULARY.sep]
    assert masked.number_chosen == math.ceil(0.15 * len(original))
    assert masked.fates[0] is None and masked.fates[-1] is None
    for shown, label, fate, token in zip(masked.input_ids, masked.labels, masked.fates, original, strict=True):
        assert label == (IGNORED if fate is None else token)
        if fate in (None, Fate.KEEP):
            assert shown == token
        if fate is Fate.MASK:
            assert shown == VOCABULARY.mask


def test_fates_are_80_10_10() -> None:
    fates = Counter(
        fate for seed in range(300) for fate in mask_rare([9] * 98, EVEN, VOCABULARY, random.Random(seed)).fates if fate
    )
    assert fates.total() == 300 * 15
    for fate, share in ((Fate.MASK, 0.8), (Fate.RANDOM, 0.1), (Fate.KEEP, 0.1)):
        deviation = (share * (1 - share) / fates.total()) ** 0.5
        assert fates[fate] / fates.total() == pytest.approx(share, abs=4 * deviation)


def test_rare_tokens_are_hidden_more_often() -> None:
    """A text of 90 common tokens and 10 rare ones: a tenth of it would be rare by chance."""
    text = [5] * 90 + list(range(6, 16))
    weights = TokenWeights(VOCABULARY.size).of(make_store([[text]]))
    labels = [mask_rare(text, weights, VOCABULARY, random.Random(seed)).labels for seed in range(200)]
    hidden = Counter(label for row in labels for label in row if label != IGNORED)
    assert 1 - hidden[5] / hidden.total() > 0.5
