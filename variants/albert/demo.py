"""ALBERT on a learner's text: loaded once, and read as it reads.

What the chapter shows stands in files of its own: ``parameters`` and ``footprint`` (the lab),
``sharing``, ``factorization``, ``order`` and ``stopwatch``.
"""

from __future__ import annotations

from typing import TypeAlias

from transformers import AlbertForPreTraining

from variants.albert.model import load as load
from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded, encode

Albert: TypeAlias = Checkpoint[AlbertForPreTraining]


def read(checkpoint: Albert, text: str, second: str | None = None) -> Encoded:
    """Tokenize a text (or a pair) for this model."""
    return encode(checkpoint.tokenizer, text, second, max_length=checkpoint.max_length)
