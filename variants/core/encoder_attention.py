"""The attention of a BERT-like encoder: the same code for all variants that keep BERT's layers.

A head's part in the output is switched off where it is handed to the output projection: transformers no
longer takes a head mask. That is done on a copy of the network which shares all weights, for the one
loaded model serves everybody. A layer that is used several times, as in ALBERT, counts as many layers, and
each use can be switched off alone.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor, nn

from variants.core.attention import Attention, Network, places_of
from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded, encode
from variants.core.errors import InputError
from variants.core.inference import forward_pass
from variants.core.reading import hide

PART = 8  # rows in one forward pass; others wait


class Projections(NamedTuple):
    """Three matrices of one layer's attention."""

    query: nn.Module
    key: nn.Module
    output: nn.Module


@dataclass(frozen=True, eq=False, kw_only=True)
class Encoder(Network):
    """A network that reads a text at once; the callables take its whole model."""

    key: str
    name: str
    loader: Callable[[], Checkpoint[Any]]
    body: Callable[[Any], nn.Module]  # the module that returns attentions
    head: Callable[[Any, Tensor], Tensor] | None = None  # from states (rows, hidden) to logits of the vocabulary
    layers: Callable[[Any], Sequence[Projections]] = field(default=lambda body: bert_layers(body))
    segments: bool = True  # whether it takes segment ids
    hides: bool = True  # whether the place that is asked for is hidden
    note: str = ""
    pairs: str = ""
    question: str = "which token stands at the hidden place"

    def load(self) -> Checkpoint[Any]:
        """Load the shipped model."""
        return self.loader()

    def read(self, checkpoint: Checkpoint[Any], text: str, second: str | None) -> Encoded:
        """Tokenize a text or a pair: [CLS] A [SEP] B [SEP]."""
        return encode(checkpoint.tokenizer, text, second, max_length=checkpoint.max_length)

    def look(self, checkpoint: Checkpoint[Any], encoded: Encoded, seed: int = 0) -> Attention:
        """Run the encoder once; queries and keys follow from the states that each layer reads."""
        del seed  # a whole text at once has no order
        body = self.body(checkpoint.model)
        with forward_pass():
            started = time.perf_counter()
            output = self._run(body, encoded, output_attentions=True, output_hidden_states=True)
            seconds = time.perf_counter() - started
            weights = torch.cat(output.attentions)
            states = output.hidden_states[:-1]
            layers = self.layers(body)
            queries = [
                _heads(layer.query(state), weights.shape[1]) for layer, state in zip(layers, states, strict=True)
            ]
            keys = [_heads(layer.key(state), weights.shape[1]) for layer, state in zip(layers, states, strict=True)]
        return Attention(
            encoded=encoded,
            weights=weights.numpy(),
            queries=torch.cat(queries).numpy(),
            keys=torch.cat(keys).numpy(),
            looks=(True,) * len(encoded),
            classification=places_of(encoded, checkpoint.vocabulary.cls),
            separators=places_of(encoded, checkpoint.vocabulary.sep),
            seconds=seconds,
        )

    def answers(self, checkpoint: Checkpoint[Any], encoded: Encoded, place: int, gates: Tensor) -> Tensor:
        """Return the log-probability of every token of the vocabulary at ``place``, which is hidden."""
        if self.head is None:
            raise InputError(f"{self.name} was trained to answer nothing by itself: there is no prediction to change.")
        asked = hide(checkpoint, encoded, (place,)) if self.hides else encoded
        model = with_same_weights(checkpoint.model)
        states = self.gated_states(model, asked, gates)
        with forward_pass():
            return self.head(model, states[:, place]).log_softmax(-1)

    def gated_states(self, model: Any, encoded: Encoded, gates: Tensor) -> Tensor:
        """Return the last states with heads switched off: (rows, tokens, hidden); ``model`` is nobody else's."""
        body = self.body(model)
        outputs = [layer.output for layer in self.layers(body)]
        parts = list[Tensor]()
        for part in gates.split(PART):
            with forward_pass(), _Gates(outputs, part):
                parts.append(self._run(body, encoded, rows=len(part)).last_hidden_state)
        return torch.cat(parts)

    def _run(self, body: nn.Module, encoded: Encoded, *, rows: int = 1, **asked: bool) -> Any:
        inputs = {"input_ids": torch.tensor([encoded.input_ids]).expand(rows, -1)}
        if self.segments:
            inputs["token_type_ids"] = torch.tensor([encoded.token_type_ids]).expand(rows, -1)
        return body(**inputs, **asked)


def bert_layers(body: Any) -> list[Projections]:
    """Return the projections of BERT's layers, and of all that keep transformers' names for them."""
    return [
        Projections(layer.attention.self.query, layer.attention.self.key, layer.attention.output.dense)
        for layer in body.encoder.layer
    ]


def with_same_weights(model: nn.Module) -> Any:
    """Return a copy that shares every tensor with ``model``; what is hooked to it touches nobody else."""
    tensors = [*model.parameters(), *model.buffers()]
    return copy.deepcopy(model, {id(tensor): tensor for tensor in tensors})


class _Gates:
    """Multiply what each head hands to the output projection by its gate, layer after layer."""

    def __init__(self, outputs: Sequence[nn.Module], gates: Tensor) -> None:
        self._modules = list(dict.fromkeys(outputs))  # a shared layer once
        self._gates, self._calls, self._handles = gates, count(), list[Any]()

    def __enter__(self) -> None:
        self._handles = [module.register_forward_pre_hook(self._switch) for module in self._modules]

    def __exit__(self, *_error: object) -> None:
        for handle in self._handles:
            handle.remove()

    def _switch(self, _module: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        mixed = cast(Tensor, inputs[0])  # (rows, tokens, heads * width)
        gates = self._gates[:, next(self._calls)]
        split = mixed.unflatten(-1, (gates.shape[1], -1)) * gates[:, None, :, None]
        return (split.flatten(-2), *inputs[1:])


def _heads(projected: Tensor, heads: int) -> Tensor:
    """Turn (1, tokens, hidden) into (1, heads, tokens, width)."""
    return projected.unflatten(-1, (heads, -1)).transpose(1, 2)
