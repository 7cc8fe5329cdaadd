"""DistilBERT in the attention explorer: half of BERT's layers, under other names."""

from __future__ import annotations

from typing import Any

from variants.core.encoder_attention import Encoder, Projections
from variants.distilbert.model import load
from variants.distilbert.objective import student_logits


def _layers(body: Any) -> list[Projections]:
    attentions = [layer.attention for layer in body.transformer.layer]
    return [Projections(attention.q_lin, attention.k_lin, attention.out_lin) for attention in attentions]


NETWORKS = (
    Encoder(
        key="distilbert",
        name="DistilBERT",
        loader=load,
        body=lambda model: model.distilbert,
        head=student_logits,
        layers=_layers,
        segments=False,
        pairs="DistilBERT has no segments: only [SEP] tells it where one text ends.",
    ),
)
