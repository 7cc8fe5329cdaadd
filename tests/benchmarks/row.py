"""One line of the report: what was measured, beside what, and the goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A bound on a measured value."""

    bound: float
    at_least: bool = False  # otherwise at most

    def is_met(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measured value; ``ours`` and ``beside`` say what it was computed from."""

    what: str
    ours: str
    beside: str = ""
    value: float
    unit: str  # "×" for a ratio
    goal: Goal | None = None  # None where the value is there for comparison only

    def cells(self) -> tuple[str, ...]:
        measured = f"{self.value:.2f} {self.unit}"
        if self.goal is None:
            return (self.what, self.ours, self.beside, measured, "", "")
        sign = "≥" if self.goal.at_least else "≤"
        verdict = "yes" if self.goal.is_met(self.value) else "NO"
        return (
            self.what,
            self.ours,
            self.beside,
            measured,
            f"{sign} {self.goal.bound:g} {self.unit}",
            verdict,
        )


HEAD = ("measurement", "ours", "beside", "measured", "goal", "met")


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a plain table."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    written = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    return "\n".join(line.rstrip() for line in [written[0], "─" * len(written[0]), *written[1:]])
