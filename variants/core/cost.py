"""What a model costs: parameters, bytes, arithmetic, time and memory of one forward pass.

Operations are counted by torch as the pass runs (a multiplication and an addition are two), memory
is what the pass itself has alive at once, weights not included. Time is this machine's, now.
"""

from __future__ import annotations

import time
import weakref
from statistics import median
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode
from transformers import PreTrainedModel

from variants.core.inference import forward_pass

LENGTHS = (64, 128)  # tokens
PASSES = 15


class LiveMemory(TorchDispatchMode):
    """Add up the bytes of all tensors that operations make, as long as they live."""

    def __init__(self) -> None:
        """Start at nothing."""
        super().__init__()
        self.alive: dict[int, int] = {}
        self.now = self.peak = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operation and note what it made."""
        del types
        made = func(*args, **(kwargs or {}))
        known = {leaf.untyped_storage().data_ptr() for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)}
        for leaf in tree_leaves(made):
            if isinstance(leaf, Tensor):
                self._note(leaf, known)
        return made

    def _note(self, tensor: Tensor, known: set[int]) -> None:
        storage = tensor.untyped_storage()
        address, size = storage.data_ptr(), storage.nbytes()
        if address in known or address in self.alive or not size:
            return  # a view
        self.alive[address] = size
        self.now += size
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._forget, address)

    def _forget(self, address: int) -> None:
        self.now -= self.alive.pop(address, 0)


def costs(model: PreTrainedModel, encoder: PreTrainedModel) -> dict[str, float]:
    """Return what the whole ``model`` weighs, and what one pass of its ``encoder`` takes at each length."""
    parameters = sum(parameter.numel() for parameter in model.parameters())
    found: dict[str, float] = {"parameters": parameters, "bytes_fp32": 4 * parameters}
    for length in LENGTHS:
        input_ids = torch.randint(10, model.config.vocab_size, (1, length), generator=torch.Generator().manual_seed(0))
        found[f"flops_{length}"] = flops(encoder, input_ids)
        found[f"peak_bytes_{length}"] = peak_bytes(encoder, input_ids)
        found[f"seconds_{length}"] = seconds(encoder, input_ids)
    return found


def flops(encoder: PreTrainedModel, input_ids: Tensor) -> int:
    """Return the floating-point operations of one forward pass."""
    counter = FlopCounterMode(display=False)
    with forward_pass(), counter:
        encoder(input_ids)
    return counter.get_total_flops()


def peak_bytes(encoder: PreTrainedModel, input_ids: Tensor) -> int:
    """Return the most bytes of tensors that one forward pass has alive at a time."""
    with forward_pass(), LiveMemory() as memory:
        encoder(input_ids)
    return memory.peak


def seconds(encoder: PreTrainedModel, input_ids: Tensor, passes: int = PASSES) -> float:
    """Return the median time of a forward pass, after one that does not count."""
    taken: list[float] = []
    for _ in range(passes + 1):
        with forward_pass():
            started = time.perf_counter()
            encoder(input_ids)
            taken.append(time.perf_counter() - started)
    return median(taken[1:])
