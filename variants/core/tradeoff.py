"""What a smaller model costs and what it buys: size, time and quality of the models that are shipped.

Size is counted. Time is measured now, on the reader's text and this machine: the models take turns,
so that a busy moment slows all of them, and the middle half of the passes is the spread. Quality is
what an evaluation recorded on text that no model saw, with its spread; only measures that are the
same question to every model are compared, which the share of hidden tokens guessed right is not,
for each model's pre-training hides other tokens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel

from variants.core.checkpoint import WEIGHTS, Checkpoint
from variants.core.encoding import encode
from variants.core.errors import InputError
from variants.core.inference import forward_pass, long_run
from variants.core.quartiles import quartiles
from variants.core.runs import runs_of
from variants.core.variant import MODELS, Variant, read_json

PASSES = 30  # of each model


@dataclass(frozen=True)
class Quality:
    """A measure that is the same question to every model: more is better."""

    key: str
    name: str
    about: str
    read: Callable[[Mapping[str, Any]], tuple[float, float]]  # metrics -> value, one standard error or deviation


def _transfer(name: str) -> Callable[[Mapping[str, Any]], tuple[float, float]]:
    def read(metrics: Mapping[str, Any]) -> tuple[float, float]:
        found = metrics["transfer"]["measures"][name]
        return found["mean"], found["spread"]

    return read


QUALITIES = (
    Quality(
        "likelihood",
        "log p of a word",
        "pseudo-log-likelihood of a word of held-out sentences, in nats, with its standard error",
        lambda m: (m["likelihood"]["per_word"], m["likelihood"]["per_word_standard_error"]),
    ),
    Quality(
        "grammar",
        "grammar",
        "share of BLiMP's sentence pairs judged rightly, with its standard error",
        lambda m: (m["grammar"]["blimp"], m["grammar"]["blimp_standard_error"]),
    ),
    Quality(
        "sentiment",
        "sentiment",
        "accuracy after fine-tuning, mean and deviation of the runs",
        _transfer("sentiment_accuracy"),
    ),
    Quality(
        "similarity",
        "similarity",
        "correlation after fine-tuning, mean and deviation of the runs",
        _transfer("similarity_correlation"),
    ),
    Quality("answers", "answers", "F1 after fine-tuning, mean and deviation of the runs", _transfer("answers_f1")),
)


@dataclass(frozen=True)
class Measured:
    """One model: its size, how long its passes took so far, and what it scored."""

    slug: str
    name: str
    parameters: int
    file_bytes: int  # of the weights on disk, two bytes a number
    tokens: int  # of the text, special ones included, as this model reads it
    tokens_seen: int  # in pre-training
    seconds: tuple[float, ...]  # of each pass of the encoder
    scores: Mapping[str, tuple[float, float]]  # by the key of the quality

    @property
    def typical(self) -> float:
        """Return the median time of a pass."""
        return quartiles(self.seconds)[1]

    @property
    def spread(self) -> tuple[float, float]:
        """Return the quartiles of the times."""
        low, _, high = quartiles(self.seconds)
        return low, high


@dataclass(frozen=True)
class Control:
    """A run with one thing changed; what it scored was kept, its weights were not."""

    slug: str  # whose control it is
    name: str
    tokens_seen: int
    scores: Mapping[str, tuple[float, float]]


def shipped(variants: Iterable[Variant], slugs: Sequence[str]) -> list[Variant]:
    """Return those of ``slugs`` that have a model, in this order."""
    known = {variant.slug: variant for variant in variants}
    return [known[slug] for slug in slugs if slug in known and known[slug].shipped]


def measure_models(variants: Sequence[Variant], text: str, passes: int = PASSES) -> Generator[tuple[Measured, ...]]:
    """Let the encoders of some models read a text in turns; yields after every turn. Stop any time."""
    with long_run():
        models = [(variant, variant.part("model").load(variant.slug)) for variant in variants]
        timed = [_timed(variant, checkpoint, text) for variant, checkpoint in models]
        taken: list[list[float]] = [[] for _ in models]
        for passed in range(-1, passes):  # the first pass of each does not count
            for seconds, (encoder, input_ids) in zip(taken, timed, strict=True):
                with forward_pass():
                    started = time.perf_counter()
                    encoder(input_ids)
                    if passed >= 0:
                        seconds.append(time.perf_counter() - started)
            if passed >= 0:
                yield tuple(
                    _measured(variant, input_ids.shape[1], seconds)
                    for (variant, _), (_, input_ids), seconds in zip(models, timed, taken, strict=True)
                )


def controls_of(variant: Variant, models: Path = MODELS) -> tuple[Control, ...]:
    """Return the control runs of a variant that were measured."""
    return tuple(
        Control(variant.slug, run.name, run.tokens_seen, scores_of(run.metrics))
        for run in runs_of(variant, models)
        if run.is_control
    )


def scores_of(metrics: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Return what was measured, each with its spread."""
    found: dict[str, tuple[float, float]] = {}
    for quality in QUALITIES:
        try:
            found[quality.key] = quality.read(metrics)
        except KeyError:
            continue
    return found


def _timed(variant: Variant, checkpoint: Checkpoint[Any], text: str) -> tuple[PreTrainedModel, torch.Tensor]:
    encoded = encode(checkpoint.tokenizer, text, max_length=checkpoint.max_length)
    encoder = variant.part("scoring").pretrained(checkpoint.model, checkpoint.tokenizer).encoder
    return encoder, torch.tensor([encoded.input_ids])


def _measured(variant: Variant, tokens: int, seconds: Sequence[float]) -> Measured:
    card = variant.shipped
    if card is None:
        raise InputError(f"{variant.name} has no shipped model to measure.")
    folder = MODELS / variant.slug
    return Measured(
        slug=variant.slug,
        name=variant.name,
        parameters=card["parameters"],
        file_bytes=(folder / WEIGHTS).stat().st_size,
        tokens=tokens,
        tokens_seen=card["tokens_seen"],
        seconds=tuple(seconds),
        scores=scores_of(read_json(folder / "metrics.json") or {}),
    )
