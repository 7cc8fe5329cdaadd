"""The oracle: which sentences should a model have chosen, given a summary that a person wrote?

Liu, 2019, section 3.1, and the reference ``data_builder.py``. Sentences are added one by one, each time
the one that raises ROUGE-1 + ROUGE-2 (F1 over sets of n-grams) most, until none does or there are
three. These are the labels that BERTSUM learns from, and the best that choosing sentences can do.

The reference forgets to sort when it stops early; ours returns the order in which sentences were
taken, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

MOST = 3  # sentences

Ngrams: TypeAlias = set[tuple[str, ...]]


@dataclass(frozen=True)
class Step:
    """One sentence that the oracle took."""

    sentence: int
    score: float  # ROUGE-1 + ROUGE-2 of all that is taken by then
    rivals: Mapping[int, float]  # the same, had it taken another sentence that was left: by number, itself included


def words_of(text: str) -> list[str]:
    """Return the words, letters and digits only, as the reference cleans them."""
    return re.sub(r"[^a-zA-Z0-9 ]", "", text.lower()).split()


def oracle_steps(sentences: Sequence[str], summary: str, most: int = MOST) -> list[Step]:
    """Return the sentences in the order in which the oracle takes them."""
    return list(_steps([words_of(sentence) for sentence in sentences], words_of(summary), most))


def oracle_labels(sentences: Sequence[str], summary: str, most: int = MOST) -> list[bool]:
    """Say of every sentence whether the oracle takes it."""
    taken = {step.sentence for step in oracle_steps(sentences, summary, most)}
    return [number in taken for number in range(len(sentences))]


def score_of(sentences: Sequence[str], summary: str) -> float:
    """Return ROUGE-1 + ROUGE-2 of some sentences, as the oracle counts them."""
    words, wanted = [words_of(sentence) for sentence in sentences], words_of(summary)
    ones, twos = (
        {gram for each in words for gram in _unigrams(each)},
        {gram for each in words for gram in pairwise(each)},
    )
    return f1(ones, set(_unigrams(wanted))) + f1(twos, set(pairwise(wanted)))


def _steps(sentences: Sequence[list[str]], summary: list[str], most: int) -> Iterator[Step]:
    ones, twos = [set(_unigrams(words)) for words in sentences], [set(pairwise(words)) for words in sentences]
    wanted_ones, wanted_twos = set(_unigrams(summary)), set(pairwise(summary))
    taken_ones, taken_twos = Ngrams(), Ngrams()
    left = list(range(len(sentences)))
    best = 0.0
    for _ in range(most):
        scores = {
            number: f1(taken_ones | ones[number], wanted_ones) + f1(taken_twos | twos[number], wanted_twos)
            for number in left
        }
        number = max(scores, key=scores.__getitem__, default=None)
        if number is None or scores[number] <= best:
            return
        best = scores[number]
        yield Step(number, best, scores)
        taken_ones |= ones[number]
        taken_twos |= twos[number]
        left.remove(number)


def _unigrams(words: Sequence[str]) -> Iterator[tuple[str]]:
    return ((word,) for word in words)


def f1(found: Ngrams, wanted: Ngrams) -> float:
    """Return the harmonic mean of precision and recall of two sets."""
    shared = len(found & wanted)
    return 2 * shared / (len(found) + len(wanted)) if shared else 0.0
