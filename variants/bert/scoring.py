"""BERT as a judge of sentences, and as an encoder to fine-tune."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor
from transformers import BertForPreTraining, PreTrainedTokenizerFast

from variants.core.finetuning import Pretrained
from variants.core.last_layer import states_at
from variants.core.likelihood import Guesses
from variants.core.pairs import Pair, answers_to_pairs


def pretrained(model: BertForPreTraining, tokenizer: PreTrainedTokenizerFast) -> Pretrained:
    """Hand over the encoder, without its pre-training heads."""
    return Pretrained(model.bert, tokenizer)


def guesses(model: BertForPreTraining) -> Guesses:
    """Return what the MLM head says of chosen places."""

    def logits(input_ids: Tensor, attention_mask: Tensor, chosen: Tensor) -> Tensor:
        return model.cls.predictions(states_at(model.bert, input_ids, attention_mask, chosen))

    return logits


def follows(model: BertForPreTraining, tokenizer: PreTrainedTokenizerFast, pairs: Sequence[Pair]) -> list[float]:
    """Return the probability that the second passage of each pair follows the first (the NSP head's class 0)."""
    return answers_to_pairs(lambda batch: model(**batch).seq_relationship_logits, tokenizer, pairs)
