"""What a pre-training run recorded of itself: its card, and what it scored on text never seen.

A control run trains a variant's network with one thing changed; of it these two are all that is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from variants.core.variant import MODELS, Variant, read_json


@dataclass(frozen=True)
class Run:
    """One run: the shipped model's, or a control's."""

    variant: Variant
    name: str  # as a table writes it
    card: Mapping[str, Any]
    metrics: Mapping[str, Any]

    @property
    def is_control(self) -> bool:
        """Say whether it is a control's run."""
        return self.name != self.variant.name

    @property
    def tokens_seen(self) -> int:
        """Return how many tokens it read."""
        return self.card["tokens_seen"]


def recorded(folder: Path) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the card and the measures in ``folder``, None where the run was not made or not measured."""
    card, metrics = read_json(folder / "recipe.json"), read_json(folder / "metrics.json")
    return (card, metrics) if card and metrics else None


def runs_of(variant: Variant, models: Path = MODELS) -> list[Run]:
    """Return the run of the shipped model and of the controls that its record names, those that were measured."""
    folder = models / variant.slug
    places = {variant.name: folder} | {name: folder / "controls" / key for key, name in variant.controls.items()}
    return [Run(variant, name, *found) for name, place in places.items() if (found := recorded(place))]


def closest_run(variant: Variant, tokens_seen: int, models: Path = MODELS) -> Run | None:
    """Return the run of a variant that read the amount of text closest to ``tokens_seen``."""
    return min(runs_of(variant, models), key=lambda run: abs(run.tokens_seen - tokens_seen), default=None)
