"""TinyBERT as an encoder to fine-tune; it guesses no words, so it judges no sentences."""

from __future__ import annotations

from transformers import BertModel, PreTrainedTokenizerFast

from variants.core.finetuning import Pretrained


def pretrained(model: BertModel, tokenizer: PreTrainedTokenizerFast) -> Pretrained:
    """Hand over the encoder."""
    return Pretrained(model, tokenizer)
