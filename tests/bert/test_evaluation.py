"""The measures of an evaluation, against the library's own loss and against counting by hand."""

from __future__ import annotations

import pytest
import torch
from transformers import BertForPreTraining

from tests.tiny import make_store
from variants.bert.demo import Bert, best_guesses, fill, logits_at, read
from variants.bert.evaluation import cloze_baselines, cloze_scores
from variants.bert.objective import build_task
from variants.core.evaluation import ClozeItem, held_out_examples, held_out_scores
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


def test_cloze_counts_first_guesses_and_first_five(bert: Bert) -> None:
    text = "The old man sat down and [MASK] his tea."
    reading = fill(bert, read(bert, text))
    guesses = best_guesses(bert, logits_at(reading, reading.masks[0]), 9)
    first, later = guesses[0].token, guesses[8].token
    assert cloze_scores(bert, [ClozeItem(text, first), ClozeItem(text, later)]) == {
        "cloze_top1": 0.5,
        "cloze_top5": 0.5,
    }
    assert cloze_scores(bert, []) == {}
    unsayable = ClozeItem(text, "antidisestablishmentarianism")
    assert cloze_scores(bert, [ClozeItem(text, first), unsayable])["cloze_top1"] == 0.5


def test_the_unigram_baseline_fills_every_cloze_with_the_most_frequent_token(bert: Bert, store: TokenStore) -> None:
    counts = torch.bincount(torch.from_numpy(store.tokens.astype("int64")))
    most_frequent = bert.tokenizer.convert_ids_to_tokens([int(counts.argmax())])[0]
    items = [ClozeItem("It was [MASK] .", most_frequent), ClozeItem("It was [MASK] .", "river")]
    assert cloze_baselines(bert, store, items)["unigram"]["cloze_top1"] == 0.5
