"""What is measured is what the objective says, beside the teacher and students that ignore their input."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from transformers import BertForPreTraining, BertTokenizer

from tests.distilbert.tiny import tiny_teacher
from tests.tiny import make_store, sample_paragraphs, sample_wordpiece
from variants.core.evaluation import ClozeItem, held_out_examples, held_out_scores
from variants.core.masking import IGNORED
from variants.core.token_store import TokenStore, split_sentences
from variants.core.tokenization import as_transformers
from variants.distilbert.evaluation import evaluate, teacher_scores
from variants.distilbert.model import start_from
from variants.distilbert.objective import build_task, cosine_loss, distillation_loss, teacher_answers


@pytest.fixture(scope="module")
def tokenizer() -> BertTokenizer:
    return as_transformers(sample_wordpiece())


@pytest.fixture(scope="module")
def store(tokenizer: BertTokenizer) -> TokenStore:
    texts = [split_sentences(paragraph) for paragraph in sample_paragraphs()[:60]]
    return make_store([[tokenizer.encode(s, add_special_tokens=False) for s in text] for text in texts])


@pytest.fixture(scope="module")
def teacher(tokenizer: BertTokenizer) -> BertForPreTraining:
    return tiny_teacher(len(tokenizer))


def test_every_measure_stands_beside_the_start(
    tokenizer: BertTokenizer, store: TokenStore, teacher: BertForPreTraining
) -> None:
    model = start_from(teacher)
    with torch.no_grad():
        model.get_parameter("vocab_projector.bias").add_(torch.arange(len(tokenizer)) % 3)
    items = [ClozeItem("The [MASK] sat.", "man")]
    result = evaluate(model, tokenizer, train=store, test=store, cloze=items, count=12, teacher=teacher)
    task = build_task(tokenizer, seed=0, model=model, teacher=teacher)
    scores = held_out_scores(task, held_out_examples(task, store, 12))
    assert scores.items() <= result["held_out"].items()
    assert set(result["held_out"]) - set(scores) == {"cloze_top1", "cloze_top5"}
    start = result["baselines"]["start"]
    assert set(start) == set(scores) == {"mlm_loss", "mlm_accuracy", "distillation_loss", "cosine_loss"}
    assert start["distillation_loss"] != scores["distillation_loss"]
    assert start["cosine_loss"] == pytest.approx(scores["cosine_loss"])  # only the head was changed
    beside = {name for name, values in result["baselines"].items() if "mlm_loss" in values}
    assert beside == {"unigram", "n-gram", "n-gram + kept", "teacher", "start"}
    assert "12 sequences" in result["note"] and "1 sentences" in result["note"]


def test_students_that_ignore_their_input_by_hand(
    tokenizer: BertTokenizer, store: TokenStore, teacher: BertForPreTraining
) -> None:
    task = build_task(tokenizer, seed=0, teacher=teacher)
    examples = held_out_examples(task, store, 7)
    scores = teacher_scores(task, teacher, store, examples, size=3)  # batches of unlike size
    batch = task.collate(examples)
    states, logits = teacher_answers(teacher, batch)
    counts = torch.bincount(torch.from_numpy(store.tokens.astype(np.int64)), minlength=len(tokenizer))
    constant = ((counts + 1) / (counts + 1).sum()).log().float()
    expected = distillation_loss(constant.expand_as(logits), logits).item()
    assert scores["unigram"]["distillation_loss"] == pytest.approx(expected, rel=1e-4)
    best = scores["one direction"]["cosine_loss"]
    directions = [states.mean(0), states[0], torch.nn.functional.normalize(states, dim=-1).sum(0)]
    losses = [cosine_loss(direction.expand_as(states), states).item() for direction in directions]
    assert best == pytest.approx(losses[2], abs=1e-5) and best <= min(losses) + 1e-6
    chosen = batch["labels"] != IGNORED
    inputs = {name: batch[name] for name in ("input_ids", "attention_mask", "position_ids")}
    guesses = teacher(**inputs).prediction_logits[chosen].log_softmax(-1)
    answers = batch["labels"][chosen]
    loss = -guesses[torch.arange(len(answers)), answers].mean().item()
    assert scores["teacher"]["mlm_loss"] == pytest.approx(loss, rel=1e-4)
    right = (guesses.argmax(-1) == answers).float().mean().item()
    assert scores["teacher"]["mlm_accuracy"] == pytest.approx(right, abs=1e-6)
