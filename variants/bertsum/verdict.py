"""What the measures of the abstractive model say, in words that follow from the numbers alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

CLEAR = 2  # standard errors


@dataclass(frozen=True)
class Verdict:
    """Where writing comes out ahead of the first words of a text, and what reading it is worth."""

    better: tuple[str, ...]  # sets of texts
    worse: tuple[str, ...]
    undecided: tuple[str, ...]
    reading: float  # nats a token that are lost with another text, the mean over the sets
    language: float  # nats a token below the loss of word frequencies, with another text


def verdict_on(metrics: Mapping[str, Any]) -> Verdict:
    """Compare ROUGE-1 with Lead's, text by text; within two standard errors nothing is decided."""
    gaps = {
        source: scores["rouge1"] / (scores["rouge1_error"] or 1e-9)
        for source, scores in metrics["ahead_of_lead"].items()
    }
    tokens = list(metrics["tokens"].values())
    return Verdict(
        better=tuple(source for source, gap in gaps.items() if gap > CLEAR),
        worse=tuple(source for source, gap in gaps.items() if gap < -CLEAR),
        undecided=tuple(source for source, gap in gaps.items() if abs(gap) <= CLEAR),
        reading=fmean(row["other_text_loss"] - row["token_loss"] for row in tokens),
        language=fmean(row["frequency_loss"] - row["other_text_loss"] for row in tokens),
    )
