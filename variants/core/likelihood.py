"""How likely a model finds a sentence, in one number that all our models can give.

A masked model has no probability of a sentence. Its pseudo-log-likelihood (Salazar et al., 2020) adds
up what it says of each token when that token alone is hidden. Vocabularies cut text differently, so
totals are compared, or divided by words, never by tokens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from variants.core.encoding import never_masked
from variants.core.padding import by_length, padded
from variants.core.tokenization import vocabulary_of

BATCH_TOKENS = 8192  # in one forward pass, padding included

# (input_ids, attention_mask, chosen), each (rows, tokens) -> logits of the chosen places (places, vocabulary)
Guesses = Callable[[Tensor, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Likelihood:
    """A sentence's log-likelihood, in nats, and its length."""

    total: float
    words: int
    tokens: int  # without special ones


@dataclass(frozen=True)
class _Question:
    """A sentence with one hidden token."""

    sentence: int
    input_ids: tuple[int, ...]
    place: int
    answer: int


@torch.inference_mode()
def pseudo_log_likelihoods(
    guesses: Guesses, tokenizer: PreTrainedTokenizerFast, sentences: Sequence[str]
) -> list[Likelihood]:
    """Hide each token of each sentence in turn, and add up the log-probabilities of what was hidden."""
    questions = list(_questions(tokenizer, sentences))
    totals = [0.0] * len(sentences)
    for batch in by_length(questions, lambda question: len(question.input_ids), BATCH_TOKENS):
        input_ids = padded([question.input_ids for question in batch], vocabulary_of(tokenizer).pad)
        attention_mask = padded([(1,) * len(question.input_ids) for question in batch], 0)
        places = torch.tensor([question.place for question in batch])
        chosen = torch.arange(input_ids.shape[1]) == places[:, None]
        spread = guesses(input_ids, attention_mask, chosen).float().log_softmax(-1)
        found = spread.gather(1, torch.tensor([[question.answer] for question in batch]))[:, 0].tolist()
        for question, value in zip(batch, found, strict=True):
            totals[question.sentence] += value
    tokens = Counter(question.sentence for question in questions)
    return [
        Likelihood(total, len(sentence.split()), tokens[number])
        for number, (total, sentence) in enumerate(zip(totals, sentences, strict=True))
    ]


def _questions(tokenizer: PreTrainedTokenizerFast, sentences: Sequence[str]) -> Iterator[_Question]:
    mask, marks = vocabulary_of(tokenizer).mask, never_masked(tokenizer)
    for number, sentence in enumerate(sentences):
        whole: list[int] = tokenizer.encode(sentence)
        for place, answer in enumerate(whole):
            if answer not in marks:
                yield _Question(number, (*whole[:place], mask, *whole[place + 1 :]), place, answer)
