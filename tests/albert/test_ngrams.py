"""Runs of whole words are hidden: never more than the budget, in the paper's lengths."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.albert.tiny import STARTS
from tests.tiny import SPECIAL, VOCABULARY, sample_paragraphs
from variants.albert.ngrams import LONGEST, Word, choose_ngrams, draw_length, mask_ngrams, starting_pieces, words_of
from variants.core.masking import IGNORED, Fate, number_to_mask
from variants.core.tokenization import tokens_of
from variants.core.vocabularies import learn_vocabulary

SEGMENTS = st.lists(st.lists(st.integers(SPECIAL, 63), min_size=1, max_size=60), min_size=1, max_size=2)


def words(lengths: list[int], first: int = 1) -> list[Word]:
    """Words of so many pieces, side by side."""
    starts = [first + sum(lengths[:i]) for i in range(len(lengths))]
    return [list(range(start, start + length)) for start, length in zip(starts, lengths, strict=True)]


def test_words_of_a_segment() -> None:
    starts = [False, True, False]
    assert words_of([1, 2, 2, 1, 1, 2], 5, starts) == [[5, 6, 7], [8], [9, 10]]
    assert words_of([2, 2, 1], 0, starts) == [[0, 1], [2]]  # the rest of a word that was cut


def test_which_pieces_start_a_word() -> None:
    tokenizer = learn_vocabulary("unigram", sample_paragraphs(), 600)
    starts = dict(zip(tokens_of(tokenizer, range(len(tokenizer))), starting_pieces(tokenizer), strict=True))
    assert starts["▁the"] and starts["."] and starts[","] and starts["▁"]
    assert not starts["s"] and not starts["ing"]
    ids = tokenizer.encode("The waiting men, tired.", add_special_tokens=False)
    pieces = tokens_of(tokenizer, ids)
    grouped = ["".join(pieces[place] for place in word) for word in words_of(ids, 0, starting_pieces(tokenizer))]
    assert grouped == ["▁the", "▁waiting", "▁men", ",", "▁tired", "."]


def test_lengths_are_drawn_in_proportion_to_one_over_n() -> None:
    rng, number = random.Random(0), 20_000
    drawn = Counter(draw_length(LONGEST, rng) for _ in range(number))
    for length, share in ((1, 6 / 11), (2, 3 / 11), (3, 2 / 11)):
        deviation = (share * (1 - share) / number) ** 0.5
        assert drawn[length] / number == pytest.approx(share, abs=4 * deviation)
    assert sum(length * count for length, count in drawn.items()) / number == pytest.approx(18 / 11, abs=0.025)
    assert {draw_length(1, rng) for _ in range(50)} == {1}


@given(
    lengths=st.lists(st.lists(st.integers(1, 6), min_size=1, max_size=40), min_size=1, max_size=2),
    budget=st.integers(1, 19),
    seed=st.integers(0, 10**6),
)
def test_properties_of_every_choice(lengths: list[list[int]], budget: int, seed: int) -> None:
    segments = [words(lengths[0]), *(words(more, 2 + sum(lengths[0])) for more in lengths[1:])]
    chosen = choose_ngrams(segments, budget, random.Random(seed))
    every = [word for segment in segments for word in segment]
    assert 1 <= len(chosen) == len(set(chosen))
    assert all(set(word) <= set(chosen) or not set(word) & set(chosen) for word in every)  # whole words
    shortest = min(map(len, every))
    assert len(chosen) <= budget or (len(chosen) == shortest > budget)


def test_a_run_that_is_too_long_is_shortened() -> None:
    """Six times in eleven the first draw fits; all the same one word is always hidden."""
    for seed in range(50):
        assert len(choose_ngrams([words([1] * 10)], 1, random.Random(seed))) == 1
        assert len(choose_ngrams([words([2] * 10)], 3, random.Random(seed))) == 2


def test_runs_are_consecutive_words_and_stay_in_their_segment() -> None:
    """Words that stand alone in their segments are hidden alone; otherwise two in eleven draws are of three."""
    longest = Counter[int]()
    for seed in range(2000):
        chosen = sorted(choose_ngrams([words([1] * 40)], 3, random.Random(seed)))
        longest[chosen[-1] - chosen[0] == 2 and len(chosen) == 3] += 1
    assert longest[True] / 2000 > 2 / 11
    alone = [words([1], place) for place in range(1, 40, 2)]
    sizes = Counter(len(choose_ngrams(alone, 2, random.Random(seed))) for seed in range(50))
    assert sizes == {2: 50}


def test_the_budget_is_used_up_nearly_always() -> None:
    sizes = [len(choose_ngrams([words([1, 2, 1, 1, 3, 1] * 14)], 19, random.Random(seed))) for seed in range(300)]
    assert sum(sizes) / 300 > 18.5


def test_where_every_word_is_too_long_the_shortest_is_hidden() -> None:
    assert sorted(choose_ngrams([words([5, 3, 4])], 2, random.Random(0))) == [6, 7, 8]


@given(segments=SEGMENTS, seed=st.integers(0, 10**6))
def test_masked_sequences(segments: list[list[int]], seed: int) -> None:
    masked = mask_ngrams(segments, STARTS, VOCABULARY, random.Random(seed))
    original = [VOCABULARY.cls, *(token for segment in segments for token in [*segment, VOCABULARY.sep])]
    assert len(masked.input_ids) == len(original)
    for shown, label, fate, token in zip(masked.input_ids, masked.labels, masked.fates, original, strict=True):
        assert label == (IGNORED if fate is None else token)
        assert fate is None or token >= SPECIAL
        if fate in (None, Fate.KEEP):
            assert shown == token
        if fate is Fate.MASK:
            assert shown == VOCABULARY.mask
    longest_word = max(len(word) for segment in segments for word in words_of(segment, 0, STARTS))
    assert 1 <= masked.number_chosen <= max(number_to_mask(len(original)), longest_word)


def test_every_piece_has_a_fate_of_its_own() -> None:
    fates, mixed = Counter[Fate](), 0
    for seed in range(1000):
        masked = mask_ngrams([[6] * 40], [True] * 6 + [False] * 58, VOCABULARY, random.Random(seed))
        drawn = [fate for fate in masked.fates if fate]
        assert len(drawn) == 40  # one word: the whole segment
        fates.update(drawn)
        mixed += len(set(drawn)) > 1
    assert mixed > 950
    for fate, share in ((Fate.MASK, 0.8), (Fate.RANDOM, 0.1), (Fate.KEEP, 0.1)):
        deviation = (share * (1 - share) / fates.total()) ** 0.5
        assert fates[fate] / fates.total() == pytest.approx(share, abs=4 * deviation)
