"""BERT's network: transformers' own, at our size, with a smooth start of the position table.

Devlin et al., 2018, section 3. Twelve layers of width 768 become four of width 256; nothing else
changes. Both pre-training heads are kept: MLM (tied to the token embeddings) and NSP.

Left out: dropout. A model this small on this much text underfits; dropout would only slow it.
"""

from __future__ import annotations

import torch
from transformers import BertConfig, BertForPreTraining

from variants.core.checkpoint import Checkpoint, load_checkpoint
from variants.core.positions import sinusoids


def build(
    vocabulary_size: int,
    *,
    hidden_size: int = 256,
    num_hidden_layers: int = 4,
    num_attention_heads: int = 4,
    intermediate_size: int = 1024,
    max_length: int = 128,
    seed: int = 0,
) -> BertForPreTraining:
    """Return a fresh BERT with random weights drawn from ``seed``."""
    config = BertConfig(
        vocab_size=vocabulary_size,
        hidden_size=hidden_size,
        num_hidden_layers=num_hidden_layers,
        num_attention_heads=num_attention_heads,
        intermediate_size=intermediate_size,
        max_position_embeddings=max_length,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = BertForPreTraining(config)
    table = model.bert.embeddings.position_embeddings.weight
    with torch.no_grad():
        table.copy_(sinusoids(max_length, hidden_size))
    return model


def load(source: str = "bert") -> Checkpoint[BertForPreTraining]:
    """Load our BERT, or another one from a folder or by hub id."""
    return load_checkpoint(BertForPreTraining.from_pretrained, source)
