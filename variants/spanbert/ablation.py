"""The paper's ablations as tables, read from the record's claims: which masks help, and what SBO adds.

A claim of an ablation is called "task, what was trained".
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from variants.spanbert import OBJECTIVES, SCHEMES, VARIANT


@dataclass(frozen=True)
class Ablation:
    """One table of the paper."""

    source: str
    tasks: tuple[str, ...]
    scores: dict[str, tuple[float, ...]]  # what was trained -> its score on each task


def ablation(source: str) -> Ablation:
    """Return the claims of one source as a table, in the order of the record."""
    cells = {tuple(claim.text.split(", ", 1)): claim.value for claim in VARIANT.claims if claim.source == source}
    tasks = tuple(dict.fromkeys(task for task, _ in cells))
    trained = dict.fromkeys(what for _, what in cells)
    return Ablation(source, tasks, {what: tuple(cells[task, what] for task in tasks) for what in trained})


def by_masks() -> Ablation:
    """Return what is hidden against how well it serves."""
    return ablation(SCHEMES)


def by_objective() -> Ablation:
    """Return what one sequence instead of two, and then SBO, add to random spans."""
    return ablation(OBJECTIVES)


def gains() -> dict[str, tuple[float, ...]]:
    """Return for each task what each step of :func:`by_objective` added, in points."""
    table = by_objective()
    rows = list(table.scores.values())
    return {
        task: tuple(round(after[column] - before[column], 1) for before, after in pairwise(rows))
        for column, task in enumerate(table.tasks)
    }


def in_words() -> str:
    """Say on which task which step brought the gain."""
    return " ".join(
        f"{task}: {one:+.1f} points by one sequence in place of two and NSP, {sbo:+.1f} by SBO."
        for task, (one, sbo) in gains().items()
    )
