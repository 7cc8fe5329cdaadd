"""Where ELECTRA learns: the gradients of both losses, measured on one text.

Clark et al., 2020, section 2. The generator's loss is taken at hidden tokens alone, the
discriminator's at all of them. And no gradient passes the sampling: the discriminator's loss does
not move the generator's own weights, so this is no GAN. Both losses move the embeddings, which the
two networks share.

The gradients come from one real backward pass of each loss, on a copy that shares the model's memory. At the
inputs every token gets a gradient from either loss, by way of attention; it is at the outputs, where
an answer is compared with the truth, that 15 % stands against 100 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from variants.core.checkpoint import Checkpoint
from variants.core.errors import InputError
from variants.core.inference import gradient_pass
from variants.electra.model import Electra
from variants.electra.objective import DISCRIMINATOR_WEIGHT
from variants.electra.pipeline import Corruption, candidates_of

SHARED, GENERATOR, DISCRIMINATOR = "the shared embeddings", "the generator's own weights", "the discriminator's own"


@dataclass(frozen=True)
class LossSignal:
    """One loss and the length (Euclidean norm) of its gradient, place by place and part by part."""

    loss: float  # nats: a mean over hidden tokens, or over all tokens
    outputs: tuple[float, ...]  # with respect to the last layer's state of each token
    inputs: tuple[float, ...]  # with respect to the first layer's input of each token
    parts: dict[str, float]  # with respect to the weights of each part; 0 where no path leads there


@dataclass(frozen=True)
class Signals:
    """Both losses on one text."""

    mlm: LossSignal  # the generator's
    rtd: LossSignal  # the discriminator's, before it is multiplied
    hidden: int  # tokens that the generator must guess

    @property
    def weighted(self) -> float:
        """Return the discriminator's loss as it enters the sum."""
        return DISCRIMINATOR_WEIGHT * self.rtd.loss

    @property
    def total(self) -> float:
        """Return the loss that is minimised."""
        return self.mlm.loss + self.weighted


class Losses(nn.Module):
    """Both losses with the states that their gradients are taken with respect to."""

    def __init__(self, model: Electra) -> None:
        """Wrap the two networks."""
        super().__init__()
        self.model = model

    def forward(
        self, masked: Tensor, sampled: Tensor, hidden: Tensor, answers: Tensor, replaced: Tensor
    ) -> tuple[tuple[Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]:
        """Return (loss, first layer's input, last layer's state) of the generator and of the discriminator.

        ``masked`` and ``sampled`` are (1, tokens), ``hidden`` and ``answers`` (hidden tokens,), ``replaced`` (tokens,).
        """
        generator, discriminator = self.model.generator, self.model.discriminator
        guessed = generator.electra(masked, output_hidden_states=True)
        logits = generator.generator_lm_head(generator.generator_predictions(guessed.last_hidden_state[0, hidden]))
        judged = discriminator.electra(sampled, output_hidden_states=True)
        scores = discriminator.discriminator_predictions(judged.last_hidden_state)[0]
        return (
            (cross_entropy(logits, answers), guessed.hidden_states[0], guessed.last_hidden_state),
            (
                binary_cross_entropy_with_logits(scores, replaced),
                judged.hidden_states[0],
                judged.last_hidden_state,
            ),
        )


def measure_signals(checkpoint: Checkpoint[Electra], corruption: Corruption) -> Signals:
    """Take both losses on one text, and each one's gradient by itself."""
    known = set(candidates_of(checkpoint, corruption.original))
    hidden = [place for place in corruption.hidden if place in known]  # a typed [MASK] has no answer
    if not hidden:
        raise InputError("No word is hidden whose original is known: hide one above.")
    module = Losses(_with_gradients(checkpoint))
    ids = torch.tensor([corruption.masked.input_ids, corruption.sampled.input_ids, corruption.original.input_ids])
    tensors = (
        ids[:1],
        ids[1:2],
        torch.tensor(hidden),
        ids[2, hidden],
        torch.tensor(corruption.replaced, dtype=torch.float32),
    )
    with gradient_pass():
        weights = dict(module.named_parameters())
        generator, discriminator = module(*tensors)
        mlm = _signal(generator, weights)
        rtd = _signal(discriminator, weights)
    return Signals(mlm, rtd, len(hidden))


@cache
def _with_gradients(checkpoint: Checkpoint[Electra]) -> Electra:
    """Return a copy whose weights ask for gradients and share the model's memory; nobody else's pass sees them."""
    weights = {id(weight): nn.Parameter(weight.detach()) for weight in checkpoint.model.parameters()}
    return deepcopy(checkpoint.model, weights)


def _signal(found: tuple[Tensor, Tensor, Tensor], weights: dict[str, nn.Parameter]) -> LossSignal:
    loss, first, last = found
    gradients = torch.autograd.grad(loss, (first, last, *weights.values()), allow_unused=True)
    at_input, at_output = _norms(gradients[0][0]), _norms(gradients[1][0])
    of_weights: dict[str, Tensor | None] = dict(zip(weights, gradients[2:], strict=True))
    parts = {
        part: _length([gradient for name, gradient in of_weights.items() if part_of(name) == part])
        for part in (GENERATOR, SHARED, DISCRIMINATOR)
    }
    return LossSignal(float(loss.detach()), at_output, at_input, parts)


def part_of(name: str) -> str:
    """Return which part of the model a weight belongs to."""
    if ".embeddings." in name:
        return SHARED
    return GENERATOR if ".generator." in name else DISCRIMINATOR


def _norms(gradient: Tensor) -> tuple[float, ...]:
    return tuple(gradient.norm(dim=-1).tolist())


def _length(gradients: Sequence[Tensor | None]) -> float:
    """Return the length of all gradients together; None stands where no path leads to a weight."""
    squares = [float(gradient.double().square().sum()) for gradient in gradients if gradient is not None]
    return sum(squares) ** 0.5
