"""From scores to a summary: the best sentences, without saying the same thing twice.

Liu, 2019, section 4.2. Sentences are taken from the best score down; one that shares three words in a
row with what is already taken is passed over ("trigram blocking"). Baselines choose without reading.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from variants.bertsum.oracle import words_of

Trigram = tuple[str, str, str]


@dataclass(frozen=True)
class Blocked:
    """A sentence that was passed over, and why."""

    sentence: int
    by: int  # the sentence taken before it
    trigram: Trigram


@dataclass(frozen=True)
class Choice:
    """What was taken, best first, and what was passed over on the way."""

    taken: tuple[int, ...]
    blocked: tuple[Blocked, ...]


def trigrams(sentence: str) -> set[Trigram]:
    """Return every three words in a row."""
    words = words_of(sentence)
    return set(zip(words, words[1:], words[2:], strict=False))


def choose(sentences: Sequence[str], scores: Sequence[float], count: int, *, blocking: bool = True) -> Choice:
    """Take the ``count`` best sentences; with ``blocking``, none that repeats a trigram of one already taken."""
    taken: list[int] = []
    blocked: list[Blocked] = []
    found = [trigrams(sentence) for sentence in sentences]
    for number in sorted(range(len(sentences)), key=lambda number: -scores[number]):
        if len(taken) == count:
            break
        repeated = next(
            ((other, found[other] & found[number]) for other in taken if found[other] & found[number]), None
        )
        if blocking and repeated:
            blocked.append(Blocked(number, repeated[0], min(repeated[1])))
        else:
            taken.append(number)
    return Choice(tuple(taken), tuple(blocked))


def lead(sentences: Sequence[str], count: int) -> tuple[int, ...]:
    """Return the first sentences, which is hard to beat on news."""
    return tuple(range(min(count, len(sentences))))


def at_random(sentences: Sequence[str], count: int, rng: random.Random) -> tuple[int, ...]:
    """Return some sentences, whatever they say."""
    return tuple(sorted(rng.sample(range(len(sentences)), min(count, len(sentences)))))
