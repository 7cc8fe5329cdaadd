"""What a pre-training run is: every number that shapes it, in one record.

The window grows during training, as BERT's did (128 tokens, then 512). Ours starts at 16: in short
windows attention finds a word's neighbours early, which is where language modelling begins. Some
documents are cut into shorter windows to the very end, because what a learner types is short.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Stage:
    """A part of the run with one window length."""

    max_length: int  # tokens
    share: float  # of all tokens


OPENING = {16: 2_000_000}  # window: tokens in it; by then attention has found a word's neighbours


def curriculum(tokens: int, opening: Mapping[int, int] = OPENING) -> tuple[Stage, ...]:
    """Return the stages of a run of so many tokens: the shortest windows only until they have done their work."""
    first = tuple(Stage(window, min(0.5 / len(opening), seen / tokens)) for window, seen in opening.items())
    return *first, Stage(32, 0.10), Stage(64, 0.20), Stage(128, 0.70 - sum(stage.share for stage in first))


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Settings of a run; a checkpoint carries the recipe that made it."""

    tokens: int  # to see, padding not counted
    stages: tuple[Stage, ...] = (Stage(16, 0.10), Stage(32, 0.15), Stage(64, 0.30), Stage(128, 0.45))
    short_share: float = 0.25  # of the documents, cut into one of the shorter windows
    batch_tokens: int = 4096  # in a batch, padding included
    optimizer: Literal["adamw", "muon"] = "adamw"
    learning_rate: float = 1e-3
    warmup_share: float = 0.02  # of all tokens, from zero to the peak
    warmed_at: int = 0  # tokens seen when the optimizers last started anew
    decay_share: float = 0.50  # of all tokens, from the peak to zero
    weight_decay: float = 0.01
    adam_betas: tuple[float, float] = (0.9, 0.98)
    max_gradient_norm: float = 1.0
    held_out_every: int = 1_000_000  # tokens between two looks at the validation text
    seed: int = 0

    def max_length_at(self, tokens_seen: int) -> int:
        """Return the window that is in use after ``tokens_seen`` tokens."""
        reached = 0.0
        for stage in self.stages:
            reached += stage.share * self.tokens
            if tokens_seen < reached:
                return stage.max_length
        return self.stages[-1].max_length

    def draw_max_length(self, tokens_seen: int, rng: random.Random) -> int:
        """Return the window for one document: the one in use, now and then a shorter one."""
        longest = self.max_length_at(tokens_seen)
        shorter = [stage.max_length for stage in self.stages if stage.max_length < longest]
        return rng.choice(shorter) if shorter and rng.random() < self.short_share else longest

    def learning_rate_at(self, tokens_seen: int) -> float:
        """Return the learning rate: linear warm-up, a plateau, linear decay to zero."""
        warm = (tokens_seen - self.warmed_at) / (self.warmup_share * self.tokens)
        cool = (self.tokens - tokens_seen) / (self.decay_share * self.tokens)
        return self.learning_rate * max(0.0, min(1.0, warm, cool))

    def as_dict(self) -> dict[str, Any]:
        """Return the recipe as plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Recipe:
        """Rebuild a recipe from :meth:`as_dict`."""
        rebuilt: dict[str, Any] = {
            "short_share": 0.0,  # what runs did before there was a choice
            **values,
            "stages": tuple(Stage(**stage) for stage in values["stages"]),
            "adam_betas": tuple(values["adam_betas"]),
        }
        return cls(**rebuilt)
