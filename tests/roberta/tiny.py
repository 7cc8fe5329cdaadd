"""A vocabulary with RoBERTa's special ids, a store and a model, each made in a moment."""

from __future__ import annotations

from transformers import RobertaForMaskedLM

from tests.tiny import make_store
from variants.core.shape import Shape
from variants.core.tokenization import Vocabulary
from variants.roberta.model import build

VOCABULARY = Vocabulary(size=64, pad=1, unk=3, cls=0, sep=2, mask=4)
SPECIAL = frozenset(range(5))
TINY = Shape(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32)
STORE = make_store(
    [[[5 + (7 * d + 3 * s + t) % 59 for t in range(4 + (d + s) % 9)] for s in range(1 + d % 12)] for d in range(40)]
)


def tiny_roberta(seed: int = 0) -> RobertaForMaskedLM:
    """Return a random RoBERTa of two layers."""
    return build(VOCABULARY.size, TINY, seed=seed)
