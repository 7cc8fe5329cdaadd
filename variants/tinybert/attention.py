"""TinyBERT in the attention explorer: its heads were taught to look where the teacher's look."""

from __future__ import annotations

from variants.core.encoder_attention import Encoder
from variants.tinybert.model import load

NETWORKS = (
    Encoder(
        key="tinybert",
        name="TinyBERT",
        loader=load,
        body=lambda model: model,
        question="",
        note="Each head was trained to copy the attention scores of one head of BERT: pin BERT to see how well.",
    ),
)
