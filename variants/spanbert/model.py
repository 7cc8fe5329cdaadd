"""SpanBERT's network: BERT's encoder, its MLM head, and a head that looks at a span's edges.

Joshi et al., 2019, section 3.2. The span boundary head knows a hidden token by three things: the
encodings of the tokens left and right of its span, and its place in the span,

    h0 = [x_(start-1); x_(end+1); p_place]    h1 = LayerNorm(GELU(W1 h0))    y = LayerNorm(GELU(W2 h1))

and y meets the token embeddings, as in the MLM head, with a bias of its own.

Left out: dropout, and 136 of the 200 numbers that describe a place in the published code; ours is a
third as wide as BERT-base.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, linear
from transformers import BertConfig, BertForMaskedLM

from variants.core.checkpoint import Checkpoint, load_checkpoint
from variants.core.errors import InputError
from variants.core.positions import sinusoids
from variants.core.shape import SMALL, Shape

PLACE_WIDTH = 64  # of the vector for a place within a span
MAX_SPAN_TARGETS = 20  # places that have a vector, as in the published code; tokens beyond carry no SBO loss


class SpanBoundaryHead(nn.Module):
    """Two layers that rebuild a token from the edges of its span."""

    def __init__(self, hidden_size: int, vocabulary_size: int, epsilon: float) -> None:
        """Make the layers; the token embeddings are handed to :meth:`forward`."""
        super().__init__()
        self.place_embeddings = nn.Embedding(MAX_SPAN_TARGETS, PLACE_WIDTH)
        self.first = nn.Linear(2 * hidden_size + PLACE_WIDTH, hidden_size)
        self.first_norm = nn.LayerNorm(hidden_size, eps=epsilon)
        self.second = nn.Linear(hidden_size, hidden_size)
        self.second_norm = nn.LayerNorm(hidden_size, eps=epsilon)
        self.bias = nn.Parameter(torch.zeros(vocabulary_size))

    def forward(self, left: Tensor, right: Tensor, places: Tensor, token_embeddings: Tensor) -> Tensor:
        """Return logits of shape (targets, vocabulary).

        Args:
            left: encodings of the tokens before the spans, (targets, hidden).
            right: encodings of the tokens behind them, (targets, hidden).
            places: of the targets within their spans, 0 first, (targets,).
            token_embeddings: (vocabulary, hidden).
        """
        edges = torch.cat([left, right, self.place_embeddings(places)], dim=-1)
        features = self.first_norm(gelu(self.first(edges)))
        features = self.second_norm(gelu(self.second(features)))
        return linear(features, token_embeddings, self.bias)


class SpanBertForPreTraining(BertForMaskedLM):
    """An encoder with both heads; called as it is, it fills in hidden tokens with the MLM head."""

    def __init__(self, config: BertConfig) -> None:
        """Add the span boundary head to BERT."""
        super().__init__(config)
        self.sbo = SpanBoundaryHead(config.hidden_size, config.vocab_size, config.layer_norm_eps)
        self.post_init()

    def boundary_logits(self, encoded: Tensor, rows: Tensor, left: Tensor, right: Tensor, places: Tensor) -> Tensor:
        """Rebuild tokens from the edges of their spans: logits of shape (targets, vocabulary).

        Args:
            encoded: what the encoder made of the batch, (batch, tokens, hidden).
            rows: the sequence that each target stands in, (targets,).
            left: the position before its span, (targets,).
            right: the position behind its span, (targets,).
            places: its place within the span, 0 first, (targets,).
        """
        table = self.bert.embeddings.word_embeddings.weight
        return self.sbo(encoded[rows, left], encoded[rows, right], places, table)


def build(vocabulary_size: int, shape: Shape = SMALL, *, seed: int = 0) -> SpanBertForPreTraining:
    """Return a fresh SpanBERT with random weights drawn from ``seed``."""
    config = BertConfig(
        vocab_size=vocabulary_size,
        hidden_size=shape.hidden_size,
        num_hidden_layers=shape.num_hidden_layers,
        num_attention_heads=shape.num_attention_heads,
        intermediate_size=shape.intermediate_size,
        max_position_embeddings=shape.max_length,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = SpanBertForPreTraining(config)
    with torch.no_grad():
        model.bert.embeddings.position_embeddings.weight.copy_(sinusoids(shape.max_length, shape.hidden_size))
        model.sbo.place_embeddings.weight.copy_(sinusoids(MAX_SPAN_TARGETS, PLACE_WIDTH))
    return model


def load(source: str = "spanbert") -> Checkpoint[SpanBertForPreTraining]:
    """Load our SpanBERT, or another one from a folder or by hub id."""
    return load_checkpoint(_with_both_heads, source)


def _with_both_heads(source: str, **options: Any) -> SpanBertForPreTraining:
    """Refuse weights without a span boundary head: transformers would draw one at random."""
    loaded: Any = SpanBertForPreTraining.from_pretrained(source, output_loading_info=True, **options)
    model, found = loaded
    if any(name.startswith("sbo.") for name in found["missing_keys"]):
        raise InputError("This model has no span boundary head: it was not trained as SpanBERT is here.")
    return model
