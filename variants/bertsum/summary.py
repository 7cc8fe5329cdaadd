"""From scores to a summary: the best sentences, without saying the same thing twice.

Liu, 2019, section 4.2. Sentences are taken from the best score down; one that shares three words in a
row with what is already taken is passed over ("trigram blocking"). Baselines choose without reading.

The reference code prints the sentences best first; so does ``Choice.taken``. Ours can also put them
back in the order of the article.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from variants.bertsum.oracle import words_of

Trigram = tuple[str, str, str]
Order = Literal["document", "score"]


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

    def ordered(self, order: Order) -> tuple[int, ...]:
        """Return what was taken, in the order of the article or best first."""
        return self.taken if order == "score" else tuple(sorted(self.taken))


def trigrams(sentence: str) -> set[Trigram]:
    """Return every three words in a row."""
    words = words_of(sentence)
    return set(zip(words, words[1:], words[2:], strict=False))


def choose(
    sentences: Sequence[str],
    scores: Sequence[float],
    count: int,
    *,
    blocking: bool = True,
    candidates: Collection[int] | None = None,
) -> Choice:
    """Take the ``count`` best sentences; with ``blocking``, none that repeats a trigram of one already taken.

    Only ``candidates`` are considered, all sentences for None.
    """
    taken: list[int] = []
    blocked: list[Blocked] = []
    found = [trigrams(sentence) for sentence in sentences]
    places = range(len(sentences)) if candidates is None else sorted(candidates)
    for number in sorted(places, key=lambda number: -scores[number]):
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


def within(count: int, first: int, last: int) -> range:
    """Return the sentences that begin between ``first`` and ``last`` per cent of an article of ``count``."""
    return range(-(-count * first // 100), -(-count * last // 100))


def lead(sentences: Sequence[str], count: int) -> tuple[int, ...]:
    """Return the first sentences, which is hard to beat on news."""
    return tuple(range(min(count, len(sentences))))


def at_random(sentences: Sequence[str], count: int, rng: random.Random) -> tuple[int, ...]:
    """Return some sentences, whatever they say."""
    return tuple(sorted(rng.sample(range(len(sentences)), min(count, len(sentences)))))
