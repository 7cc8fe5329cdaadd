"""Targets, orders and who sees whom, against the paper's rules and the reference's mask."""

from __future__ import annotations

import random
from collections import Counter
from itertools import groupby

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.xlnet.tiny import STARTS
from variants.xlnet.orders import (
    CONTEXT,
    CONTEXT_RANK,
    LONGEST,
    draw_length,
    draw_ranks,
    draw_spans,
    draw_targets,
    permutation_mask,
    words_of,
)

TEXTS = st.lists(st.integers(9, 63), min_size=2, max_size=130)


@given(text=TEXTS)
def test_words_are_runs_of_pieces(text: list[int]) -> None:
    words = words_of(text, STARTS)
    assert [place for word in words for place in word] == list(range(len(text)))
    for word in words[1:]:
        assert STARTS[text[word[0]]]
    assert not any(STARTS[text[place]] for word in words for place in word[1:])


def test_span_lengths_are_in_proportion_to_1_over_n() -> None:
    rng = random.Random(0)
    counts = Counter(draw_length(LONGEST, rng) for _ in range(20_000))
    assert set(counts) == {1, 2, 3, 4, 5} and CONTEXT == 6
    total = sum(1 / n for n in range(1, 6))
    for n, count in counts.items():
        share = 1 / n / total
        assert count / 20_000 == pytest.approx(share, abs=4 * (share * (1 - share) / 20_000) ** 0.5)
    assert sum(n * count for n, count in counts.items()) / 20_000 == pytest.approx(2.19, abs=0.04)


@pytest.mark.parametrize("number", [3, 6, 10, 17, 31, 96])
def test_one_word_in_six_is_chosen_whatever_the_length(number: int) -> None:
    """On average, every part of the text alike; at the very ends of a context a little less."""
    words = [[place] for place in range(number)]
    drawn = [draw_spans(words, random.Random(seed)) for seed in range(4000)]
    counts = Counter(place for spans in drawn for (place,) in spans)
    assert sum(counts.values()) / (4000 * number) == pytest.approx(1 / 6, rel=0.05)
    assert set(counts) == set(range(number))


@given(number=st.integers(1, 130), seed=st.integers(0, 10**6))
def test_spans_lie_within_contexts(number: int, seed: int) -> None:
    """No longer than five words but where two contexts touch, and never more than a text has room for."""
    chosen = [place for (place,) in draw_spans([[place] for place in range(number)], random.Random(seed))]
    assert chosen == sorted(set(chosen)) and all(0 <= place < number for place in chosen)
    runs = [len(list(run)) for _, run in groupby(chosen, key=lambda place: place - chosen.index(place))]
    assert max(runs, default=0) <= 2 * LONGEST
    assert len(chosen) <= max(1, number / CONTEXT + 1)


def test_long_texts_hold_spans_of_every_length() -> None:
    lengths: Counter[int] = Counter()
    for seed in range(300):
        chosen = [place for (place,) in draw_spans([[place] for place in range(100)], random.Random(seed))]
        lengths.update(len(list(run)) for _, run in groupby(chosen, key=lambda place: place - chosen.index(place)))
    assert all(lengths[n] > lengths[n + 1] > 0 for n in range(1, 5))


@given(text=TEXTS, seed=st.integers(0, 10**6))
def test_something_is_predicted_and_something_is_not(text: list[int], seed: int) -> None:
    targets = draw_targets(text, STARTS, random.Random(seed))
    assert 1 <= len(set(targets)) == len(targets) < len(text)
    words = words_of(text, STARTS)
    if len(words) > 1:  # whole words; of a text that is a single word all but its last piece
        assert all(set(word) <= set(targets) or not set(word) & set(targets) for word in words)
    else:
        assert targets == list(range(len(text) - 1))


def test_targets_are_about_a_sixth() -> None:
    rng = random.Random(1)
    texts = [[rng.randrange(9, 64) for _ in range(125)] for _ in range(300)]
    predicted = sum(len(draw_targets(text, STARTS, rng)) for text in texts)
    assert predicted / (300 * 125) == pytest.approx(1 / 6, rel=0.05)


@given(length=st.integers(1, 60), seed=st.integers(0, 10**6), data=st.data())
def test_ranks_are_a_shuffle_of_the_ranked_places(length: int, seed: int, data: st.DataObject) -> None:
    ranked = sorted(data.draw(st.sets(st.integers(0, length - 1))))
    ranks = draw_ranks(length, ranked, random.Random(seed))
    assert sorted(ranks[place] for place in ranked) == list(range(len(ranked)))
    assert all(ranks[place] == CONTEXT_RANK for place in range(length) if place not in ranked)


def test_every_order_is_as_likely() -> None:
    rng = random.Random(0)
    counts = Counter(tuple(draw_ranks(5, [0, 2, 4], rng)) for _ in range(6000))
    assert len(counts) == 6
    assert all(count == pytest.approx(1000, abs=130) for count in counts.values())


@given(length=st.integers(2, 12), seed=st.integers(0, 10**6), data=st.data())
def test_the_mask_is_the_references(length: int, seed: int, data: st.DataObject) -> None:
    """cannot[i, j] where j is ranked and i's own rank (one more, unless i is a target) is not above j's."""
    targets = data.draw(st.sets(st.integers(0, length - 1)))
    functional = data.draw(st.sets(st.integers(0, length - 1))) - targets
    ranks = draw_ranks(length, sorted(targets | functional), random.Random(seed))
    is_target = [place in targets for place in range(length)]
    mask = permutation_mask(torch.tensor([ranks]), torch.tensor([is_target]))[0]
    for i in range(length):
        own = ranks[i] if is_target[i] else ranks[i] + 1
        for j in range(length):
            assert bool(mask[i, j]) == (j in targets | functional and own <= ranks[j])


def test_the_mask_of_new_york_by_hand() -> None:
    """“New York is a city [SEP] [CLS]”: New and York are predicted, New first; [SEP] and [CLS] come last."""
    ranks = torch.tensor([[0, 1, -1, -1, -1, 2, 3]])
    is_target = torch.tensor([[True, True, False, False, False, False, False]])
    seen = ~permutation_mask(ranks, is_target)[0]
    context = [False, False, True, True, True, False, False]
    assert (
        seen.tolist()
        == [
            context,  # New: neither itself nor York
            [True, *context[1:]],  # York: New as well
            context,
            context,
            context,
            [True] * 6 + [False],  # [SEP] sees itself and what came before it
            [True] * 7,
        ]
    )
