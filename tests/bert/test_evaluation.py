"""The measures of an evaluation, against the library's own loss and against counting by hand."""

from __future__ import annotations

import pytest
import torch
from transformers import BertForPreTraining

from tests.tiny import make_store
from variants.bert.demo import Bert
from variants.bert.objective import build_task
from variants.core.evaluation import held_out_examples, held_out_scores
from variants.core.samples import sample_documents
from variants.core.token_store import TokenStore, split_sentences


@pytest.fixture(scope="module")
def store(bert: Bert) -> TokenStore:
    """The sample text as the shipped model's tokens."""
    texts = [[s for paragraph in d.paragraphs[:4] for s in split_sentences(paragraph)] for d in sample_documents()]
    return make_store([[bert.tokenizer.encode(s, add_special_tokens=False) for s in text] for text in texts])


def test_held_out_scores_are_the_librarys_averaged_over_predictions(
    bert: Bert, oracle: BertForPreTraining, store: TokenStore
) -> None:
    task = build_task(bert.tokenizer, seed=0, model=bert.model)
    examples = held_out_examples(task, store, 10)
    scores = held_out_scores(task, examples, size=3)  # batches of unlike size and length
    losses, right, pairs, labels = 0.0, 0, 0, 0
    with torch.inference_mode():
        for example in examples:
            batch = task.collate([example])
            output = oracle(batch["input_ids"], token_type_ids=batch["token_type_ids"])
            chosen = batch["labels"][0] != -100
            logits, wanted = output.prediction_logits[0, chosen], batch["labels"][0, chosen]
            losses += float(torch.nn.functional.cross_entropy(logits, wanted, reduction="sum"))
            right += int((logits.argmax(-1) == wanted).sum())
            labels += int(chosen.sum())
            pairs += int(output.seq_relationship_logits[0].argmax() == batch["next_sentence_label"][0])
    assert scores["mlm_loss"] == pytest.approx(losses / labels, abs=1e-4)
    assert scores["mlm_accuracy"] == pytest.approx(right / labels, abs=1e-6)
    assert scores["nsp_accuracy"] == pytest.approx(pairs / len(examples), abs=1e-6)


def test_held_out_examples_are_the_same_every_time(bert: Bert, store: TokenStore) -> None:
    task = build_task(bert.tokenizer, seed=0, model=bert.model)
    assert held_out_examples(task, store, 5) == held_out_examples(task, store, 5)
