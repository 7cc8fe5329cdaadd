"""Low-rank adaptation: each matrix stays as it was pre-trained, and a change of small rank is learned beside it.

Hu et al., 2021 (LoRA), section 4.1: W + B·A, where A starts at random and B at zero, so that the first
step starts from the model as it was. The file of a fine-tuned model then holds a twentieth of its
weights. Left out: dropout inside, and the factor α/r, for which the learning rate can stand.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized, register_parametrization, remove_parametrizations


class LowRank(nn.Module):
    """A change of rank r to a matrix of (rows, columns)."""

    def __init__(self, rows: int, columns: int, rank: int, generator: torch.Generator) -> None:
        """Draw A, (rank, columns), from ``generator``; B is (rows, rank)."""
        super().__init__()
        self.down = nn.Parameter(torch.randn(rank, columns, generator=generator) / columns**0.5)
        self.up = nn.Parameter(torch.zeros(rows, rank))

    def forward(self, weight: Tensor) -> Tensor:
        """Return the changed matrix."""
        return weight + self.up @ self.down


def adapt(module: nn.Module, rank: int, generator: torch.Generator) -> None:
    """Let a linear map or a table of embeddings learn a change of ``rank`` to its matrix, which stays.

    ``generator`` draws where the change starts: one for all matrices of a network, so that no two start alike.
    """
    weight = module.get_parameter("weight")
    weight.requires_grad = False
    register_parametrization(module, "weight", LowRank(weight.shape[0], weight.shape[1], rank, generator))


def merge(network: nn.Module) -> None:
    """Write the changes into the matrices: the network computes the same, as fast as before it was adapted."""
    for module in list(network.modules()):
        if is_parametrized(module, "weight"):
            remove_parametrizations(module, "weight")


def ranks_in(weights: Mapping[str, Tensor]) -> dict[str, int]:
    """Return by module the rank of its change, of those modules in saved ``weights`` that :func:`adapt` changed."""
    suffix = ".parametrizations.weight.0.down"
    return {name.removesuffix(suffix): len(weight) for name, weight in weights.items() if name.endswith(suffix)}
