"""The paper's ablations as tables, read from the record's claims: which masks help, and what SBO adds."""

from __future__ import annotations

from itertools import pairwise

from variants.core.ablation import Ablation, ablation
from variants.spanbert import OBJECTIVES, SCHEMES, VARIANT


def by_masks() -> Ablation:
    """Return what is hidden against how well it serves."""
    return ablation(VARIANT.claims, SCHEMES)


def by_objective() -> Ablation:
    """Return what one sequence instead of two, and then SBO, add to random spans."""
    return ablation(VARIANT.claims, OBJECTIVES)


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
