"""Our own runs with small and with large batches, as they recorded themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from variants.core.runs import recorded
from variants.core.variant import MODELS
from variants.roberta.objective import CONTROL_RECIPES


@dataclass(frozen=True)
class Run:
    """One pre-training run."""

    name: str
    batch_tokens: int
    learning_rate: float  # at its peak
    steps: int
    tokens_seen: int
    loss: float  # nats per hidden token, on text never seen
    accuracy: float


def recorded_runs(folder: Path = MODELS / "roberta") -> tuple[Run, ...]:
    """Return the shipped model's run and the control's; nothing unless both were measured."""
    (control,) = CONTROL_RECIPES
    found = (_run("our RoBERTa", folder), _run("the same, large batches", folder / "controls" / control))
    return tuple(run for run in found if run) if all(found) else ()


def _run(name: str, folder: Path) -> Run | None:
    if not (found := recorded(folder)):
        return None
    card, scores = found[0], found[1]["held_out"]
    return Run(
        name,
        card["recipe"]["batch_tokens"],
        card["recipe"]["learning_rate"],
        card["steps"],
        card["tokens_seen"],
        scores["mlm_loss"],
        scores["mlm_accuracy"],
    )
