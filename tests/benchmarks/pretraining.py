"""Pre-training speed: our engine against ``transformers.Trainer``, in tokens a second.

The same fresh model, batches, optimizer and precision, no dropout, eager attention, one thread,
in turns. The Trainer is given finished batches while our engine still pads its own. What differs by
design: the library runs the vocabulary head at every token, ours at the hidden ones only.
"""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from io import StringIO
from itertools import islice
from pathlib import Path
from shutil import copy
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import Dataset
from transformers import Trainer, TrainerCallback, TrainingArguments

from tests.benchmarks.row import Goal, Row
from variants.bert.objective import build_task
from variants.core.batches import batches
from variants.core.optimization import build_optimizers, set_learning_rate
from variants.core.precision import has_bfloat16
from variants.core.pretraining import RunSettings, pretrain
from variants.core.recipe import Recipe, Stage
from variants.core.samples import SAMPLE
from variants.core.task import Batch, Task
from variants.core.token_store import TokenStore, open_token_store
from variants.core.variant import MODELS
from variants.core.vocabularies import load_vocabulary

WINDOW = 128


def measure(*, quick: bool) -> list[Row]:
    """Return the median speeds over several rounds."""
    steps = 4 if quick else 6
    ours: list[float] = []
    theirs: list[float] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        tokenizer = load_vocabulary("wordpiece", MODELS / "bert")
        copy(SAMPLE, folder)
        store = open_token_store(folder, tokenizer.backend_tokenizer, "train", folder / "tokens")
        for _ in range(1 if quick else 3):
            task = build_task(tokenizer, seed=0)
            torch.set_num_threads(1)
            with redirect_stdout(StringIO()), redirect_stderr(StringIO()):  # both report on their training
                ours.append(our_speed(task, store, steps, folder))
                theirs.append(trainer_speed(build_task(tokenizer, seed=0), store, steps, folder))
    return [
        Row(
            what="pre-training",
            ours=f"{median(ours):,.0f} tokens/s",
            beside=f"transformers.Trainer {median(theirs):,.0f} tokens/s",
            value=median(a / b for a, b in zip(ours, theirs, strict=True)),
            unit="×",
            goal=Goal(1.2, at_least=True),
        )
    ]


def our_speed(task: Task, store: TokenStore, steps: int, folder: Path) -> float:
    """Run our engine as it is for ``steps`` steps; a clock around the objective notes when each begins."""
    recipe, examples = plan(task, store, steps)
    clock = Clock(task.objective)
    timed = Task(task.model, clock, task.make_examples, task.collate)
    run = RunSettings(folder=folder / "run", device="cpu", show_progress=False)
    pretrain(timed, store, store, recipe, {}, run)
    return speed(clock.begins, [sum(map(len, batch)) for batch in examples])


def trainer_speed(task: Task, store: TokenStore, steps: int, folder: Path) -> float:
    """Let the library train the same model on the same batches with the same optimizer."""
    recipe, examples = plan(task, store, steps)
    task.model.set_attn_implementation("eager")  # as our engine does
    optimizers = build_optimizers(task.objective, recipe)
    set_learning_rate(optimizers, recipe.learning_rate)
    clock = StepClock()
    settings = TrainingArguments(
        output_dir=str(folder / "trainer"),
        use_cpu=True,
        bf16=has_bfloat16(),
        per_device_train_batch_size=1,  # one finished batch
        train_sampling_strategy="sequential",
        num_train_epochs=1,
        max_grad_norm=recipe.max_gradient_norm,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
    trainer = Trainer(
        task.model,
        settings,
        train_dataset=Ready([task.collate(batch) for batch in examples]),
        data_collator=first,
        optimizers=(optimizers[0], LambdaLR(optimizers[0], lambda _step: 1.0)),
        callbacks=[clock],
    )
    trainer.train()
    return speed(clock.begins, [sum(map(len, batch)) for batch in examples])


def plan(task: Task, store: TokenStore, steps: int) -> tuple[Recipe, list[Any]]:
    """Return a recipe of exactly ``steps`` steps, and the examples of each."""
    recipe = Recipe(tokens=1, stages=(Stage(WINDOW, 1.0),))
    taken = list(islice(batches(store, task.make_examples, recipe, {}), steps))
    return replace(recipe, tokens=taken[-1][1].tokens_seen), [batch for batch, _ in taken]


def speed(begins: list[float], tokens: list[int]) -> float:
    """Return the median tokens a second from one step's begin to the next; the first step warms up."""
    if len(begins) != len(tokens):
        raise RuntimeError(f"{len(tokens)} batches, but {len(begins)} steps")
    return median(n / (after - before) for n, before, after in list(zip(tokens, begins, begins[1:], strict=False))[1:])


class Clock(nn.Module):
    """An objective that notes when it is called in training."""

    def __init__(self, objective: nn.Module) -> None:
        super().__init__()
        self.objective = objective
        self.begins: list[float] = []

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        if self.training:
            self.begins.append(perf_counter())
        return self.objective(batch)


class StepClock(TrainerCallback):
    """Notes when the Trainer begins a step."""

    def __init__(self) -> None:
        self.begins: list[float] = []

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        self.begins.append(perf_counter())


class Ready(Dataset[Batch]):
    """Batches that are made already."""

    def __init__(self, made: list[Batch]) -> None:
        self.made = made

    def __len__(self) -> int:
        return len(self.made)

    def __getitem__(self, index: int) -> Batch:
        return self.made[index]


def first(batches: list[Batch]) -> Batch:
    return batches[0]
