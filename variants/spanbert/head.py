"""The span boundary head, one tensor after another, for one token of a span.

Joshi et al., 2019, section 3.2: two states and a place go in, logits over the vocabulary come out.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import gelu, linear

from variants.core.guesses import Floats
from variants.core.inference import forward_pass
from variants.core.reading import Reading
from variants.spanbert.demo import SpanBert
from variants.spanbert.spans import Span


@dataclass(frozen=True, eq=False)
class Stage:
    """One tensor on the way, and the weights that made it."""

    name: str  # as the paper writes it
    meaning: str
    values: Floats  # one-dimensional
    matrix: str = ""  # the name and the shape of what it was multiplied with

    @property
    def size(self) -> int:
        """Return how many numbers the tensor has."""
        return len(self.values)


def walk_through(checkpoint: SpanBert, reading: Reading, span: Span, place: int) -> tuple[Stage, ...]:
    """Return the tensors of the head for the token at ``place`` of a span, 0 first."""
    head, states, tokens = checkpoint.model.sbo, reading.hidden_states[-1], reading.encoded.tokens
    table = checkpoint.model.bert.embeddings.word_embeddings.weight
    left, right = (torch.tensor(states[position]) for position in (span.start - 1, span.stop))
    with forward_pass():
        where = head.place_embeddings.weight[place]
        edges = torch.cat([left, right, where])
        first = head.first_norm(gelu(head.first(edges)))
        second = head.second_norm(gelu(head.second(first)))
        logits = linear(second, table, head.bias)
    return (
        Stage("left", f"state of “{tokens[span.start - 1]}”, before the span", left.numpy()),
        Stage("right", f"state of “{tokens[span.stop]}”, behind the span", right.numpy()),
        Stage("place", f"vector of place {place + 1} in the span", where.numpy()),
        Stage("h0", "the three in a row", edges.numpy()),
        Stage("h1", "LayerNorm(GELU(W1 h0))", first.numpy(), _shape("W1", head.first.weight)),
        Stage("y", "LayerNorm(GELU(W2 h1))", second.numpy(), _shape("W2", head.second.weight)),
        Stage("logits", "E y + b: one score for every token", logits.numpy(), _shape("E", table)),
    )


def _shape(name: str, weight: Tensor) -> str:
    return f"{name}: " + " × ".join(f"{size:,}" for size in weight.shape)
