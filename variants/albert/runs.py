"""Our own four models: sharing or not, a narrow table or a full one, as they recorded themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from variants.albert.objective import CONTROLS
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
    baselines: dict[str, dict[str, float]]  # by name, on the same text


def recorded_runs(folder: Path = MODELS / "albert") -> tuple[Run, ...]:
    """Return the four controls' runs, each as long as the others; nothing unless all were measured."""
    found = [_control(folder / "controls", name) for name in CONTROLS]
    return tuple(run for run in found if run) if all(found) else ()


def verdict(runs: Sequence[Run]) -> str:
    """Say what so short a run allows to conclude: how many learned more than a baseline knows."""
    n_gram, constant = runs[0].baselines["n-gram"], runs[0].baselines["same answer"]
    fill = sum(run.scores["mlm_accuracy"] > n_gram["mlm_accuracy"] for run in runs)
    order = sum(run.scores["sop_accuracy"] > constant["sop_accuracy"] for run in runs)
    return (
        f"One run each, of {runs[0].tokens_seen / 1e6:.1f} million tokens: {_of(fill, runs)} fill in more tokens than "
        f"an n-gram ({n_gram['mlm_accuracy']:.1%}), and {_of(order, runs)} tell the order better than the same answer "
        f"every time ({constant['sop_accuracy']:.1%}). So short a run, once each, ranks neither idea."
    )


def _of(count: int, runs: Sequence[Run]) -> str:
    return f"{count or 'none'} of the {len(runs)}"


def recorded_pairs(folder: Path = MODELS) -> dict[str, dict[str, float]]:
    """Return what ALBERT and BERT scored on both tasks between passages; nothing unless both were measured."""
    found: dict[str, Any] = {}
    for name, slug in (("our ALBERT", "albert"), ("our BERT", "bert")):
        metrics = read_json(folder / slug / "metrics.json") or {}
        if "pairs" not in metrics:
            return {}
        found[name] = metrics["pairs"]
    return found


def _control(folder: Path, name: str) -> Run | None:
    if not (found := recorded(folder / name)):
        return None
    card, metrics = found
    sharing, width = name.split("-")
    return Run(
        sharing == "shared",
        int(width),
        card["parameters"],
        card["tokens_seen"],
        metrics["held_out"],
        metrics["baselines"],
    )
