"""ALBERT as a judge of sentences, and as an encoder to fine-tune."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor
from transformers import AlbertForPreTraining, PreTrainedTokenizerFast

from variants.core.finetuning import Pretrained
from variants.core.likelihood import Guesses
from variants.core.pairs import Pair, answers_to_pairs


def pretrained(model: AlbertForPreTraining, tokenizer: PreTrainedTokenizerFast) -> Pretrained:
    """Hand over the encoder, without its pre-training heads."""
    return Pretrained(model.albert, tokenizer)


def guesses(model: AlbertForPreTraining) -> Guesses:
    """Return what the MLM head says of chosen places."""

    def logits(input_ids: Tensor, attention_mask: Tensor, chosen: Tensor) -> Tensor:
        states = model.albert(input_ids, attention_mask=attention_mask).last_hidden_state
        return model.predictions(states[chosen])

    return logits


def follows(model: AlbertForPreTraining, tokenizer: PreTrainedTokenizerFast, pairs: Sequence[Pair]) -> list[float]:
    """Return the probability that the two passages of each pair stand in order (the SOP head's class 0)."""
    return answers_to_pairs(lambda batch: model(**batch).sop_logits, tokenizer, pairs)
