"""Low-rank adaptation: each matrix stays as it was pre-trained, and a change of small rank is learned beside it.

Hu et al., 2021 (LoRA), section 4.1: W + B·A, where A starts at random and B at zero, so that the first
step starts from the model as it was. The file of a fine-tuned model then holds a twentieth of its
weights. Left out: dropout inside, and the factor α/r, for which the learning rate can stand.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized, register_parametrization, remove_parametrizations


class LowRank(nn.Module):
    """A change of rank r to a matrix of (outputs, inputs)."""

    def __init__(self, outputs: int, inputs: int, rank: int, generator: torch.Generator) -> None:
        """Draw A, (rank, inputs), from ``generator``; B is (outputs, rank)."""
        super().__init__()
        self.down = nn.Parameter(torch.randn(rank, inputs, generator=generator) / inputs**0.5)
        self.up = nn.Parameter(torch.zeros(outputs, rank))

    def forward(self, weight: Tensor) -> Tensor:
        """Return the changed matrix."""
        return weight + self.up @ self.down


def adapt(network: nn.Module, rank: int, *, seed: int) -> None:
    """Let nothing of ``network`` learn but a change of ``rank`` to the matrix of each linear map."""
    generator = torch.Generator().manual_seed(seed)
    network.requires_grad_(requires_grad=False)
    for module in list(network.modules()):
        if isinstance(module, nn.Linear):
            change = LowRank(module.out_features, module.in_features, rank, generator)
            register_parametrization(module, "weight", change)


def merge(network: nn.Module) -> None:
    """Write the changes into the matrices: the network computes the same, as fast as before it was adapted."""
    for module in list(network.modules()):
        if isinstance(module, nn.Linear) and is_parametrized(module, "weight"):
            remove_parametrizations(module, "weight")
