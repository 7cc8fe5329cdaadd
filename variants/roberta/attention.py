"""RoBERTa in the attention explorer."""

from __future__ import annotations

from variants.core.encoder_attention import Encoder
from variants.roberta.model import load

NETWORKS = (
    Encoder(
        key="roberta",
        name="RoBERTa",
        loader=load,
        body=lambda model: model.roberta,
        head=lambda model, states: model.lm_head(states),
        segments=False,
        pairs="RoBERTa has no segments: only </s> tells it where one text ends.",
    ),
)
