"""RoBERTa's network: BERT's encoder without segments and without a head for sentence pairs.

Liu et al., 2019, section 5.1: the architecture is BERT's. transformers' class keeps two habits of the
published code: positions are counted from the row after padding's, so that the table has two rows
in front which no token uses, and there is a single segment type.

Left out: dropout. A model this small on this much text underfits; dropout would only slow it.
"""

from __future__ import annotations

import torch
from transformers import RobertaConfig, RobertaForMaskedLM

from variants.core.checkpoint import Checkpoint, load_checkpoint
from variants.core.positions import sinusoids
from variants.core.shape import SMALL, Shape

PAD = 1  # its id, and the row of the position table that padding uses
FIRST_ROW = PAD + 1  # of the position table: where texts start


def build(vocabulary_size: int, shape: Shape = SMALL, *, seed: int = 0) -> RobertaForMaskedLM:
    """Return a fresh RoBERTa with random weights drawn from ``seed``."""
    config = RobertaConfig(
        vocab_size=vocabulary_size,
        hidden_size=shape.hidden_size,
        num_hidden_layers=shape.num_hidden_layers,
        num_attention_heads=shape.num_attention_heads,
        intermediate_size=shape.intermediate_size,
        max_position_embeddings=shape.max_length + FIRST_ROW,
        type_vocab_size=1,
        layer_norm_eps=1e-5,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        bos_token_id=0,
        pad_token_id=PAD,
        eos_token_id=2,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = RobertaForMaskedLM(config)
    table = model.roberta.embeddings.position_embeddings.weight
    with torch.no_grad():
        table[FIRST_ROW:].copy_(sinusoids(shape.max_length, shape.hidden_size))
    return model


def load(source: str = "roberta") -> Checkpoint[RobertaForMaskedLM]:
    """Load our RoBERTa, or another one from a folder or by hub id."""
    return load_checkpoint(RobertaForMaskedLM.from_pretrained, source, "byte_bpe")
