"""Chunks fill the window, and nothing is lost."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from variants.core.segments import chunks, cut_sentences, draw_length, fit_pair
from variants.core.token_store import Sentence

LENGTHS = st.lists(st.integers(1, 40), min_size=1, max_size=30)


def numbered(lengths: list[int]) -> list[Sentence]:
    """Sentences of these lengths; every token is its own place in the document."""
    ends = [sum(lengths[: i + 1]) for i in range(len(lengths))]
    return [list(range(end - length, end)) for end, length in zip(ends, lengths, strict=True)]


@given(lengths=LENGTHS, longest=st.integers(1, 20))
def test_long_sentences_are_cut_and_nothing_is_lost(lengths: list[int], longest: int) -> None:
    cut = cut_sentences(numbered(lengths), longest)
    assert all(1 <= len(part) <= longest for part in cut)
    assert [token for part in cut for token in part] == list(range(sum(lengths)))


@given(lengths=LENGTHS, room=st.integers(2, 125), seed=st.integers(0, 10**6))
def test_chunks_are_the_document_in_whole_sentences(lengths: list[int], room: int, seed: int) -> None:
    sentences = numbered(lengths)
    made = list(chunks(sentences, room, random.Random(seed)))
    assert [sentence for chunk in made for sentence in chunk] == sentences
    assert all(made) and all(sum(map(len, chunk[:-1])) < room for chunk in made)


def test_most_chunks_fill_the_room() -> None:
    made = list(chunks(numbered([1] * 9_000), 61, random.Random(0)))
    assert 0.86 < sum(len(chunk) == 61 for chunk in made) / len(made) < 0.96


def test_lengths_are_now_and_then_short() -> None:
    rng = random.Random(0)
    short = [length for _ in range(5000) if (length := draw_length(61, rng)) != 61]
    assert 400 < len(short) < 580  # a tenth, and some of those draw 61 as well
    assert min(short) == 2 and max(short) == 60


@given(first=st.integers(1, 80), second=st.integers(1, 80), room=st.integers(2, 80), seed=st.integers(0, 99))
def test_a_pair_is_cut_at_its_ends_the_longer_segment_first(first: int, second: int, room: int, seed: int) -> None:
    given_first, given_second = list(range(first)), list(range(100, 100 + second))
    one, two = fit_pair(given_first, given_second, room, random.Random(seed))
    assert len(one) + len(two) == min(room, first + second)
    assert one == list(range(one[0], one[0] + len(one))) and two == list(range(two[0], two[0] + len(two)))
    if len(one) + len(two) < first + second:
        assert min(len(one), len(two)) == min(first, second, room // 2)
    assert (given_first, given_second) == (list(range(first)), list(range(100, 100 + second)))


def test_a_pair_is_cut_at_both_ends() -> None:
    fronts = [fit_pair(list(range(60)), list(range(60)), 60, random.Random(seed))[0][0] for seed in range(200)]
    assert 14 < sum(fronts) / 200 < 16
