"""ELECTRA on a learner's text: one pass of the generator, one of the discriminator.

The two passes are separate functions: another temperature or another sample follows from the logits
that the generator's pass left behind, and only the discriminator reads again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers.modeling_outputs import BaseModelOutput

from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded, encode
from variants.core.inference import forward_pass
from variants.core.reading import Reading, read_hidden
from variants.electra.model import Electra
from variants.electra.model import load as load


@dataclass(frozen=True)
class Verdict:
    """What the discriminator says of one text."""

    replaced_probability: tuple[float, ...]  # of every token, special ones included
    seconds: float  # that the pass took


def read(checkpoint: Checkpoint[Electra], text: str) -> Encoded:
    """Tokenize a text for this model."""
    return encode(checkpoint.tokenizer, text, max_length=checkpoint.max_length)


def guess(checkpoint: Checkpoint[Electra], encoded: Encoded, masks: tuple[int, ...] = ()) -> Reading:
    """Hide ``masks`` beside every [MASK] in the text and run the generator once."""
    generator = checkpoint.model.generator

    def encoder(input_ids: Tensor, token_type_ids: Tensor) -> BaseModelOutput:
        del token_type_ids  # our ELECTRA was trained on one segment
        return generator.electra(input_ids, output_attentions=True, output_hidden_states=True)

    def head(states: Tensor) -> Tensor:
        return generator.generator_lm_head(generator.generator_predictions(states))

    return read_hidden(checkpoint, encoded, masks, encoder, head)


def judge(checkpoint: Checkpoint[Electra], input_ids: Sequence[int]) -> Verdict:
    """Run the discriminator once; every token gets its probability of having been replaced."""
    with forward_pass():
        started = time.perf_counter()
        scores = checkpoint.model(torch.tensor([list(input_ids)]))[0]
        seconds = time.perf_counter() - started
    return Verdict(tuple(scores.sigmoid().tolist()), seconds)
