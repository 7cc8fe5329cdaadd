"""Pseudo-log-likelihood against one forward pass a token, by hand."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tests.tiny import sample_wordpiece, tiny_bert
from variants.core import likelihood
from variants.core.likelihood import pseudo_log_likelihoods
from variants.core.tokenization import as_transformers, vocabulary_of

SENTENCES = ["The rabbit went down.", "It was late, and the queen said so!", "Oh"]
MODEL = tiny_bert(500, seed=3).eval()
TOKENIZER = as_transformers(sample_wordpiece())


def guesses(input_ids: Tensor, attention_mask: Tensor, chosen: Tensor) -> Tensor:
    hidden = MODEL.bert(input_ids, attention_mask=attention_mask).last_hidden_state
    return MODEL.cls.predictions(hidden[chosen])


def by_hand(sentence: str) -> float:
    ids = TOKENIZER(sentence, return_tensors="pt")["input_ids"]
    total = 0.0
    for place in range(1, ids.shape[1] - 1):
        hidden = ids.clone()
        hidden[0, place] = vocabulary_of(TOKENIZER).mask
        with torch.inference_mode():
            spread = MODEL(hidden).prediction_logits[0, place].double().log_softmax(-1)
        total += float(spread[ids[0, place]])
    return total


@pytest.mark.parametrize("budget", [20, 64, 8192])
def test_it_is_the_sum_over_tokens_hidden_one_at_a_time(budget: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In batches of any size, padded or not."""
    monkeypatch.setattr(likelihood, "BATCH_TOKENS", budget)
    found = pseudo_log_likelihoods(guesses, TOKENIZER, SENTENCES)
    assert [each.total for each in found] == pytest.approx([by_hand(sentence) for sentence in SENTENCES], abs=1e-3)


def test_words_and_tokens_are_counted() -> None:
    found = pseudo_log_likelihoods(guesses, TOKENIZER, SENTENCES)
    assert [each.words for each in found] == [4, 8, 1]
    assert [each.tokens for each in found] == [
        len(TOKENIZER.encode(sentence, add_special_tokens=False)) for sentence in SENTENCES
    ]


def test_nothing_to_read_is_certain() -> None:
    (found,) = pseudo_log_likelihoods(guesses, TOKENIZER, [""])
    assert (found.total, found.words, found.tokens) == (0.0, 0, 0)
