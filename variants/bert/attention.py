"""BERT in the attention explorer."""

from __future__ import annotations

from variants.bert.model import load
from variants.core.encoder_attention import Encoder

NETWORKS = (
    Encoder(
        key="bert",
        name="BERT",
        loader=load,
        body=lambda model: model.bert,
        head=lambda model, states: model.cls.predictions(states),
    ),
)
