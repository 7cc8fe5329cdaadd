"""TinyBERT's network: a BERT that is half as wide as its teacher.

Jiao et al., 2019, section 3. The published TinyBERT-4 has 4 layers of width 312 where its teacher
has 12 of width 768. Ours keeps the teacher's 4 layers and 4 heads and halves every width, so it has
its heads and layers to copy one by one. There is no head that guesses words: the general stage
predicts nothing. The pooler is there for the task that comes after it, and is not trained yet.

Left out: dropout.
"""

from __future__ import annotations

import torch
from transformers import BertConfig, BertModel

from variants.core.checkpoint import Checkpoint, load_checkpoint
from variants.core.positions import sinusoids
from variants.core.shape import Shape

TINY = Shape(hidden_size=128, intermediate_size=512)


def build(vocabulary_size: int, shape: Shape = TINY, *, seed: int = 0) -> BertModel:
    """Return a fresh TinyBERT with random weights drawn from ``seed``."""
    config = BertConfig(
        vocab_size=vocabulary_size,
        hidden_size=shape.hidden_size,
        num_hidden_layers=shape.num_hidden_layers,
        num_attention_heads=shape.num_attention_heads,
        intermediate_size=shape.intermediate_size,
        max_position_embeddings=shape.max_length,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = BertModel(config)
    with torch.no_grad():
        model.embeddings.position_embeddings.weight.copy_(sinusoids(shape.max_length, shape.hidden_size))
    return model


def load(source: str = "tinybert") -> Checkpoint[BertModel]:
    """Load our TinyBERT, or another one from a folder or by hub id."""
    return load_checkpoint(BertModel.from_pretrained, source)
