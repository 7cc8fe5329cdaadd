"""RoBERTa as a judge of sentences, and as an encoder to fine-tune."""

from __future__ import annotations

from torch import Tensor
from transformers import PreTrainedTokenizerFast, RobertaForMaskedLM

from variants.core.finetuning import Pretrained
from variants.core.last_layer import states_at
from variants.core.likelihood import Guesses


def pretrained(model: RobertaForMaskedLM, tokenizer: PreTrainedTokenizerFast) -> Pretrained:
    """Hand over the encoder, without its pre-training heads."""
    return Pretrained(model.roberta, tokenizer, segments=False)


def guesses(model: RobertaForMaskedLM) -> Guesses:
    """Return what the MLM head says of chosen places."""

    def logits(input_ids: Tensor, attention_mask: Tensor, chosen: Tensor) -> Tensor:
        return model.lm_head(states_at(model.roberta, input_ids, attention_mask, chosen))

    return logits
