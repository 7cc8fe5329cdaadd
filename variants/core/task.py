"""What the pre-training engine asks of a variant: a model, an objective, and examples to learn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from transformers import PreTrainedModel

from variants.core.batches import MakeExamples

Batch = dict[str, Tensor]


@dataclass(frozen=True)
class Task:
    """A variant ready to be trained."""

    model: PreTrainedModel  # what is saved
    objective: nn.Module  # Batch -> {"loss": scalar, "..._loss" and "..._accuracy": scalars to report}
    make_examples: MakeExamples[Any]
    collate: Callable[[Sequence[Any]], Batch]
