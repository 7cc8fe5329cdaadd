"""ELECTRA in the attention explorer: the discriminator that is kept, and the generator that is thrown away.

The generator is asked which token is hidden. The discriminator reads a text with nothing hidden and is
asked of a token whether it was replaced; answer 0 is "original".
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from variants.core.checkpoint import Checkpoint
from variants.core.encoder_attention import Encoder, with_same_weights
from variants.core.encoding import Encoded
from variants.core.inference import forward_pass
from variants.electra.model import load

PAIRS = "ELECTRA was trained here on one segment: the second one is new to it."


class Discriminator(Encoder):
    """Answers yes or no."""

    def truth(self, encoded: Encoded, place: int) -> int | None:
        """Return 0, “original”: the learner's text as it was typed."""
        del encoded, place
        return 0

    def answers(self, checkpoint: Checkpoint[Any], encoded: Encoded, place: int, gates: Tensor) -> Tensor:
        """Return the log-probability of “original” and of “replaced”: (rows, 2)."""
        model = with_same_weights(checkpoint.model)
        states = self.gated_states(model, encoded, gates)
        with forward_pass():
            score = model.discriminator.discriminator_predictions(states)[:, place]
            return torch.stack([torch.zeros_like(score), score], dim=1).log_softmax(-1)


NETWORKS = (
    Discriminator(
        key="electra",
        name="ELECTRA, discriminator",
        loader=load,
        body=lambda model: model.discriminator.electra,
        question="whether the token at the place was replaced",
        pairs=PAIRS,
        note="The discriminator is what is kept after pre-training; it reads whole texts, without [MASK].",
    ),
    Encoder(
        key="electra-generator",
        name="ELECTRA, generator",
        loader=load,
        body=lambda model: model.generator.electra,
        head=lambda model, states: model.generator.generator_lm_head(model.generator.generator_predictions(states)),
        pairs=PAIRS,
        note="The generator is as deep and a quarter as wide, so it has fewer heads; it is thrown away in the end.",
    ),
)
