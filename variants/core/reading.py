"""One forward pass over a learner's text with some tokens hidden.

A :class:`Reading` holds all that a page shows of it; everything else is cheap arithmetic on it, so
that a slider never runs the model again. All hidden tokens are hidden at once and guessed
independently of each other, as in pre-training.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor
from transformers.modeling_outputs import BaseModelOutput

from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded, mask_positions
from variants.core.errors import InputError
from variants.core.guesses import Floats, best_guesses, listed
from variants.core.inference import forward_pass

# (input_ids, token_type_ids), each (1, tokens) -> states and attentions of all layers
Encoder = Callable[[Tensor, Tensor], BaseModelOutput]


@dataclass(frozen=True, eq=False)
class Reading:
    """What one pass found."""

    encoded: Encoded  # as the model read it
    original: Encoded  # before anything was hidden
    masks: tuple[int, ...]  # positions
    logits: Floats  # (masks, vocabulary)
    hidden_states: Floats  # (layers + 1, tokens, hidden); 0 is the embedding
    attentions: Floats  # (layers, heads, query, key)
    seconds: float  # that the pass took


def hide(checkpoint: Checkpoint[Any], encoded: Encoded, masks: tuple[int, ...]) -> Encoded:
    """Return the input with the mask token at ``masks``."""
    for position in masks:
        encoded = encoded.replace(
            encoded.position(position), checkpoint.vocabulary.mask, str(checkpoint.tokenizer.mask_token)
        )
    return encoded


def read_hidden(
    checkpoint: Checkpoint[Any],
    encoded: Encoded,
    masks: tuple[int, ...],
    encoder: Encoder,
    head: Callable[[Tensor], Tensor],
) -> Reading:
    """Hide ``masks`` beside every mask in the text, and run ``encoder`` and ``head`` once.

    ``head`` turns states (places, hidden) into logits (places, vocabulary).
    """
    hidden = hide(checkpoint, encoded, masks)
    positions = mask_positions(hidden, checkpoint.vocabulary.mask)
    with forward_pass():
        started = time.perf_counter()
        output = encoder(torch.tensor([hidden.input_ids]), torch.tensor([hidden.token_type_ids]))
        logits = head(cast(Tensor, output.last_hidden_state)[0, list(positions)])
        seconds = time.perf_counter() - started
    return Reading(
        encoded=hidden,
        original=encoded,
        masks=positions,
        logits=logits.numpy(),
        hidden_states=torch.stack(output.hidden_states or ())[:, 0].numpy(),
        attentions=torch.stack(output.attentions or ())[:, 0].numpy(),
        seconds=seconds,
    )


def logits_at(reading: Reading, position: int) -> Floats:
    """Return the logits over the vocabulary at a hidden position; raise InputError if it is not hidden."""
    if position not in reading.masks:
        raise InputError(f"Token {position} is not hidden; click it to hide it.")
    return reading.logits[reading.masks.index(position)]


def predictions(checkpoint: Checkpoint[Any], reading: Reading, top_k: int) -> list[dict[str, Any]]:
    """Return the best guesses for every hidden token as plain values, as the command line prints them."""
    return [
        {"position": position, "predictions": listed(best_guesses(checkpoint, logits_at(reading, position), top_k))}
        for position in reading.masks
    ]


def written_positions(written: str) -> tuple[int, ...]:
    """Return the positions of ``--mask``, written as 3,5; raise InputError where they are no numbers."""
    try:
        return tuple(int(part) for part in written.split(",") if part.strip())
    except ValueError as error:
        raise InputError(f"--mask takes positions like 3,5, not {written!r}.") from error


def default_masks(checkpoint: Checkpoint[Any], encoded: Encoded) -> tuple[int, ...]:
    """Return what is hidden until the learner chooses: the last word, unless the text hides one itself."""
    if checkpoint.vocabulary.mask in encoded.input_ids:
        return ()
    whole = [
        place
        for place, token in enumerate(encoded.tokens)
        if token.lstrip("Ġ▁").isalpha() and not encoded.special[place]
    ]
    return tuple(whole[-1:])
