"""A paper's ablation as a table, read from claims: what was trained, and its score on each task.

A claim of an ablation is called "task, what was trained".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def as_tables(claims: Sequence[Claim]) -> tuple[list[Ablation], list[Claim]]:
    """Return the claims that fill a table without a gap, source by source, and those that do not."""
    tables: list[Ablation] = []
    others: list[Claim] = []
    for source in dict.fromkeys(claim.source for claim in claims):
        group = [claim for claim in claims if claim.source == source]
        parts = {tuple(claim.text.split(", ", 1)) for claim in group}
        tasks, trained = {part[0] for part in parts}, {part[1:] for part in parts}
        if () not in trained and len(trained) > 1 and len(parts) == len(tasks) * len(trained) == len(group):
            tables.append(ablation(group, source))
        else:
            others += group
    return tables, others
