"""Both heads asked by hand; the three arrangements; passages of the sample."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from pages.looks.albert.order import MOST_OTHERS
from tests.albert.tiny import tiny_bert_checkpoint, tiny_checkpoint
from tests.tiny import HOSTILE, refusal_of
from variants.albert.order import ask, elsewhere, sample_passages, sample_scores
from variants.albert.scoring import follows
from variants.core.checkpoint import Checkpoint
from variants.core.samples import sample_documents

ALBERT, BERT = tiny_checkpoint(), tiny_bert_checkpoint()
FIRST, SECOND = "The river flows through the valley.", "It is deep."


@pytest.mark.parametrize("checkpoint", [ALBERT, BERT], ids=["albert", "bert"])
def test_the_answers_are_the_heads(checkpoint: Checkpoint[Any]) -> None:
    pairs = [(FIRST, SECOND), (SECOND, FIRST), (FIRST, elsewhere(2))]
    answers = ask(checkpoint, FIRST, SECOND, elsewhere(2))
    for pair, probability, encoded in zip(pairs, answers.probabilities, answers.encoded, strict=True):
        batch = checkpoint.tokenizer(*pair, return_tensors="pt", return_token_type_ids=True)
        assert tuple(batch["input_ids"][0].tolist()) == encoded.input_ids
        assert tuple(batch["token_type_ids"][0].tolist()) == encoded.token_type_ids
        with torch.inference_mode():
            output = checkpoint.model(**batch)
        logits = output.sop_logits if checkpoint is ALBERT else output.seq_relationship_logits
        assert probability == pytest.approx(float(logits.softmax(-1)[0, 0]), abs=1e-6)


def test_albert_is_asked_as_the_evaluation_asks_it() -> None:
    expected = follows(ALBERT.model, ALBERT.tokenizer, [(FIRST, SECOND), (SECOND, FIRST)])
    assert ask(ALBERT, FIRST, SECOND, FIRST).probabilities[:2] == pytest.approx(expected, abs=1e-6)


def test_another_document_is_one_of_the_sample() -> None:
    texts = [" ".join(document.paragraphs) for document in sample_documents()]
    found = [elsewhere(number) for number in range(len(texts))]
    assert all(sentence in text for sentence, text in zip(found, texts, strict=True))
    assert elsewhere(len(texts)) == elsewhere(0)
    assert len(set(found)) == len(texts) == MOST_OTHERS


def test_scores_over_the_sample() -> None:
    scores = sample_scores(BERT)
    assert scores["sop_accuracy"] == pytest.approx((scores["in_order"] + scores["swapped"]) / 2)
    assert len(sample_passages()) > 5


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_typed_is_answered_or_refused_in_one_sentence(text: str) -> None:
    for checkpoint in (ALBERT, BERT):
        refusal = refusal_of(lambda: ask(checkpoint, text, SECOND, elsewhere(0)))  # noqa: B023
        assert not refusal or "nothing to read" in refusal
