"""Optimizers: AdamW for everything, or Muon for the hidden matrices and AdamW for the rest.

Muon (Jordan, 2024) orthogonalises each matrix's momentum; it is meant for the weights between
hidden layers, not for embeddings, heads, biases and layer norms.
"""

from __future__ import annotations

from torch import nn
from torch.optim import AdamW, Muon, Optimizer

from variants.core.recipe import Recipe
from variants.core.task import trained


def build_optimizers(objective: nn.Module, recipe: Recipe) -> list[Optimizer]:
    """Return the optimizers of a run; biases and layer norms carry no weight decay."""
    parameters = trained(objective)
    hidden = [name for name, p in parameters.items() if p.ndim == 2 and ".encoder." in name]
    matrices = hidden if recipe.optimizer == "muon" else []
    rest = {name: p for name, p in parameters.items() if name not in set(matrices)}
    groups = [
        {"params": [p for p in rest.values() if p.ndim >= 2], "weight_decay": recipe.weight_decay},
        {"params": [p for p in rest.values() if p.ndim < 2], "weight_decay": 0.0},
    ]
    optimizers: list[Optimizer] = [AdamW(groups, lr=0.0, betas=recipe.adam_betas, fused=True)]
    if matrices:
        # "match_rms_adamw" scales the step so that AdamW's learning rate fits.
        optimizers.append(
            Muon(
                [parameters[name] for name in matrices],
                lr=0.0,
                weight_decay=recipe.weight_decay,
                adjust_lr_fn="match_rms_adamw",
            )
        )
    return optimizers


def set_learning_rate(optimizers: list[Optimizer], learning_rate: float) -> None:
    """Use ``learning_rate`` in the next step."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
