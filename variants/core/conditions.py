"""Under which conditions two shipped models learned: what was the same for both, and what was not.

A comparison is worth what its conditions are worth. They are read from what pre-training wrote beside
the weights, so that the sentence beside a table changes when one of the models is trained again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import AutoConfig

from variants.core.variant import MODELS, Variant, read_json


def conditions(one: Variant, other: Variant, folder: Path = MODELS) -> str | None:
    """Say what two models had in common in pre-training, and what not; None unless both ship."""
    cards = [read_json(folder / variant.slug / "recipe.json") for variant in (one, other)]
    if not all(cards):
        return None
    first, second = (_of(folder / variant.slug, card or {}) for variant, card in zip((one, other), cards, strict=True))
    same = [f"{name} ({value})" for name, (value, key) in first.items() if key == second[name][1]]
    unlike = [
        f"{name} ({one.name}: {value}, {other.name}: {second[name][0]})"
        for name, (value, key) in first.items()
        if key != second[name][1]
    ]
    return f"The same for both: {_listed(same)}. Not the same: {_listed(unlike)}."


def _of(model: Path, card: dict[str, Any]) -> dict[str, tuple[str, object]]:
    """Return each condition as it is written, and as it is compared."""
    config = AutoConfig.from_pretrained(model, local_files_only=True)
    recipe, sources = card["recipe"], sorted(card["sources"])
    vocabulary = (model / "tokenizer.json").read_bytes()
    return {
        "text": (f"{len(sources)} sources", (sources, card["sampling_weights"])),
        "vocabulary": (f"{config.vocab_size:,} pieces", vocabulary),
        "depth": (f"{config.num_hidden_layers} layers", config.num_hidden_layers),
        "width": (f"{config.hidden_size}", config.hidden_size),
        "tokens in a batch": (f"{recipe['batch_tokens']:,}", recipe["batch_tokens"]),
        "peak learning rate": (f"{recipe['learning_rate']:g}", recipe["learning_rate"]),
        "tokens read": (f"{card['tokens_seen']:,}", card["tokens_seen"]),
    }


def _listed(parts: list[str]) -> str:
    *before, last = parts or ["nothing"]
    return f"{', '.join(before)} and {last}" if before else last
