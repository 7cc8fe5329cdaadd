"""Fine-tuned models on disk: only what fine-tuning changed.

Most of a fine-tuned model may still be the pre-trained one that ships anyway. Its file holds the
trained weights alone, in fp16; the rest is taken from the model that it started from, whose digest
stands beside it.
"""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from variants.core.errors import InputError
from variants.core.finetuning import Pretrained, Tuned


def write_tuned(path: Path, model: Tuned) -> None:
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
    model = Tuned(source, outputs, seed=0)
    try:
        found = load_file(path)
        unexpected = model.load_state_dict({name: weight.float() for name, weight in found.items()}, strict=False)[1]
    except (OSError, SafetensorError, RuntimeError) as error:
        raise InputError(f"The fine-tuned weights {path} cannot be read; make them again.") from error
    if unexpected or "head.weight" not in found:
        raise InputError(f"The weights in {path} are not those of a fine-tuned model; make them again.")
    return model.eval().requires_grad_(requires_grad=False)
