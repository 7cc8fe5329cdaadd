"""What a run is made of besides its weights, and how it survives: one file, always whole.

The file holds everything the next step depends on: weights, optimizer state, position in the text,
history and recipe. It is replaced in one move, so that a crash leaves either the old or the new one.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from variants.core.batches import Position
from variants.core.errors import InputError
from variants.core.recipe import Recipe
from variants.core.task import Task, trained


@dataclass
class Progress:
    """How far a run has come, beside its weights."""

    position: Position = field(default_factory=Position)
    steps: int = 0
    seconds: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list[dict[str, float]])


def save_run(folder: Path, task: Task, optimizers: Sequence[Any], progress: Progress, recipe: Recipe) -> None:
    """Write everything the next step depends on; the old file stands until the new one is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        "trained": {name: parameter.detach() for name, parameter in trained(task.objective).items()},
        "optimizers": [optimizer.state_dict() for optimizer in optimizers],
        "progress": asdict(progress),
        "recipe": recipe.as_dict(),
    }
    partial = folder / "state.pt.partial"
    try:
        torch.save(state, partial)
    except (OSError, RuntimeError) as error:  # torch reports a full disk as a RuntimeError
        partial.unlink(missing_ok=True)
        raise InputError(f"The checkpoint could not be written to {folder} ({error}); free some space.") from error
    partial.replace(folder / "state.pt")


def restore_run(folder: Path, task: Task, optimizers: Sequence[Any]) -> Progress:
    """Load a run into the model and the optimizers; raise InputError where there is none that fits."""
    state = _read_state(folder)
    try:
        _restore(task.objective, state["trained"])
        for optimizer, state_of in zip(optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(state_of)
        saved: dict[str, Any] = state["progress"]
        return Progress(Position(**saved["position"]), saved["steps"], saved["seconds"], saved["history"])
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"The checkpoint in {folder} is of another model ({_first_line(error)}).") from error


def _restore(objective: nn.Module, saved: dict[str, Tensor]) -> None:
    parameters = trained(objective)
    if parameters.keys() != saved.keys():
        raise ValueError(f"{len(parameters.keys() ^ saved.keys())} tensors differ")
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(saved[name])


def has_run(folder: Path) -> bool:
    """Say whether a run left its state in ``folder``."""
    return (folder / "state.pt").exists()


def recipe_of_run(folder: Path) -> Recipe:
    """Return the recipe with which an interrupted run was started."""
    try:
        return Recipe.from_dict(_read_state(folder)["recipe"])
    except (KeyError, TypeError) as error:
        raise InputError(f"The checkpoint in {folder} holds no recipe; start anew without --resume.") from error


def _read_state(folder: Path) -> dict[str, Any]:
    path = folder / "state.pt"
    if not has_run(folder):
        raise InputError(f"There is nothing to resume in {folder}; leave out --resume to start anew.")
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        raise InputError(
            f"The checkpoint {path} is damaged ({_first_line(error)}); start anew without --resume."
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__
