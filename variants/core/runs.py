"""What a pre-training run recorded of itself: its card, and what it scored on text never seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from variants.core.variant import read_json


def recorded(folder: Path) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the card and the measures in ``folder``, None where the run was not made or not measured."""
    card, metrics = read_json(folder / "recipe.json"), read_json(folder / "metrics.json")
    return (card, metrics) if card and metrics else None
