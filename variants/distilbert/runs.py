"""Our own runs with and without a teacher, as they recorded themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from variants.core.runs import recorded
from variants.core.variant import MODELS
from variants.distilbert.objective import CONTROLS


@dataclass(frozen=True)
class Run:
    """One pre-training run, measured on text never seen."""

    name: str
    tokens_seen: int
    accuracy: float  # share of the hidden tokens
    loss: float  # nats per hidden token
    distillation: float  # T^2 KL from the teacher
    cosine: float


def recorded_runs(folder: Path = MODELS / "distilbert") -> tuple[Run, ...]:
    """Return the shipped model's run and the control's; nothing unless both were measured."""
    (alone,) = CONTROLS
    found = (_run("taught by BERT", folder), _run("the same, left alone", folder / "controls" / alone))
    return tuple(run for run in found if run) if all(found) else ()


def _run(name: str, folder: Path) -> Run | None:
    if not (found := recorded(folder)):
        return None
    card, scores = found[0], found[1]["held_out"]
    return Run(
        name,
        card["tokens_seen"],
        scores["mlm_accuracy"],
        scores["mlm_loss"],
        scores["distillation_loss"],
        scores["cosine_loss"],
    )
