"""Fine-tuning: a pre-trained encoder, one small layer on top, and a few passes over a labelled set.

Devlin et al., 2018, section 3.2 and appendix A.3. The same short recipe serves every variant and
every task, so that what differs is what pre-training left in the encoder. A tuned model is a copy:
the shipped one is never changed.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout
from torch.optim import AdamW
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from variants.core.low_rank import adapt
from variants.core.precision import cpu_autocast
from variants.core.task import Batch, attend_with

E = TypeVar("E")
POOL = 16  # batches that are sorted together by the length of their examples


@dataclass(frozen=True)
class Pretrained:
    """What fine-tuning takes over: an encoder and its tokenizer."""

    encoder: PreTrainedModel  # input_ids, attention_mask (, token_type_ids) -> last_hidden_state
    tokenizer: PreTrainedTokenizerFast
    segments: bool = True  # whether it was pre-trained on pairs, with token_type_ids
    max_length: int = 128


@dataclass(frozen=True, kw_only=True)
class TuningRecipe:
    """The settings of a fine-tuning run; one for all."""

    epochs: int = 3
    batch_size: int = 32
    learning_rate: float = 3e-4
    warmup_share: float = 0.1
    weight_decay: float = 0.01
    max_gradient_norm: float = 1.0
    dropout: float = 0.1  # on the states that the new layer reads; the encoders have none
    rank: int | None = None  # learn only a change of so small a rank to each matrix; None: all weights

    def learning_rate_at(self, step: int, steps: int) -> float:
        """Return the learning rate of a step, counted from 0: it rises over the first ones and falls to zero."""
        warm = (step + 1) / max(1.0, self.warmup_share * steps)
        return self.learning_rate * min(1.0, warm, (steps - step) / ((1 - self.warmup_share) * steps))


class Tuned(nn.Module):
    """A copy of an encoder with one new linear layer on its last states."""

    def __init__(
        self,
        pretrained: Pretrained,
        outputs: int,
        *,
        seed: int,
        dropout_share: float = 0.1,
        rank: int | None = None,
    ) -> None:
        """Copy the encoder; the new layer's weights are drawn from ``seed``. ``rank`` as in the recipe."""
        super().__init__()
        self.encoder = copy.deepcopy(pretrained.encoder)
        self.encoder.requires_grad_(requires_grad=rank is None)
        if rank is not None:
            layers, generator = self.encoder.get_submodule("encoder").modules(), torch.Generator().manual_seed(seed)
            for module in [self.words, *(each for each in layers if isinstance(each, nn.Linear))]:
                adapt(module, rank, generator)
        self.segments = pretrained.segments
        self.dropout_share = dropout_share
        self.head = nn.Linear(pretrained.encoder.config.hidden_size, outputs)
        nn.init.normal_(self.head.weight, std=0.02, generator=torch.Generator().manual_seed(seed))
        nn.init.zeros_(self.head.bias)

    @property
    def words(self) -> nn.Module:
        """Return the table of token embeddings."""
        return self.encoder.get_input_embeddings()

    def states(self, batch: Batch) -> Tensor:
        """Return what the encoder makes of each token: (batch, tokens, hidden)."""
        segments = {"token_type_ids": batch["token_type_ids"]} if self.segments else {}
        output = self.encoder(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], **segments)
        return dropout(output.last_hidden_state, self.dropout_share, self.training)


Loss = Callable[[Tuned, Batch], Tensor]
Progress = Callable[[int, int, float], None]  # steps done, steps in all, the last loss


def tune(
    model: Tuned,
    examples: Sequence[E],
    collate: Callable[[Sequence[E]], Batch],
    loss_of: Loss,
    *,
    length_of: Callable[[E], int],
    seed: int,
    recipe: TuningRecipe | None = None,
    progress: Progress | None = None,
) -> Tuned:
    """Train all of ``model`` on ``examples`` and return it, in evaluation mode.

    AdamW. ``seed`` draws the order of the examples and the dropout; examples of like length, which
    ``length_of`` measures in any unit, share a batch.
    """
    recipe = recipe or TuningRecipe()
    steps = recipe.epochs * -(-len(examples) // recipe.batch_size)
    optimizer = AdamW(model.parameters(), lr=0.0, weight_decay=recipe.weight_decay, fused=True)
    attend_with(model, "eager")  # on short texts, twice as fast on a CPU as the fused kernel
    model.train()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for step, chosen in enumerate(batches_of_like_length(examples, length_of, recipe, random.Random(seed))):
            for group in optimizer.param_groups:
                group["lr"] = recipe.learning_rate_at(step, steps)
            with cpu_autocast():
                loss = loss_of(model, collate(chosen))
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), recipe.max_gradient_norm)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            if progress:
                progress(step + 1, steps, float(loss.detach()))
    return model.eval()


def batches_of_like_length(
    examples: Sequence[E], length_of: Callable[[E], int], recipe: TuningRecipe, rng: random.Random
) -> Iterator[list[E]]:
    """Yield every example once an epoch, in random batches that need little padding.

    Examples are shuffled, sorted by length within pools of a few batches, and the batches shuffled again.
    """
    size, pool = recipe.batch_size, recipe.batch_size * POOL
    for _ in range(recipe.epochs):
        order = rng.sample(range(len(examples)), len(examples))
        pools = (order[start : start + pool] for start in range(0, len(order), pool))
        ordered = [number for each in pools for number in sorted(each, key=lambda number: length_of(examples[number]))]
        batches = [ordered[start : start + size] for start in range(0, len(ordered), size)]
        for batch in rng.sample(batches, len(batches)):
            yield [examples[number] for number in batch]
