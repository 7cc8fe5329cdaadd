"""How likely a model finds a sentence, in one number that all our models can give.

A masked model has no probability of a sentence. Its pseudo-log-likelihood (Salazar et al., 2020) adds
up what it says of each token when that token alone is hidden. Vocabularies cut text differently, so
totals are compared, or divided by words, never by tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from variants.core.encoding import never_masked
from variants.core.padding import by_length, padded
from variants.core.tokenization import Vocabulary, vocabulary_of

BATCH_TOKENS = 2048  # in one forward pass, padding included; more leave the cache of the processor: slower, measured

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
    """A row with one hidden token."""

    row: int
    input_ids: tuple[int, ...]
    place: int
    answer: int


def pseudo_log_likelihoods(
    guesses: Guesses, tokenizer: PreTrainedTokenizerFast, sentences: Sequence[str]
) -> list[Likelihood]:
    """Hide each token of each sentence in turn, and add up the log-probabilities of what was hidden."""
    marks = never_masked(tokenizer)
    rows: list[list[int]] = [tokenizer.encode(sentence) for sentence in sentences]
    places = [[place for place, token_id in enumerate(row) if token_id not in marks] for row in rows]
    found = hidden_in_turn(guesses, vocabulary_of(tokenizer), rows, places)
    return [
        Likelihood(sum(values), len(sentence.split()), len(values))
        for values, sentence in zip(found, sentences, strict=True)
    ]


@torch.inference_mode()
def hidden_in_turn(
    guesses: Guesses, vocabulary: Vocabulary, rows: Sequence[Sequence[int]], places: Sequence[Sequence[int]]
) -> list[list[float]]:
    """Hide each of some places of each row of ids, one at a time; return the log-probability of what was hidden."""
    found = [dict.fromkeys(chosen, 0.0) for chosen in places]
    questions = _questions(vocabulary.mask, rows, places)
    for batch in by_length(questions, lambda question: len(question.input_ids), BATCH_TOKENS):
        input_ids = padded([question.input_ids for question in batch], vocabulary.pad)
        attention_mask = padded([(1,) * len(question.input_ids) for question in batch], 0)
        hidden = torch.tensor([question.place for question in batch])
        chosen = torch.arange(input_ids.shape[1]) == hidden[:, None]
        spread = guesses(input_ids, attention_mask, chosen).float().log_softmax(-1)
        values = spread.gather(1, torch.tensor([[question.answer] for question in batch]))[:, 0].tolist()
        for question, value in zip(batch, values, strict=True):
            found[question.row][question.place] = value
    return [list(values.values()) for values in found]


def _questions(mask: int, rows: Sequence[Sequence[int]], places: Sequence[Sequence[int]]) -> list[_Question]:
    return [
        _Question(number, (*row[:place], mask, *row[place + 1 :]), place, row[place])
        for number, (row, chosen) in enumerate(zip(rows, places, strict=True))
        for place in chosen
    ]
