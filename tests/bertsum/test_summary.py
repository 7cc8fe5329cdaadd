"""Trigram blocking never leaves a repeated trigram, and says what blocked what."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.bertsum.tiny import SENTENCES
from variants.bertsum.summary import at_random, choose, lead, trigrams

WORDS = st.sampled_from(["cat", "dog", "sat", "ran"])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=7).map(" ".join), min_size=1, max_size=8)


@given(TEXTS, st.randoms(use_true_random=False), st.integers(1, 5))
def test_no_trigram_is_said_twice(sentences: list[str], rng: random.Random, count: int) -> None:
    scores = [rng.random() for _ in sentences]
    choice = choose(sentences, scores, count)
    for number, sentence in enumerate(choice.taken):
        assert not any(trigrams(sentences[sentence]) & trigrams(sentences[other]) for other in choice.taken[:number])
    for blocked in choice.blocked:
        assert blocked.by in choice.taken and scores[blocked.by] >= scores[blocked.sentence]
        assert blocked.trigram in trigrams(sentences[blocked.sentence]) & trigrams(sentences[blocked.by])
    if len(choice.taken) < count:  # then nothing else was left
        assert len(choice.taken) + len(choice.blocked) == len(sentences)


@given(TEXTS, st.randoms(use_true_random=False))
def test_without_blocking_the_best_are_taken(sentences: list[str], rng: random.Random) -> None:
    scores = [rng.random() for _ in sentences]
    choice = choose(sentences, scores, 3, blocking=False)
    assert [scores[number] for number in choice.taken] == sorted(scores, reverse=True)[:3]
    assert not choice.blocked


def test_what_was_blocked_and_by_what() -> None:
    choice = choose(SENTENCES, [0.9, 0.1, 0.5, 0.2, 0.8], 3)
    assert choice.taken == (0, 2, 3)
    (blocked,) = choice.blocked
    assert (blocked.sentence, blocked.by) == (4, 0) and blocked.trigram == ("and", "was", "never")


def test_baselines_choose_without_reading() -> None:
    assert lead(SENTENCES, 3) == (0, 1, 2) and lead(SENTENCES[:1], 3) == (0,)
    drawn = at_random(SENTENCES, 3, random.Random(1))
    assert len(set(drawn)) == 3 and set(drawn) <= set(range(5))
