"""A folder of models in which some are really damaged: their weights end in the middle."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from variants.core import checkpoint, side_by_side
from variants.core.checkpoint import WEIGHTS
from variants.core.variant import MODELS


def cut_in_half(slugs: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the weights of some models in half, in a copy that every page then reads from."""
    for shipped in MODELS.iterdir():
        copy = folder / shipped.name
        if shipped.name not in slugs:
            copy.symlink_to(shipped)
            continue
        copy.mkdir()
        for file in shipped.iterdir():
            if file.name != WEIGHTS:
                (copy / file.name).symlink_to(file)
        weights = (shipped / WEIGHTS).read_bytes()
        (copy / WEIGHTS).write_bytes(weights[: len(weights) // 2])
    monkeypatch.setattr(checkpoint, "MODELS", folder)
    monkeypatch.setattr(side_by_side, "MODELS", folder)
    load = vars(checkpoint)["_load"]
    monkeypatch.setattr(checkpoint, "_load", cache(load.__wrapped__))  # what was loaded before does not count
