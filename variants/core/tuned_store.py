"""Fine-tuned models on disk: only what fine-tuning changed.

Most of a fine-tuned model may still be the pre-trained one that ships anyway. Its file holds the
trained weights alone, in fp16; the rest is taken from the model that it started from, whose digest
stands beside it: once that one was trained again, what was tuned counts as absent.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from variants.core.checkpoint import digest_of
from variants.core.errors import InputError
from variants.core.finetuning import Pretrained, Tuned
from variants.core.low_rank import adapt, merge, ranks_in
from variants.core.variant import read_json

_OTHER = "The weights in {} are not those of a fine-tuned model; make them again."


def write_tuned(path: Path, model: nn.Module) -> None:
    """Write the trained weights whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    trained = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    partial = path.with_suffix(".partial")
    save_file({name: weight.detach().half().contiguous() for name, weight in trained.items()}, partial)
    partial.replace(path)


def read_tuned(path: Path, source: Pretrained, outputs: int) -> Tuned:
    """Return a fine-tuned model in evaluation mode; ``source`` is what it started from.

    Raise InputError where the file is missing, damaged or of another model.
    """
    found, model, generator = _weights(path), Tuned(source, outputs, seed=0), torch.Generator()
    try:
        for name, rank in ranks_in(found).items():
            adapt(model.get_submodule(name), rank, generator)  # the start is overwritten
    except AttributeError as error:  # a module that this network has not
        raise InputError(_OTHER.format(path)) from error
    _take(found, model, path)
    if "head.weight" not in found:
        raise InputError(_OTHER.format(path))
    merge(model)
    return model.eval().requires_grad_(requires_grad=False)


def load_trained(path: Path, model: nn.Module) -> set[str]:
    """Load weights that :func:`write_tuned` wrote, and return their names; raise InputError as ``read_tuned``."""
    found = _weights(path)
    _take(found, model, path)
    return set(found)


def _take(found: Mapping[str, Tensor], model: nn.Module, path: Path) -> None:
    try:
        unexpected = model.load_state_dict({name: weight.float() for name, weight in found.items()}, strict=False)[1]
    except RuntimeError as error:  # of another shape
        raise InputError(_OTHER.format(path)) from error
    if unexpected:
        raise InputError(_OTHER.format(path))


def _weights(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise InputError(f"The fine-tuned weights {path} cannot be read; make them again.") from error


def origin_of(model: Path) -> str:
    """Return the digest of a model, from its card where it has one: hashing the weights takes a while."""
    card = read_json(model / "recipe.json")
    return str(card["digest"]) if card else digest_of(model)


def recorded_tuning(folder: Path, origins: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what a tuning recorded; None where it did not run, or on other models than ``origins`` says."""
    card = read_json(folder / "recipe.json")
    if card is None or card["origins"] != origins:
        return None
    return {**card, "metrics": read_json(folder / "metrics.json") or {}}


def write_record(folder: Path, card: Mapping[str, Any], metrics: Mapping[str, Any]) -> None:
    """Write ``metrics.json``, then ``recipe.json``, without which the networks count as absent."""
    for name, values in (("metrics.json", metrics), ("recipe.json", card)):
        (folder / name).write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def log_step(step: int, steps: int, loss: float) -> None:
    """Say now and then how far a tuning is."""
    if step % 50 == 0 or step == steps:
        log(f"  step {step} of {steps}, loss {loss:.4f}")


def log(line: str) -> None:
    """Say something beside the result."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
