"""ELECTRA as a judge of sentences, and as an encoder to fine-tune: the discriminator, both times."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid
from transformers import PreTrainedTokenizerFast

from variants.core.encoding import never_masked
from variants.core.finetuning import Pretrained
from variants.core.likelihood import Guesses
from variants.core.network_input import padded_inputs
from variants.core.tokenization import vocabulary_of
from variants.electra.model import Electra

PART = 64  # sentences in one forward pass


def pretrained(model: Electra, tokenizer: PreTrainedTokenizerFast) -> Pretrained:
    """Hand over the discriminator's encoder; the generator is thrown away, as in the paper."""
    return Pretrained(model.discriminator.electra, tokenizer, segments=False)


def generator_guesses(model: Electra) -> Guesses:
    """Return what the generator says of chosen places; the discriminator fills nothing in."""

    def logits(input_ids: Tensor, attention_mask: Tensor, chosen: Tensor) -> Tensor:
        generator = model.generator
        states = generator.electra(input_ids, attention_mask=attention_mask).last_hidden_state
        return generator.generator_lm_head(generator.generator_predictions(states[chosen]))

    return logits


@torch.inference_mode()
def suspicions(model: Electra, input_ids: Sequence[int]) -> list[float]:
    """Return for every token of one text how probable the discriminator finds it that it was replaced."""
    return torch.sigmoid(model(torch.tensor([list(input_ids)])))[0].tolist()


@torch.inference_mode()
def preferences(model: Electra, tokenizer: PreTrainedTokenizerFast, sentences: Sequence[str]) -> list[float]:
    """Return a score for each sentence: the log-probability that none of its tokens was replaced."""
    scores: list[float] = []
    for start in range(0, len(sentences), PART):
        rows: list[list[int]] = [tokenizer.encode(sentence) for sentence in sentences[start : start + PART]]
        inputs = padded_inputs(rows, vocabulary_of(tokenizer).pad)
        words = ~torch.isin(inputs["input_ids"], torch.tensor(sorted(never_masked(tokenizer))))
        scores += (logsigmoid(-model(**inputs)) * words).sum(1).tolist()
    return scores
