"""A paper's ablation as a table, read from claims: what was trained, and its score on each task.

A claim of an ablation is called "task, what was trained".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from variants.core.variant import Claim


@dataclass(frozen=True)
class Ablation:
    """One table of a paper."""

    source: str
    tasks: tuple[str, ...]
    scores: dict[str, tuple[float, ...]]  # what was trained -> its score on each task


def ablation(claims: Iterable[Claim], source: str) -> Ablation:
    """Return the claims of one source as a table, in the order in which they are given."""
    cells = {tuple(claim.text.split(", ", 1)): claim.value for claim in claims if claim.source == source}
    tasks = tuple(dict.fromkeys(task for task, _ in cells))
    trained = dict.fromkeys(what for _, what in cells)
    return Ablation(source, tasks, {what: tuple(cells[task, what] for task in tasks) for what in trained})
