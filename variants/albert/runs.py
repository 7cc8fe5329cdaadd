"""Our own four models: sharing or not, a narrow table or a full one, as they recorded themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from variants.core.runs import recorded
from variants.core.variant import MODELS, read_json


@dataclass(frozen=True)
class Run:
    """One pre-training run and what it scored on text never seen."""

    shares: bool
    embedding: int
    parameters: int
    tokens_seen: int
    scores: dict[str, float]


CONTROLS = {"shared-256": (True, 256), "unshared-64": (False, 64), "unshared-256": (False, 256)}


def recorded_runs(folder: Path = MODELS / "albert") -> tuple[Run, ...]:
    """Return our ALBERT's run and its controls'; nothing unless all four were measured."""
    found = [_run(folder, shares=True, embedding=64)]
    found += [
        _run(folder / "controls" / name, shares=shares, embedding=width) for name, (shares, width) in CONTROLS.items()
    ]
    return tuple(run for run in found if run) if all(found) else ()


def recorded_pairs(folder: Path = MODELS) -> dict[str, dict[str, float]]:
    """Return what ALBERT and BERT scored on both tasks between passages; nothing unless both were measured."""
    found: dict[str, Any] = {}
    for name, slug in (("our ALBERT", "albert"), ("our BERT", "bert")):
        metrics = read_json(folder / slug / "metrics.json") or {}
        if "pairs" not in metrics:
            return {}
        found[name] = metrics["pairs"]
    return found


def _run(folder: Path, *, shares: bool, embedding: int) -> Run | None:
    if not (found := recorded(folder)):
        return None
    card, metrics = found
    return Run(shares, embedding, card["parameters"], card["tokens_seen"], metrics["held_out"])
