"""Copied or invented: which words of a summary stand in the text, and which do not.

Liu and Lapata, 2019, section 5.1, count the n-grams of a summary that its source does not hold: people
and abstractive models write new ones, sentences that are chosen hold none. Words are compared as they
stand, lower-cased, without stemming.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Stretch:
    """One word of a summary, or what stands between words."""

    text: str
    copied: bool | None  # whether the source has the word; None between words
    pair: bool = False  # whether the source has it beside the word before or after it here


def words_in(text: str) -> list[str]:
    """Return the words of a text, letters and digits, lower-cased."""
    return _WORD.findall(text.lower())


def marked_words(summary: str, source: str) -> tuple[Stretch, ...]:
    """Mark the words of a summary; nothing of it is lost."""
    return tuple(_stretches(summary, words_in(source)))


def _stretches(summary: str, source: list[str]) -> Iterator[Stretch]:
    known, pairs = set(source), set(pairwise(source))
    found = list(_WORD.finditer(summary))
    words = [match.group().lower() for match in found]
    paired = {number + step for number, pair in enumerate(pairwise(words)) if pair in pairs for step in (0, 1)}
    reached = 0
    for number, match in enumerate(found):
        if match.start() > reached:
            yield Stretch(summary[reached : match.start()], None)
        yield Stretch(match.group(), words[number] in known, number in paired)
        reached = match.end()
    if reached < len(summary):
        yield Stretch(summary[reached:], None)


def novel_share(summary: str, source: str, length: int) -> float:
    """Return the share of runs of ``length`` words that the source does not hold; 0 where there are none."""
    written, held = _runs(words_in(summary), length), set(_runs(words_in(source), length))
    return sum(run not in held for run in written) / len(written) if written else 0.0


def _runs(words: list[str], length: int) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(length)), strict=False))
