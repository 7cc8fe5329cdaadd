"""ELECTRA's two networks in one: a small generator, and the discriminator that is kept.

Clark et al., 2020, sections 2 and 3.2. Both are BERT-like encoders of the same depth; the generator
is a quarter as wide. They share one table of token, position and segment embeddings (with its layer
norm, as in the reference code), as wide as the discriminator; the generator projects it down.

Left out: dropout, as everywhere here.
"""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor
from transformers import ElectraConfig, ElectraForMaskedLM, ElectraForPreTraining, ElectraPreTrainedModel

from variants.core.checkpoint import Checkpoint, load_checkpoint
from variants.core.positions import sinusoids
from variants.core.shape import SMALL, Shape

GENERATOR_SHARE = 4  # the discriminator is so many times as wide
HEAD_WIDTH = 64
EMBEDDINGS = "electra.embeddings"
SHARED = (
    "word_embeddings.weight",
    "position_embeddings.weight",
    "token_type_embeddings.weight",
    "LayerNorm.weight",
    "LayerNorm.bias",
)


class Electra(ElectraPreTrainedModel):
    """Generator and discriminator over one table of embeddings; saved and loaded as one model."""

    _tied_weights_keys = {f"generator.{EMBEDDINGS}.{name}": f"discriminator.{EMBEDDINGS}.{name}" for name in SHARED} | {
        "generator.generator_lm_head.weight": f"discriminator.{EMBEDDINGS}.word_embeddings.weight"
    }

    def __init__(self, config: ElectraConfig) -> None:
        """Build both networks from the discriminator's configuration."""
        super().__init__(config)
        self.discriminator = ElectraForPreTraining(config)
        self.generator = ElectraForMaskedLM(generator_config(config))
        self.generator.electra.embeddings = self.discriminator.electra.embeddings
        self.post_init()

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor | None = None, position_ids: Tensor | None = None
    ) -> Tensor:
        """Return the discriminator's score of every token: (batch, tokens), above 0 where it says “replaced”."""
        output = self.discriminator(input_ids, attention_mask=attention_mask, position_ids=position_ids)
        return output.logits


def generator_config(config: ElectraConfig) -> ElectraConfig:
    """Return the generator's configuration: as deep, a quarter as wide, heads of 64 where that is wide enough."""
    small = deepcopy(config)
    small.hidden_size = config.hidden_size // GENERATOR_SHARE
    small.num_attention_heads = max(1, small.hidden_size // HEAD_WIDTH)
    small.intermediate_size = 4 * small.hidden_size
    return small


def build(vocabulary_size: int, shape: Shape = SMALL, *, seed: int = 0) -> Electra:
    """Return a fresh ELECTRA with random weights drawn from ``seed``; ``shape`` is the discriminator's."""
    config = ElectraConfig(
        vocab_size=vocabulary_size,
        embedding_size=shape.hidden_size,
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
        model = Electra(config)
    table = model.discriminator.electra.embeddings.position_embeddings.weight
    with torch.no_grad():
        table.copy_(sinusoids(shape.max_length, shape.hidden_size))
    return model


def load(source: str = "electra") -> Checkpoint[Electra]:
    """Load our ELECTRA, or another one from a folder or by hub id."""
    return load_checkpoint(Electra.from_pretrained, source)
