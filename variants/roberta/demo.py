"""RoBERTa on a learner's text: loaded once, read as it reads, and asked for hidden words."""

from __future__ import annotations

from typing import TypeAlias

from torch import Tensor
from transformers import RobertaForMaskedLM
from transformers.modeling_outputs import BaseModelOutput

from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded
from variants.core.every_layer import pass_through
from variants.core.reading import Reading, read_hidden
from variants.core.words import read_words
from variants.roberta.model import load as load

Roberta: TypeAlias = Checkpoint[RobertaForMaskedLM]


def read(checkpoint: Roberta, text: str) -> Encoded:
    """Tokenize a text for this model; [MASK] hides a word here too."""
    return read_words(checkpoint, text).encoded


def fill(checkpoint: Roberta, encoded: Encoded, masks: tuple[int, ...] = ()) -> Reading:
    """Hide ``masks`` beside every <mask> in the text and run the model once."""

    def encoder(input_ids: Tensor, token_type_ids: Tensor) -> BaseModelOutput:
        del token_type_ids  # RoBERTa has one segment
        return pass_through(checkpoint.model.roberta, input_ids)

    return read_hidden(checkpoint, encoded, masks, encoder, checkpoint.model.lm_head)
