"""A sample of BLiMP for the comparison page: one phenomenon of grammar, twenty pairs, every model's judgement.

The sample is small, so a share comes with Wilson's interval (1927), which stays within 0 and 1 and has a width
also where all answers are right. ``evaluate --labelled`` asks far more pairs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from variants.core.grammar import MinimalPair
from variants.core.preference import scores_of
from variants.core.variant import Variant

SAMPLE = Path(__file__).parents[2] / "assets" / "text" / "blimp.jsonl"
CHANCE = 0.5
DEVIATIONS = 1.96  # to each side; 95 % of a normal distribution


@dataclass(frozen=True)
class Judged:
    """One model's judgement of the pairs of a phenomenon."""

    slug: str
    name: str
    margins: tuple[float, ...]  # by how much each grammatical sentence is preferred; the sign is what counts

    @property
    def right(self) -> int:
        """Return how many pairs are judged rightly; a tie is not."""
        return sum(margin > 0 for margin in self.margins)

    @property
    def share(self) -> float:
        """Return the share of the pairs judged rightly."""
        return self.right / len(self.margins)

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the share."""
        return wilson(self.right, len(self.margins))


@cache
def sample_pairs() -> Mapping[str, tuple[MinimalPair, ...]]:
    """Return the pairs of each phenomenon."""
    rows = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    return {
        name: tuple(
            MinimalPair(row["good"], row["bad"], name, row["paradigm"]) for row in rows if row["phenomenon"] == name
        )
        for name in dict.fromkeys(row["phenomenon"] for row in rows)
    }


def judge(variant: Variant, phenomenon: str) -> Judged:
    """Ask a model which sentence of each pair of a phenomenon it prefers."""
    pairs = sample_pairs()[phenomenon]
    scores = scores_of(variant, [pair.good for pair in pairs] + [pair.bad for pair in pairs])
    good, bad = scores[: len(pairs)], scores[len(pairs) :]
    return Judged(variant.slug, variant.name, tuple(one - other for one, other in zip(good, bad, strict=True)))


def wilson(right: int, count: int) -> tuple[float, float]:
    """Return the ends of the 95 % score interval of a share."""
    share, square = right / count, DEVIATIONS**2 / count
    middle = (share + square / 2) / (1 + square)
    half = (DEVIATIONS**2 * share * (1 - share) / count + square**2 / 4) ** 0.5 / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)
