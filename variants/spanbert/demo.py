"""What the SpanBERT page shows: one hidden span, filled in by one head and rebuilt by the other.

The encoder runs once over the text with the span hidden; both heads are cheap and read its last
states. The MLM head reads the states inside the span, one by one. The span boundary head (SBO)
reads the two states beside the span and a place within it, and no state inside. These two come out
of the encoder, which did read the inside places: what it met there were [MASK]s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor
from transformers.modeling_outputs import BaseModelOutput

from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded, encode, mask_positions
from variants.core.errors import InputError
from variants.core.every_layer import pass_through
from variants.core.guesses import Floats, probabilities
from variants.core.inference import forward_pass
from variants.core.reading import Reading, read_hidden
from variants.spanbert.model import MAX_SPAN_TARGETS, SpanBertForPreTraining
from variants.spanbert.model import load as load
from variants.spanbert.schemes import Hidden
from variants.spanbert.spans import Span

SpanBert: TypeAlias = Checkpoint[SpanBertForPreTraining]
DEFAULT_LENGTH = 4  # tokens of the span that the page opens with, before it is made whole words


@dataclass(frozen=True, eq=False)
class SpanGuesses:
    """What both heads say of one hidden span; rows run over its tokens."""

    span: Span
    answers: tuple[int, ...]  # the ids that were hidden
    mlm: Floats  # logits (tokens of the span, vocabulary)
    sbo: Floats  # the same, from the edges
    blank: bool  # whether the states inside were set to zero
    bounded: bool  # a token of the text on either side; if not, training took no SBO loss

    @property
    def heads(self) -> dict[str, Floats]:
        """Return the logits of both heads by name."""
        return {"sbo": self.sbo, "mlm": self.mlm}


def read(checkpoint: SpanBert, text: str) -> Encoded:
    """Tokenize a text for this model."""
    return encode(checkpoint.tokenizer, text, max_length=checkpoint.max_length)


def default_span(checkpoint: SpanBert, encoded: Encoded) -> Span:
    """Return the span that is hidden until the learner chooses: what the text hides itself, or words in its middle."""
    _check_length(encoded)
    masks = mask_positions(encoded, checkpoint.vocabulary.mask)
    if masks:
        length = next((i for i, place in enumerate(masks) if place != masks[0] + i), len(masks))
        return Span(masks[0], masks[0] + min(length, MAX_SPAN_TARGETS))
    last = len(encoded) - 2  # the last token of the text
    start = max(2, (len(encoded) - DEFAULT_LENGTH) // 2)
    stop = min(start + DEFAULT_LENGTH, last)
    while start > 2 and encoded.tokens[start].startswith("##"):
        start -= 1
    while stop < last and encoded.tokens[stop].startswith("##"):
        stop += 1
    return Span(start, max(stop, start + 1))


def check_span(encoded: Encoded, span: Span) -> Span:
    """Return the span if it can be hidden and rebuilt; raise InputError otherwise."""
    _check_length(encoded)
    if span.stop <= span.start:
        raise InputError(f"A span has at least one token; this one starts at {span.start} and ends before it.")
    for place in range(span.start, span.stop):
        encoded.position(place)
    if len(span) > MAX_SPAN_TARGETS:
        raise InputError(f"The span has {len(span)} tokens; SpanBERT tells {MAX_SPAN_TARGETS} places apart at most.")
    return span


def _check_length(encoded: Encoded) -> None:
    if len(encoded) < 5:
        raise InputError("A span needs a token on either side: type at least three words.")


def fill(checkpoint: SpanBert, encoded: Encoded, span: Span) -> Reading:
    """Hide one span and run the encoder once."""
    check_span(encoded, span)
    return _run(checkpoint, encoded, tuple(range(span.start, span.stop)))


def fill_drawn(checkpoint: SpanBert, encoded: Encoded, hidden: Hidden) -> Reading:
    """Run the encoder once on a training example drawn from the text, all of its spans hidden at once."""
    reading = _run(checkpoint, hidden.encoded, ())
    return replace(reading, original=encoded)


def _run(checkpoint: SpanBert, encoded: Encoded, masks: tuple[int, ...]) -> Reading:
    def encoder(input_ids: Tensor, token_type_ids: Tensor) -> BaseModelOutput:
        return pass_through(checkpoint.model.bert, input_ids, token_type_ids)

    return read_hidden(checkpoint, encoded, masks, encoder, checkpoint.model.cls)


def guess_span(checkpoint: SpanBert, reading: Reading, span: Span, *, blank: bool = False) -> SpanGuesses:
    """Ask both heads about a span; ``blank`` sets the states inside it to zero first."""
    states = torch.tensor(reading.hidden_states[-1])
    if blank:
        states[span.start : span.stop] = 0
    row = torch.zeros(len(span), dtype=torch.long)  # one text, as many targets as the span has tokens
    places = torch.arange(len(span))
    with forward_pass():
        mlm = checkpoint.model.cls(states[span.start : span.stop])
        sbo = checkpoint.model.boundary_logits(states[None], row, row + span.start - 1, row + span.stop, places)
    return SpanGuesses(
        span=span,
        answers=reading.original.input_ids[span.start : span.stop],
        mlm=mlm.numpy(),
        sbo=sbo.numpy(),
        blank=blank,
        bounded=span.start > 1 and span.stop < len(reading.encoded) - 1,
    )


def log_probabilities(logits: Floats, answers: tuple[int, ...]) -> tuple[float, ...]:
    """Return the natural logarithm of the probability of each answer, given logits (answers, vocabulary).

    Each place is guessed on its own, so the probability of all of them together is the product.
    """
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    totals = np.log(np.exp(shifted).sum(axis=-1))
    return tuple(float(shifted[place, answer] - totals[place]) for place, answer in enumerate(answers))


def right_probabilities(logits: Floats, answers: tuple[int, ...]) -> tuple[float, ...]:
    """Return the probability of each answer, in [0, 1]."""
    return tuple(math.exp(value) for value in log_probabilities(logits, answers))


def moved(before: Floats, after: Floats) -> float:
    """Return the share of probability that went to other tokens, on average over the rows, in [0, 1]."""
    return float(np.abs(probabilities(before) - probabilities(after)).sum(axis=-1).mean() / 2)


def as_odds(log_probability: float) -> str:
    """Return a probability as a reader takes it in: 12.0%, 1 in 340, 1 in 10¹⁴."""
    probability, digits = math.exp(log_probability), -log_probability / math.log(10)
    if probability >= 0.01:
        return f"{probability:.1%}"
    if digits < 6:
        return f"1 in {1 / probability:,.0f}"
    return "1 in 10" + f"{digits:.0f}".translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
