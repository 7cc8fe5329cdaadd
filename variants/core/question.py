"""Predict, then run: a question whose right answer is measured, not stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """An answer and what is to be said to whoever chooses it."""

    text: str
    why: str


@dataclass(frozen=True)
class Question:
    """A question with its options; which one is right is for the model to say."""

    prompt: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Marked:
    """The outcome of a measurement, or of one that a paper published."""

    right: int  # index of the option that the measurement bears out
    evidence: str
    origin: str = "Measured just now"  # or the paper and its table


def nearest(value: float, candidates: Sequence[float]) -> int:
    """Return which of ``candidates``, one an option, lies nearest to what was measured."""
    return min(range(len(candidates)), key=lambda option: abs(candidates[option] - value))
