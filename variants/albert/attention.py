"""ALBERT in the attention explorer: one set of weights, used in every layer.

Head 2 of layer 1 and head 2 of layer 4 are the same head. What differs is what it reads; so each use has
a heat map of its own and can be switched off alone.
"""

from __future__ import annotations

from typing import Any

from variants.albert.model import load
from variants.core.encoder_attention import Encoder, Projections


def layers_in_use(body: Any) -> list[Projections]:
    """Return the attention of each layer in the order of use; a shared one stands there several times."""
    depth, groups = body.config.num_hidden_layers, body.config.num_hidden_groups
    used = [
        layer.attention
        for place in range(depth)
        for layer in body.encoder.albert_layer_groups[int(place / (depth / groups))].albert_layers
    ]
    return [Projections(attention.query, attention.key, attention.dense) for attention in used]


NETWORKS = (
    Encoder(
        key="albert",
        name="ALBERT",
        loader=load,
        body=lambda model: model.albert,
        head=lambda model, states: model.predictions(states),
        layers=layers_in_use,
        note=(
            "ALBERT's layers share one set of weights: a head is the same in every layer, and looks elsewhere only "
            "because what it reads has changed."
        ),
    ),
)
