"""SpanBERT in the attention explorer."""

from __future__ import annotations

from variants.core.encoder_attention import Encoder
from variants.spanbert.model import load

NETWORKS = (
    Encoder(
        key="spanbert",
        name="SpanBERT",
        loader=load,
        body=lambda model: model.bert,
        head=lambda model, states: model.cls(states),
        pairs="SpanBERT was trained on one segment at a time: the second one is new to it.",
    ),
)
