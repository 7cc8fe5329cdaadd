"""Under which conditions two models learned: what was the same for both, and what was not.

A comparison is worth what its conditions are worth. They are read from what pre-training wrote beside
the weights, so that the sentence beside a table changes when one of the models is trained again.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import AutoConfig

from variants.core.runs import closest_run, runs_of
from variants.core.variant import MODELS, Variant


def conditions(one: Variant, other: Variant, models: Path = MODELS) -> str | None:
    """Say what ``one`` and ``other`` had in common in pre-training, and what not; None unless both were measured.

    Of ``one`` that run counts which read the amount of text closest to the shipped ``other``'s.
    """
    theirs = next((run for run in runs_of(other, models) if not run.is_control), None)
    ours = closest_run(one, theirs.tokens_seen, models) if theirs else None
    if not theirs or not ours:
        return None
    first, second = (_of(models / run.variant.slug, run.card) for run in (ours, theirs))
    same = [f"{name} ({value})" for name, (value, key) in first.items() if key == second[name][1]]
    unlike = [
        f"{name} ({ours.name}: {value}, {theirs.name}: {second[name][0]})"
        for name, (value, key) in first.items()
        if key != second[name][1]
    ]
    return f"The same for both: {_listed(same)}. Not the same: {_listed(unlike)}."


def _of(model: Path, card: Mapping[str, Any]) -> dict[str, tuple[str, object]]:
    """Return each condition as it is written, and as it is compared."""
    config = AutoConfig.from_pretrained(model, local_files_only=True)
    recipe, sources = card["recipe"], sorted(card["sources"])
    vocabulary = (model / "tokenizer.json").read_bytes()
    millions = f"{card['tokens_seen'] / 1e6:.1f} million"
    return {
        "text": (f"{len(sources)} sources", (sources, card["sampling_weights"])),
        "vocabulary": (f"{config.vocab_size:,} pieces", vocabulary),
        "depth": (f"{config.num_hidden_layers} layers", config.num_hidden_layers),
        "width": (f"{config.hidden_size}", config.hidden_size),
        "tokens in a batch": (f"{recipe['batch_tokens']:,}", recipe["batch_tokens"]),
        "peak learning rate": (f"{recipe['learning_rate']:g}", recipe["learning_rate"]),
        "tokens read": (millions, millions),  # runs of one budget end within a batch of each other
    }


def _listed(parts: list[str]) -> str:
    *before, last = parts or ["nothing"]
    return f"{', '.join(before)} and {last}" if before else last
