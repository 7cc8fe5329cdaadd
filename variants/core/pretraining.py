"""The pre-training loop: short enough to read, safe to interrupt.

Each step takes one batch, one gradient, one update. Everything the next step depends on (weights,
optimizer state, position in the text) is written to one file every few minutes, by replacing it
whole; a run that is killed goes on from there and sees the same batches as if nothing had happened.
Several processes or GPUs need no other code: start it with ``accelerate launch``.

Left out: gradient accumulation and dropout.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor
from tqdm import tqdm

from variants.core.batches import Position, batches
from variants.core.errors import InputError
from variants.core.optimization import build_optimizers, set_learning_rate
from variants.core.recipe import Recipe, Stage
from variants.core.task import Task
from variants.core.token_store import TokenStore

HELD_OUT = Recipe(tokens=1, stages=(Stage(128, 1.0),), batch_tokens=2048)  # whatever the run's own windows are
HELD_OUT_EXAMPLES = 256

Measures = dict[str, float]


@dataclass
class Progress:
    """How far a run has come, beside its weights."""

    position: Position = field(default_factory=Position)
    steps: int = 0
    seconds: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """What does not change the result: where and how often to save, and on what to compute."""

    folder: Path  # holds state.pt
    device: str = "auto"
    resume: bool = False
    checkpoint_minutes: float = 3.0
    show_progress: bool = True


def pretrain(
    task: Task,
    train: TokenStore,
    held_out: TokenStore,
    recipe: Recipe,
    weights: Mapping[str, float],
    run: RunSettings,
) -> Progress:
    """Train ``task.model`` in place until ``recipe.tokens`` are seen; return the run's history."""
    accelerator = Accelerator(mixed_precision="bf16", cpu=run.device == "cpu")
    # On a CPU the fused attention kernel is slower than plain matrix products: 0.8x, measured.
    task.model.set_attn_implementation("eager" if accelerator.device.type == "cpu" else "sdpa")
    optimizers = build_optimizers(task.model, recipe)
    objective, *optimizers = accelerator.prepare(task.objective, *optimizers)
    progress = _restore(run, task, optimizers) if run.resume else Progress()
    stream = batches(train, task.make_examples, recipe, weights, progress.position)
    judge = _held_out_batches(task, held_out)
    bar = tqdm(
        total=recipe.tokens, initial=progress.position.tokens_seen, unit="tok", unit_scale=True, mininterval=5,
        disable=not (run.show_progress and accelerator.is_main_process),
    )  # fmt: skip
    recent = _Average()
    clock = saved = time.monotonic()
    try:
        while progress.position.tokens_seen < recipe.tokens:
            own, following = _next_batch(stream, accelerator)
            set_learning_rate(optimizers, recipe.learning_rate_at(following.tokens_seen))
            measures = _step(accelerator, objective, optimizers, _on(accelerator, task.collate(own)), recipe)
            before, progress.position = progress.position.tokens_seen, following
            progress.steps += 1
            progress.seconds, clock = progress.seconds + time.monotonic() - clock, time.monotonic()
            recent.add(measures)
            bar.update(following.tokens_seen - before)
            bar.set_postfix(loss=recent.value("mlm_loss"), acc=recent.value("mlm_accuracy"), refresh=False)
            if _crossed(before, following.tokens_seen, recipe.held_out_every) or following.tokens_seen >= recipe.tokens:
                _record(progress, recipe, recent, _held_out(accelerator, objective, task, judge), accelerator)
                recent = _Average()
            if time.monotonic() - saved > 60 * run.checkpoint_minutes:
                _save(run, task, optimizers, progress, recipe, accelerator)
                saved = time.monotonic()
    finally:
        bar.close()
        if progress.steps:
            _save(run, task, optimizers, progress, recipe, accelerator)
    return progress


def _next_batch(stream: Iterator[tuple[list[Any], Position]], accelerator: Accelerator) -> tuple[list[Any], Position]:
    """Take one batch per process; return this process's and the position after all of them."""
    taken = list(islice(stream, accelerator.num_processes))
    return taken[accelerator.process_index][0], taken[-1][1]


def _on(accelerator: Accelerator, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.to(accelerator.device, non_blocking=True) for name, tensor in batch.items()}


def _step(accelerator: Accelerator, objective: Any, optimizers: Any, batch: dict[str, Tensor], recipe: Recipe) -> Any:
    objective.train()
    measures = objective(batch)
    accelerator.backward(measures["loss"])
    accelerator.clip_grad_norm_(objective.parameters(), recipe.max_gradient_norm)
    for optimizer in optimizers:
        optimizer.step()
        optimizer.zero_grad()
    return {name: value.detach() for name, value in measures.items()}


class _Average:
    """A running mean of the measures of several steps."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._count = 0

    def add(self, measures: Mapping[str, Tensor]) -> None:
        self._count += 1
        for name, value in measures.items():
            self._sums[name] = self._sums.get(name, torch.zeros_like(value)) + value

    def value(self, name: str) -> float:
        return float(self._sums[name]) / self._count if self._count else float("nan")

    def values(self) -> Measures:
        return {name: self.value(name) for name in self._sums}


def _held_out_batches(task: Task, store: TokenStore) -> list[Any]:
    """Return the same masked validation sequences every time: the longest of the first few batches."""
    stream = islice(batches(store, task.make_examples, HELD_OUT, {}), 64)
    longest = sorted((example for batch, _ in stream for example in batch), key=len, reverse=True)[:HELD_OUT_EXAMPLES]
    return [longest[start : start + 16] for start in range(0, len(longest), 16)]


@torch.inference_mode()
def _held_out(accelerator: Accelerator, objective: Any, task: Task, held_out: list[Any]) -> Measures:
    objective.eval()
    mean = _Average()
    for examples in held_out:
        mean.add(objective(_on(accelerator, task.collate(examples))))
    return mean.values()


def _crossed(before: int, after: int, every: int) -> bool:
    return before // every != after // every


def _record(progress: Progress, recipe: Recipe, recent: _Average, held_out: Measures, accelerator: Accelerator) -> None:
    seen = progress.position.tokens_seen
    row = {"tokens": seen, "steps": progress.steps, "seconds": round(progress.seconds, 1)}
    row |= {"max_length": recipe.max_length_at(seen), "learning_rate": recipe.learning_rate_at(seen)}
    row |= {f"train_{name}": round(value, 5) for name, value in recent.values().items()}
    row |= {f"held_out_{name}": round(value, 5) for name, value in held_out.items()}
    progress.history.append(row)
    if accelerator.is_main_process:
        shown = ("tokens", "max_length", "train_mlm_loss", "held_out_mlm_loss", "held_out_mlm_accuracy")
        tqdm.write("  ".join(f"{name} {row[name]:,}" for name in shown if name in row))


def _save(
    run: RunSettings,
    task: Task,
    optimizers: Any,
    progress: Progress,
    recipe: Recipe,
    accelerator: Accelerator,
) -> None:
    """Write everything the next step depends on; the old file stands until the new one is whole."""
    if not accelerator.is_main_process:
        return
    run.folder.mkdir(parents=True, exist_ok=True)
    state = {
        "model": task.model.state_dict(),
        "optimizers": [optimizer.state_dict() for optimizer in optimizers],
        "progress": asdict(progress),
        "recipe": recipe.as_dict(),
    }
    partial = run.folder / "state.pt.partial"
    try:
        torch.save(state, partial)
    except (OSError, RuntimeError) as error:  # torch reports a full disk as a RuntimeError
        partial.unlink(missing_ok=True)
        raise InputError(f"The checkpoint could not be written to {run.folder} ({error}); free some space.") from error
    partial.replace(run.folder / "state.pt")


def _restore(run: RunSettings, task: Task, optimizers: Any) -> Progress:
    state = _read_state(run.folder)
    try:
        task.model.load_state_dict(state["model"])
        for optimizer, state_of in zip(optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(state_of)
        saved: dict[str, Any] = state["progress"]
        return Progress(Position(**saved["position"]), saved["steps"], saved["seconds"], saved["history"])
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"The checkpoint in {run.folder} is of another model ({_first_line(error)}).") from error


def recipe_of_run(folder: Path) -> Recipe:
    """Return the recipe with which an interrupted run was started."""
    try:
        return Recipe.from_dict(_read_state(folder)["recipe"])
    except (KeyError, TypeError) as error:
        raise InputError(f"The checkpoint in {folder} holds no recipe; start anew without --resume.") from error


def _read_state(folder: Path) -> dict[str, Any]:
    path = folder / "state.pt"
    if not path.exists():
        raise InputError(f"There is nothing to resume in {folder}; leave out --resume to start anew.")
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        raise InputError(
            f"The checkpoint {path} is damaged ({_first_line(error)}); start anew without --resume."
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__
