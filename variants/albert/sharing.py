"""What sharing is: one object, used at every depth. Nudge a weight of it, unroll it, sum its gradients.

Lan et al., 2019, section 3.1 and Figure 1. The layers of a network are here a list with one entry a
depth; in ALBERT every entry is the *same* module. Nothing is copied from layer to layer: a change is
felt at every depth at once, and the gradient of a shared weight is the sum over its uses.

The same functions run BERT, whose entries are different modules. The loaded models are never
changed: what is nudged is a private copy of one layer.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity, cross_entropy
from transformers import AlbertForPreTraining, PreTrainedModel

from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded
from variants.core.guesses import Floats
from variants.core.inference import forward_pass, gradient_pass

Weight = Literal["feed-forward", "attention"]
ENDINGS: dict[Weight, tuple[str, str]] = {  # of the weight's name in ALBERT and in BERT
    "feed-forward": ("ffn.weight", "intermediate.dense.weight"),
    "attention": ("attention.query.weight", "attention.self.query.weight"),
}


@dataclass(frozen=True)
class Nudged:
    """How far the output of each layer moved, as a share of its length; 0 is layer 1's."""

    moved: tuple[float, ...]
    users: tuple[int, ...]  # which layers use the nudged weight


@dataclass(frozen=True)
class Path:
    """How far a vector goes from each layer to the next."""

    distances: tuple[float, ...]  # L2
    angles: tuple[float, ...]  # in degrees


@dataclass(frozen=True)
class Uses:
    """Lengths of gradients of a shared matrix: all at once, and each of its uses by itself."""

    shared: float
    each: tuple[float, ...]
    sum: float  # of the uses' gradients added up
    mean: float


def layers_of(model: PreTrainedModel) -> tuple[nn.Module, ...]:
    """Return the layers in the order in which they are applied; shared ones are the same object."""
    encoder: Any = model.base_model.encoder
    if not isinstance(model, AlbertForPreTraining):
        return tuple(encoder.layer)
    depth, groups = model.config.num_hidden_layers, encoder.albert_layer_groups
    return tuple(groups[place * len(groups) // depth].albert_layers[0] for place in range(depth))


def first_states(model: PreTrainedModel, encoded: Encoded) -> Tensor:
    """Return what layer 1 reads, of shape (1, tokens, hidden)."""
    base: Any = model.base_model
    states = base.embeddings(torch.tensor([encoded.input_ids]), torch.tensor([encoded.token_type_ids]))
    widened = isinstance(model, AlbertForPreTraining)
    return base.encoder.embedding_hidden_mapping_in(states) if widened else states


def unroll(layers: Sequence[nn.Module], states: Tensor) -> list[Tensor]:
    """Apply one layer after another; return what went in and what came out of each."""
    path = [states]
    for layer in layers:
        path.append(cast(Tensor, layer(path[-1])))
    return path


def states_of(checkpoint: Checkpoint[Any], encoded: Encoded, times: int | None = None) -> Floats:
    """Return the states of all tokens, of shape (layers + 1, tokens, hidden).

    ``times`` applies an ALBERT of one layer more or less often than it was trained for.
    """
    layers = layers_of(checkpoint.model)
    with forward_pass():
        path = unroll(layers if times is None else layers[:1] * times, first_states(checkpoint.model, encoded))
    return torch.stack(path)[:, 0].numpy()


def path_of(states: Floats, places: Sequence[int]) -> Path:
    """Return how far the vectors at some places go from layer to layer, on average."""
    chosen = torch.from_numpy(states[:, list(places)])  # (layers + 1, places, hidden)
    distances = (chosen[1:] - chosen[:-1]).norm(dim=-1).mean(-1)
    cosines = cosine_similarity(chosen[1:], chosen[:-1], dim=-1).clamp(-1, 1)
    angles = torch.rad2deg(torch.acos(cosines)).mean(-1)
    return Path(tuple(distances.tolist()), tuple(angles.tolist()))


def nudge(checkpoint: Checkpoint[Any], encoded: Encoded, *, layer: int, weight: Weight, amount: float) -> Nudged:
    """Add ``amount`` to one weight that ``layer`` (from 1) uses, and run the text before and after."""
    layers = layers_of(checkpoint.model)
    chosen = layers[layer - 1]
    replaced = nudged_copy(chosen, weight, amount)
    users = tuple(place for place, each in enumerate(layers) if each is chosen)
    with forward_pass():
        states = first_states(checkpoint.model, encoded)
        before = unroll(layers, states)[1:]
        after = unroll([replaced if each is chosen else each for each in layers], states)[1:]
    moved = [float((new - old).norm() / old.norm()) for old, new in zip(before, after, strict=True)]
    return Nudged(tuple(moved), users)


def nudged_copy(layer: nn.Module, weight: Weight, amount: float) -> nn.Module:
    """Return a private copy of a layer in which the first entry of one matrix is larger by ``amount``."""
    copied = copy.deepcopy(layer)
    with torch.no_grad():
        _matrix(copied, weight)[0, 0] += amount
    return copied


def gradients(checkpoint: Checkpoint[AlbertForPreTraining], encoded: Encoded) -> Uses:
    """Take the gradient of a loss for the shared feed-forward matrix, at once and for each use by itself.

    The loss is that of naming every token of the text at the last layer.
    """
    model = checkpoint.model
    layers = layers_of(model)
    with gradient_pass():
        states, tokens = first_states(model, encoded), torch.tensor(encoded.input_ids)

        def gradient_of(copies: Sequence[nn.Module]) -> tuple[Tensor, ...]:
            matrices = list(dict.fromkeys(_matrix(each, "feed-forward").requires_grad_() for each in copies))
            logits = model.predictions(unroll(copies, states)[-1][0])
            return torch.autograd.grad(cross_entropy(logits, tokens), matrices)

        (shared,) = gradient_of([copy.deepcopy(layers[0])] * len(layers))
        each = gradient_of([copy.deepcopy(layer) for layer in layers])
    added = float(torch.stack(each).sum(0).norm())
    return Uses(float(shared.norm()), tuple(float(use.norm()) for use in each), added, added / len(each))


def _matrix(layer: nn.Module, weight: Weight) -> nn.Parameter:
    return next(matrix for name, matrix in layer.named_parameters() if name in ENDINGS[weight])
