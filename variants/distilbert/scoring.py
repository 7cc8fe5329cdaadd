"""DistilBERT as a judge of sentences, and as an encoder to fine-tune."""

from __future__ import annotations

from torch import Tensor
from transformers import DistilBertForMaskedLM, PreTrainedTokenizerFast

from variants.core.finetuning import Pretrained
from variants.core.likelihood import Guesses
from variants.distilbert.objective import student_logits


def pretrained(model: DistilBertForMaskedLM, tokenizer: PreTrainedTokenizerFast) -> Pretrained:
    """Hand over the encoder, without its pre-training heads."""
    return Pretrained(model.distilbert, tokenizer, segments=False)


def guesses(model: DistilBertForMaskedLM) -> Guesses:
    """Return what the MLM head says of chosen places."""

    def logits(input_ids: Tensor, attention_mask: Tensor, chosen: Tensor) -> Tensor:
        states = model.distilbert(input_ids, attention_mask=attention_mask).last_hidden_state
        return student_logits(model, states[chosen])

    return logits
