"""ALBERT's network: a small embedding table, widened once, and one layer that is used at every depth.

Lan et al., 2019, section 3.1. A table of V x H becomes V x E and E x H; L layers become one set of
weights that is applied L times, so its gradient is the sum over its uses. The work stays the same:
a token still passes L layers. Twelve layers of width 768 with E = 128 become four of width 256 with
E = 64, so that E is a quarter of H or less, as in the paper's larger models.

Left out: sharing only the attention or only the feed-forward weights, which transformers' own class
cannot do; and dropout, which the paper itself removes from its largest models (section 4.9).
"""

from __future__ import annotations

import torch
from transformers import AlbertConfig, AlbertForPreTraining

from variants.core.checkpoint import Checkpoint, load_checkpoint
from variants.core.positions import sinusoids
from variants.core.shape import SMALL, Shape

EMBEDDING_SIZE = 64


def build(
    vocabulary_size: int,
    shape: Shape = SMALL,
    *,
    embedding_size: int = EMBEDDING_SIZE,
    num_hidden_groups: int = 1,
    seed: int = 0,
) -> AlbertForPreTraining:
    """Return a fresh ALBERT with random weights drawn from ``seed``.

    ``num_hidden_groups`` is how many different layers there are: 1 shares one among all, as many as
    ``shape.num_hidden_layers`` shares none.
    """
    config = AlbertConfig(
        vocab_size=vocabulary_size,
        embedding_size=embedding_size,
        hidden_size=shape.hidden_size,
        num_hidden_layers=shape.num_hidden_layers,
        num_hidden_groups=num_hidden_groups,
        num_attention_heads=shape.num_attention_heads,
        intermediate_size=shape.intermediate_size,
        max_position_embeddings=shape.max_length,
        hidden_act="gelu",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        classifier_dropout_prob=0.0,
        pad_token_id=0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = AlbertForPreTraining(config)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        model.albert.embeddings.position_embeddings.weight.copy_(sinusoids(shape.max_length, embedding_size))
        # The usual start, 0.02, would shrink the normalized embeddings to a sixth: no difference between two
        # tokens or places would be large enough for attention to find, and training would stay on the plateau.
        model.albert.encoder.embedding_hidden_mapping_in.weight.normal_(std=embedding_size**-0.5, generator=generator)
    return model


def load(source: str = "albert") -> Checkpoint[AlbertForPreTraining]:
    """Load our ALBERT, or another one from a folder or by hub id."""
    return load_checkpoint(AlbertForPreTraining.from_pretrained, source, "unigram")
