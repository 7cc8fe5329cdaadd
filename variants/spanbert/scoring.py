"""SpanBERT as a judge of sentences, and as an encoder to fine-tune."""

from __future__ import annotations

from torch import Tensor
from transformers import PreTrainedTokenizerFast

from variants.core.finetuning import Pretrained
from variants.core.last_layer import states_at
from variants.core.likelihood import Guesses
from variants.spanbert.model import SpanBertForPreTraining


def pretrained(model: SpanBertForPreTraining, tokenizer: PreTrainedTokenizerFast) -> Pretrained:
    """Hand over the encoder, without its pre-training heads."""
    return Pretrained(model.bert, tokenizer, segments=False)


def guesses(model: SpanBertForPreTraining) -> Guesses:
    """Return what the MLM head says of chosen places."""

    def logits(input_ids: Tensor, attention_mask: Tensor, chosen: Tensor) -> Tensor:
        return model.cls(states_at(model.bert, input_ids, attention_mask, chosen))

    return logits
