"""The measures of an evaluation, against the library's own loss, and baselines on the same sequences."""

from __future__ import annotations

import pytest
import torch

from tests.roberta.tiny import STORE, TINY
from tests.tiny import sample_paragraphs
from variants.core.evaluation import held_out_examples
from variants.core.masking import IGNORED
from variants.core.vocabularies import learn_vocabulary
from variants.roberta.evaluation import STRENGTHS, evaluate
from variants.roberta.model import build
from variants.roberta.objective import build_task


def test_measures_are_the_librarys_and_baselines_see_the_same_sequences() -> None:
    tokenizer = learn_vocabulary("byte_bpe", sample_paragraphs()[:50], 300)
    model = build(len(tokenizer), TINY)
    metrics = evaluate(model, tokenizer, train=STORE, test=STORE, cloze=[], count=10)
    task = build_task(tokenizer, seed=0, model=model)
    losses, answers = 0.0, list[int]()
    with torch.inference_mode():
        for example in held_out_examples(task, STORE, 10):
            count = example.masked.number_chosen
            losses += float(model(**task.collate([example])).loss) * count
            answers += [label for label in example.masked.labels if label != IGNORED]
    assert metrics["held_out"]["mlm_loss"] == pytest.approx(losses / len(answers), abs=1e-4)
    assert set(metrics["held_out"]) == {"mlm_loss", "mlm_accuracy"}
    most_frequent = torch.bincount(torch.from_numpy(STORE.tokens.astype("int64"))).argmax()
    unigram = metrics["baselines"]["unigram"]["mlm_accuracy"]
    assert unigram == pytest.approx(answers.count(int(most_frequent)) / len(answers))
    assert set(metrics["baselines"]) == {"unigram", "n-gram", "n-gram + kept"}
    assert "10 sequences" in metrics["note"]


def test_strengths_are_two_sentences() -> None:
    assert STRENGTHS.count(". ") == 1 and STRENGTHS.strip().endswith(".")
