"""XLNet's network: transformers' own, at our size.

Yang et al., 2019, sections 2.3 to 2.5. A Transformer-XL: there is no table of positions; a token
weighs another by content, by how far away it is and on which side, and by whether both are in the
same segment. No length is the longest. The head that names tokens shares its matrix with the
embeddings. One more vector is learned: what the query stream starts from, at every place the same.

Left out: dropout, and the memory of earlier segments.
"""

from __future__ import annotations

import torch
from transformers import XLNetConfig, XLNetLMHeadModel

from variants.core.checkpoint import Checkpoint, load_checkpoint
from variants.core.shape import SMALL, Shape

PAD = 4  # its id in the vocabularies that we learn; in the published one it is 5


def build(vocabulary_size: int, shape: Shape = SMALL, *, seed: int = 0) -> XLNetLMHeadModel:
    """Return a fresh XLNet with random weights drawn from ``seed``; any length fits, whatever ``shape`` says."""
    config = XLNetConfig(
        vocab_size=vocabulary_size,
        d_model=shape.hidden_size,
        n_layer=shape.num_hidden_layers,
        n_head=shape.num_attention_heads,
        d_inner=shape.intermediate_size,
        ff_activation="gelu",
        dropout=0.0,
        summary_last_dropout=0.0,
        use_mems_eval=False,
        pad_token_id=PAD,
    )
    config.update({"intermediate_size": config.d_inner})  # as every other configuration calls it
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return XLNetLMHeadModel(config)


def load(source: str = "xlnet") -> Checkpoint[XLNetLMHeadModel]:
    """Load our XLNet, or another one from a folder or by hub id."""
    return load_checkpoint(XLNetLMHeadModel.from_pretrained, source, "unigram_cased")
