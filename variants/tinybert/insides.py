"""What happens inside a BERT: the attention scores and the hidden states of every layer.

Jiao et al., 2019, section 3.1, compare attention before the softmax, where transformers reports it
after. A score is the product of a query and a key over the square root of the head's width, and both
can be listened to while the network runs, whichever way it computes attention.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from transformers import BertModel
from transformers.models.bert.modeling_bert import BertLayer

from variants.core.task import Batch


@dataclass(frozen=True)
class Insides:
    """What a network computed on its way."""

    scores: list[Tensor]  # of each layer, before the softmax: (batch, heads, tokens, tokens)
    states: list[Tensor]  # of the embeddings, then of each layer: (batch, tokens, width)


def look_inside(network: BertModel, batch: Batch) -> Insides:
    """Run a network and return its insides."""
    layers = cast(Iterable[BertLayer], network.encoder.layer)
    with recorded(
        part for layer in layers for part in (layer.attention.self.query, layer.attention.self.key)
    ) as outputs:
        encoded = network(
            batch["input_ids"],
            attention_mask=batch["attention_mask"],
            position_ids=batch["position_ids"],
            output_hidden_states=True,
        )
    heads = network.config.num_attention_heads
    scores = [raw_scores(query, key, heads) for query, key in zip(outputs[::2], outputs[1::2], strict=True)]
    return Insides(scores, list(encoded.hidden_states))


@contextmanager
def recorded(modules: Iterable[nn.Module]) -> Generator[list[Tensor]]:
    """Collect what some modules return, in the order in which they are called."""
    outputs: list[Tensor] = []

    def listen(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        outputs.append(output)

    hooks = [module.register_forward_hook(listen) for module in modules]
    try:
        yield outputs
    finally:
        for hook in hooks:
            hook.remove()


def raw_scores(query: Tensor, key: Tensor, heads: int) -> Tensor:
    """Return how well each query fits each key, in every head: (batch, heads, tokens, tokens)."""
    queries, keys = (part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in (query, key))
    return torch.matmul(queries, keys.transpose(-1, -2)).float() / queries.shape[-1] ** 0.5


def copied_from(teacher: Insides, layers: Sequence[int]) -> Insides:
    """Return those of a teacher's insides that the student's ``layers``, the embeddings first, copy."""
    return Insides([teacher.scores[layer - 1] for layer in layers[1:]], [teacher.states[layer] for layer in layers])
