"""Grammar: which of two sentences that differ in one point does a model find more likely?

BLiMP (Warstadt et al., 2020) holds 67 sets of such pairs, one phenomenon each. A model is right where
it gives the grammatical sentence the higher score. Guessing gets one half.
"""

from __future__ import annotations

import json
import lzma
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from variants.core.errors import InputError

PAIRS = 40  # of each set; with 67 sets, one accuracy is known to about one point
QUICK_PAIRS = 4

Score = Callable[[Sequence[str]], list[float]]  # sentences -> the higher, the more likely


@dataclass(frozen=True)
class MinimalPair:
    """A grammatical sentence and its ungrammatical twin."""

    good: str
    bad: str
    phenomenon: str  # one of 12, such as "island_effects"
    paradigm: str  # one of 67


def read_minimal_pairs(path: Path, of_each: int = PAIRS) -> list[MinimalPair]:
    """Read the first ``of_each`` pairs of every set from a file with one JSON object a line."""
    taken: defaultdict[str, list[MinimalPair]] = defaultdict(list)
    try:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                pairs = taken[row["UID"]]
                if len(pairs) < of_each:
                    pairs.append(
                        MinimalPair(row["sentence_good"], row["sentence_bad"], row["linguistics_term"], row["UID"])
                    )
    except (OSError, EOFError, lzma.LZMAError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"The minimal pairs {path} must hold one JSON object a line, as BLiMP does.") from error
    return [pair for pairs in taken.values() for pair in pairs]


def grammar_scores(score: Score, pairs: Sequence[MinimalPair]) -> dict[str, float]:
    """Return the share of pairs judged rightly: ``blimp``, its standard error, and one share a phenomenon."""
    scores = score([pair.good for pair in pairs] + [pair.bad for pair in pairs])
    right = [good > bad for good, bad in zip(scores[: len(pairs)], scores[len(pairs) :], strict=True)]
    phenomena: defaultdict[str, list[bool]] = defaultdict(list)
    for pair, judged in zip(pairs, right, strict=True):
        phenomena[pair.phenomenon].append(judged)
    share = sum(right) / len(right)
    return {
        "blimp": share,
        "blimp_standard_error": (share * (1 - share) / len(right)) ** 0.5,
        **{f"blimp_{name}": sum(found) / len(found) for name, found in sorted(phenomena.items())},
    }
