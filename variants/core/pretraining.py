"""The pre-training loop: short enough to read, safe to interrupt.

Each step takes one batch, one gradient, one update. A run that is stopped or killed goes on from its
last saved state and sees the same batches as if nothing had happened. Several processes or GPUs need
no other code: start it with ``torchrun -m variants pretrain``.

Left out: gradient accumulation and dropout.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor
from tqdm import tqdm

from variants.core.batches import Position, batches
from variants.core.optimization import build_optimizers, set_learning_rate
from variants.core.precision import mixed_precision
from variants.core.recipe import Recipe, Stage
from variants.core.run_state import Progress, restore_run, save_run
from variants.core.task import Batch, Task, attend_with
from variants.core.token_store import TokenStore
from variants.core.workers import Source, collated_batches

HELD_OUT = Recipe(tokens=1, stages=(Stage(128, 1.0),), batch_tokens=2048)  # whatever the run's own windows are
HELD_OUT_EXAMPLES = 256
SHOWN_SECONDS = 5.0  # between two looks at the progress bar

Measures = dict[str, float]


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """What does not change the result: where and how often to save, and on what to compute."""

    folder: Path  # holds state.pt
    device: str = "auto"
    resume: bool = False
    workers: int = 0  # processes that make batches; none: the training process makes them itself
    checkpoint_minutes: float = 3.0
    show_progress: bool = True


def pretrain(
    task: Task,
    train: TokenStore,
    held_out: TokenStore,
    recipe: Recipe,
    weights: Mapping[str, float],
    settings: RunSettings,
) -> Progress:
    """Train ``task.model`` in place until ``recipe.tokens`` are seen; return the run's history."""
    run = _Run(task, held_out, recipe, settings)
    source = Source(train, task.make_examples, task.collate, recipe)
    stream = collated_batches(source, weights, run.progress.position, settings.workers)
    try:
        while run.progress.position.tokens_seen < recipe.tokens:
            batch, following = run.next_batch(stream)
            measures = run.gradient(batch)
            with _undivided():
                run.update(following)
                run.look(measures)
    finally:
        stream.close()
        run.close()
    return run.progress


class _Run:
    """One run: the model with its optimizers, how far it has come, and when it was last saved."""

    def __init__(self, task: Task, held_out: TokenStore, recipe: Recipe, settings: RunSettings) -> None:
        on_cpu = settings.device == "cpu"
        self.accelerator = Accelerator(mixed_precision=mixed_precision(cpu=on_cpu), cpu=on_cpu)
        # On a CPU the fused attention kernel is slower than plain matrix products: 0.8x, measured.
        attend_with(task.objective, "eager" if self.accelerator.device.type == "cpu" else "sdpa")
        prepared = self.accelerator.prepare(task.objective, *build_optimizers(task.objective, recipe))
        self.objective, self.optimizers = prepared[0], list(prepared[1:])
        self.task, self.recipe, self.settings = task, recipe, settings
        self.progress = restore_run(settings.folder, task, self.optimizers) if settings.resume else Progress()
        self.held_out = _held_out_batches(task, held_out)
        self.recent = _Average()
        self.clock = self.saved = self.shown = time.monotonic()
        self.bar = tqdm(
            total=recipe.tokens, initial=self.progress.position.tokens_seen, unit="tok", unit_scale=True,
            mininterval=SHOWN_SECONDS, disable=not (settings.show_progress and self.accelerator.is_main_process),
        )  # fmt: skip

    def next_batch(self, stream: Iterator[tuple[Batch, Position]]) -> tuple[Batch, Position]:
        """Take one batch per process; return this process's and the position after all of them."""
        taken = list(islice(stream, self.accelerator.num_processes))
        return taken[self.accelerator.process_index][0], taken[-1][1]

    def gradient(self, batch: Batch) -> dict[str, Tensor]:
        """Compute the clipped gradient of one batch; return its measures."""
        self.objective.train()
        measures = self.objective(self._on_device(batch))
        self.accelerator.backward(measures["loss"])
        self.accelerator.clip_grad_norm_(self.objective.parameters(), self.recipe.max_gradient_norm)
        return {name: value.detach() for name, value in measures.items()}

    def update(self, following: Position) -> None:
        """Move the weights, and the position with them."""
        set_learning_rate(self.optimizers, self.recipe.learning_rate_at(following.tokens_seen))
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad()
        self.before, self.progress.position = self.progress.position.tokens_seen, following
        self.progress.steps += 1
        now = time.monotonic()
        self.progress.seconds, self.clock = self.progress.seconds + now - self.clock, now

    def look(self, measures: Mapping[str, Tensor]) -> None:
        """Show how it goes; now and then look at held-out text, and save."""
        seen, every = self.progress.position.tokens_seen, self.recipe.held_out_every
        self.recent.add(measures)
        self.bar.update(seen - self.before)
        if time.monotonic() - self.shown > SHOWN_SECONDS:  # reading a number makes a GPU wait
            self.bar.set_postfix(self.recent.shown(), refresh=False)
            self.shown = time.monotonic()
        if self.before // every != seen // every or seen >= self.recipe.tokens:
            self._record(self._measure_held_out())
        if time.monotonic() - self.saved > 60 * self.settings.checkpoint_minutes:
            self._save()

    def close(self) -> None:
        """Save what was trained."""
        self.bar.close()
        if self.progress.steps:
            self._save()

    def _on_device(self, batch: Batch) -> Batch:
        return {name: tensor.to(self.accelerator.device, non_blocking=True) for name, tensor in batch.items()}

    def _save(self) -> None:
        if self.accelerator.is_main_process:
            save_run(self.settings.folder, self.task, self.optimizers, self.progress, self.recipe)
        self.saved = time.monotonic()

    @torch.inference_mode()
    def _measure_held_out(self) -> Measures:
        self.objective.eval()
        mean = _Average()
        for examples in self.held_out:
            mean.add(self.objective(self._on_device(self.task.collate(examples))))
        return mean.values()

    def _record(self, held_out: Measures) -> None:
        seen = self.progress.position.tokens_seen
        row = {"tokens": seen, "steps": self.progress.steps, "seconds": round(self.progress.seconds, 1)}
        row |= {
            "max_length": self.recipe.max_length_at(seen),
            "learning_rate": self.recipe.learning_rate_at(seen),
        }
        row |= {f"train_{name}": round(value, 5) for name, value in self.recent.values().items()}
        row |= {f"held_out_{name}": round(value, 5) for name, value in held_out.items()}
        self.progress.history.append(row)
        self.recent = _Average()
        if self.accelerator.is_main_process:
            shown = [name for name in row if name in ("tokens", "max_length") or name.startswith("held_out")]
            tqdm.write("  ".join(f"{name} {row[name]:,}" for name in shown), file=sys.stderr)


@contextmanager
def _undivided() -> Generator[None]:
    """Let Ctrl-C wait: weights, position and history move together, or a resumed run would differ."""
    asked: list[int] = []
    try:
        before = signal.signal(signal.SIGINT, lambda number, _: asked.append(number))
    except ValueError:  # not the main thread, where no signal arrives
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if asked:
        raise KeyboardInterrupt


class _Average:
    """A running mean of the measures of several steps."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._count = 0

    def add(self, measures: Mapping[str, Tensor]) -> None:
        self._count += 1
        for name, value in measures.items():
            self._sums[name] = self._sums.get(name, torch.zeros_like(value)) + value

    def values(self) -> Measures:
        return {name: float(total) / self._count for name, total in self._sums.items() if not name.endswith("_count")}

    def shown(self) -> dict[str, str]:
        return {name: f"{value:.3f}" for name, value in self.values().items() if name != "loss"}


def _held_out_batches(task: Task, store: TokenStore) -> list[list[Any]]:
    """Return the same masked validation sequences every time: the longest of the first few batches."""
    stream = islice(batches(store, task.make_examples, HELD_OUT, {}), 64)
    longest = sorted((example for batch, _ in stream for example in batch), key=len, reverse=True)[:HELD_OUT_EXAMPLES]
    return [longest[start : start + 16] for start in range(0, len(longest), 16)]
