"""How the abstractive model learns: two optimizers, one for each half, on the same loss.

Liu and Lapata, 2019, section 3.3. The encoder is pre-trained and the decoder is not, so that one rate
would be too fast for the one or too slow for the other. Each half has an Adam of its own whose rate rises
for a while and falls with the root of the steps: r * min(step^-0.5, step * warmup^-1.5). The encoder's is
lower and warms up longer, so that the decoder has settled before the encoder moves. The loss is the
cross-entropy of each next token, with a tenth of the probability spread over all others.

Departures: warm-ups of hundreds of steps, not ten and twenty thousand; gradients are clipped.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import Adam, Optimizer

from variants.bertsum.pairs import Example
from variants.bertsum.writer import Writer
from variants.core.errors import InputError
from variants.core.padding import padded
from variants.core.precision import cpu_autocast
from variants.core.task import Batch
from variants.core.tokenization import Vocabulary

UNUSED = -100  # a place without a token to predict
LOOK_EVERY = 100  # steps: look at held-out pairs, and save
LOOKED_AT = 256  # held-out pairs


@dataclass(frozen=True)
class Warmup:
    """A learning rate that rises to a peak, then falls with the root of the steps."""

    rate: float
    steps: int

    def at(self, step: int) -> float:
        """Return the rate of a step, counted from 1."""
        return self.rate * min(step**-0.5, step * self.steps**-1.5)


@dataclass(frozen=True, kw_only=True)
class WriterRecipe:
    """The settings of a run; the paper's rates are 2e-3 and 0.1, its warm-ups 20,000 and 10,000 steps."""

    batch_size: int = 16
    encoder: Warmup = Warmup(4e-3, 400)
    decoder: Warmup = Warmup(3e-2, 200)
    betas: tuple[float, float] = (0.9, 0.999)
    label_smoothing: float = 0.1
    max_gradient_norm: float = 1.0
    seed: int = 0


@dataclass
class Run:
    """How far a training has come, beside its weights."""

    step: int = 0
    seconds: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list[dict[str, float]])


def collate(examples: Sequence[Example], vocabulary: Vocabulary) -> Batch:
    """Pad windows and summaries; the decoder reads [CLS] and all but the last token, and predicts each next."""
    return {
        "input_ids": padded([example.window.input_ids for example in examples], vocabulary.pad),
        "attention_mask": padded([(1,) * len(example.window.input_ids) for example in examples], 0),
        "token_type_ids": padded([example.window.token_type_ids for example in examples], 0),
        "written": padded([(vocabulary.cls, *example.target[:-1]) for example in examples], vocabulary.pad),
        "next": padded([example.target for example in examples], UNUSED),
    }


def next_token_logits(writer: Writer, batch: Batch) -> Tensor:
    """Return the logits of every token of the summaries, given the real tokens before it."""
    return writer(writer.read(batch), batch["written"])[0]


def loss_of(writer: Writer, batch: Batch, smoothing: float) -> Tensor:
    """Return the mean cross-entropy of each next token."""
    logits = next_token_logits(writer, batch).float()
    return cross_entropy(logits.flatten(0, 1), batch["next"].flatten(), ignore_index=UNUSED, label_smoothing=smoothing)


def optimizers_of(writer: Writer, recipe: WriterRecipe) -> dict[str, Optimizer]:
    """Return an Adam for what was pre-trained and one for what was not."""
    parts = {"encoder": [p for p in writer.encoder.parameters() if p.requires_grad]}
    parts["decoder"] = [*writer.layers.parameters(), *writer.norm.parameters(), writer.bias]
    return {name: Adam(part, lr=0.0, betas=recipe.betas, fused=True) for name, part in parts.items()}


def train_writer(
    writer: Writer,
    train: Sequence[Example],
    validation: Sequence[Example],
    vocabulary: Vocabulary,
    recipe: WriterRecipe,
    *,
    steps: int | None,
    minutes: float | None,
    state: Path,
    resume: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Run:
    """Train until so many steps or minutes are over, in all runs together; ``state`` survives an interruption."""
    most_steps, most_seconds = steps or math.inf, 60 * (minutes or math.inf)
    optimizers = optimizers_of(writer, recipe)
    looked_at = random.Random(0).sample(validation, min(LOOKED_AT, len(validation)))
    run = _restore(state, writer, optimizers, recipe) if resume else Run()
    began = time.monotonic() - run.seconds
    writer.train()
    while run.step < most_steps and run.seconds < most_seconds:
        run.step += 1
        batch = collate(_drawn(train, run.step, recipe), vocabulary)
        loss = train_step(writer, batch, optimizers, run.step, recipe)
        run.seconds = time.monotonic() - began
        over = run.step >= most_steps or run.seconds >= most_seconds
        if over or run.step % LOOK_EVERY == 0:
            held_out = token_scores(writer, looked_at, vocabulary)
            run.history.append({"step": run.step, "seconds": run.seconds, "loss": loss, **held_out})
            say(", ".join(f"{name} {value:.4g}" for name, value in run.history[-1].items()))
            _save(state, writer, optimizers, run, recipe)
    return run


def train_step(
    writer: Writer, batch: Batch, optimizers: dict[str, Optimizer], step: int, recipe: WriterRecipe
) -> float:
    """Take one step of both optimizers and return the loss; the dropout depends on the step alone."""
    for name, warmup in (("encoder", recipe.encoder), ("decoder", recipe.decoder)):
        for group in optimizers[name].param_groups:
            group["lr"] = warmup.at(step)
    with torch.random.fork_rng(devices=[]), cpu_autocast():
        torch.manual_seed(recipe.seed * 1_000_003 + step)
        loss = loss_of(writer, batch, recipe.label_smoothing)
    loss.backward()
    nn.utils.clip_grad_norm_(writer.parameters(), recipe.max_gradient_norm)
    for optimizer in optimizers.values():
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return float(loss.detach())


def _drawn(train: Sequence[Example], step: int, recipe: WriterRecipe) -> list[Example]:
    """Return the examples of a step: each pass over the set has an order of its own."""
    passes, number = divmod(step - 1, max(1, len(train) // recipe.batch_size))
    order = _order(len(train), f"{recipe.seed} {passes}")
    return [train[place] for place in order[number * recipe.batch_size :][: recipe.batch_size]]


@lru_cache(maxsize=1)
def _order(count: int, seed: str) -> list[int]:
    return random.Random(seed).sample(range(count), count)


@torch.inference_mode()
def token_scores(writer: Writer, examples: Sequence[Example], vocabulary: Vocabulary) -> dict[str, float]:
    """Return the mean loss of a token in nats, without smoothing, and how often the likeliest one is right."""
    training = writer.training
    writer.eval()
    losses: list[Tensor] = []
    right: list[Tensor] = []
    for start in range(0, len(examples), 32):
        batch = collate(examples[start : start + 32], vocabulary)
        logits, real = next_token_logits(writer, batch).float(), batch["next"] != UNUSED
        losses.append(cross_entropy(logits[real], batch["next"][real], reduction="none"))
        right.append(logits[real].argmax(-1) == batch["next"][real])
    writer.train(training)
    return {"token_loss": float(torch.cat(losses).mean()), "token_accuracy": float(torch.cat(right).float().mean())}


def _save(state: Path, writer: Writer, optimizers: dict[str, Optimizer], run: Run, recipe: WriterRecipe) -> None:
    state.parent.mkdir(parents=True, exist_ok=True)
    partial = state.with_suffix(".partial")
    weights = {name: p.detach() for name, p in writer.named_parameters() if p.requires_grad}
    kept: dict[str, Any] = {name: optimizer.state_dict() for name, optimizer in optimizers.items()}
    torch.save({"weights": weights, "optimizers": kept, "run": asdict(run), "recipe": asdict(recipe)}, partial)
    partial.replace(state)


def _restore(state: Path, writer: Writer, optimizers: dict[str, Optimizer], recipe: WriterRecipe) -> Run:
    """Load what :func:`_save` wrote; raise InputError where there is nothing that fits."""
    try:
        saved = torch.load(state, map_location="cpu", weights_only=True)
        if saved["recipe"] != asdict(recipe):
            raise ValueError("another recipe")
        writer.load_state_dict(saved["weights"], strict=False)
        for name, optimizer in optimizers.items():
            optimizer.load_state_dict(saved["optimizers"][name])
        return Run(**saved["run"])
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, UnpicklingError) as error:
        raise InputError(f"There is no training to go on with in {state}; leave out --resume to start anew.") from error
