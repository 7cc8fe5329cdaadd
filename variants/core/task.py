"""What the pre-training engine asks of a variant: a model, an objective, and examples to learn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from transformers import PreTrainedModel

from variants.core.batches import MakeExamples

Batch = dict[str, Tensor]


def trained(objective: nn.Module) -> dict[str, nn.Parameter]:
    """Return the parameters that training moves, by name: the model's and those of training alone."""
    return {name: parameter for name, parameter in objective.named_parameters() if parameter.requires_grad}


def attend_with(objective: nn.Module, implementation: str) -> None:
    """Let every network of the objective compute attention in one way, where it knows that way."""
    for module in objective.modules():
        if isinstance(module, PreTrainedModel) and (implementation == "eager" or module._supports_sdpa):  # pyright: ignore[reportPrivateUsage]
            module.set_attn_implementation(implementation)


@dataclass(frozen=True)
class Task:
    """A variant ready to be trained."""

    model: PreTrainedModel  # what is saved
    objective: nn.Module  # Batch -> "loss", and of each part x "x_loss", "x_accuracy" and "x_count", all scalars
    make_examples: MakeExamples[Any]
    collate: Callable[[Sequence[Any]], Batch]
