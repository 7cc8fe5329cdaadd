"""The measures of an evaluation, computed again one sequence at a time; baselines on the same sequences."""

from __future__ import annotations

import pytest
import torch

from tests.spanbert.tiny import STORE, TINY
from tests.tiny import VOCABULARY, sample_wordpiece
from variants.core.evaluation import ClozeItem, held_out_examples
from variants.core.masking import IGNORED
from variants.core.tokenization import as_transformers
from variants.spanbert.evaluation import STRENGTHS, evaluate, span_baselines
from variants.spanbert.model import build
from variants.spanbert.objective import build_task

MEASURES = {"mlm_loss", "mlm_accuracy", "sbo_loss", "sbo_accuracy"}


def test_measures_are_averages_over_predictions() -> None:
    tokenizer = as_transformers(sample_wordpiece())
    model = build(len(tokenizer), TINY)
    cloze = [ClozeItem("The [MASK] of the sea.", "the")]
    metrics = evaluate(model, tokenizer, train=STORE, test=STORE, cloze=cloze, count=10)
    task = build_task(tokenizer, seed=0, model=model)
    sums = dict.fromkeys(("mlm", "sbo"), 0.0)
    counts = dict.fromkeys(sums, 0)
    with torch.inference_mode():
        for example in held_out_examples(task, STORE, 10):
            measures = task.objective(task.collate([example]))
            for part in sums:
                sums[part] += float(measures[f"{part}_loss"]) * int(measures[f"{part}_count"])
                counts[part] += int(measures[f"{part}_count"])
    assert 0 < counts["sbo"] <= counts["mlm"]
    for part, total in sums.items():
        assert metrics["held_out"][f"{part}_loss"] == pytest.approx(total / counts[part], abs=1e-4)
    assert set(metrics["held_out"]) == MEASURES | {"cloze_top1", "cloze_top5"}
    assert all(set(scores) == set(metrics["held_out"]) for scores in metrics["baselines"].values())
    assert "10 sequences" in metrics["note"] and "1 sentences" in metrics["note"]


def test_baselines_answer_what_each_part_is_asked() -> None:
    task = build_task(as_transformers(sample_wordpiece()), seed=0)
    examples = held_out_examples(task, STORE, 20)
    most_frequent = int(torch.bincount(torch.from_numpy(STORE.tokens.astype("int64"))).argmax())
    unigram = span_baselines(STORE, examples, VOCABULARY)["unigram"]
    for part, labels in (
        ("mlm", [e.masked.labels for e in examples]),
        ("sbo", [e.boundary_labels for e in examples]),
    ):
        answers = [label for row in labels for label in row if label != IGNORED]
        assert unigram[f"{part}_accuracy"] == pytest.approx(answers.count(most_frequent) / len(answers))


def test_strengths_are_two_sentences() -> None:
    assert STRENGTHS.count(". ") == 1 and STRENGTHS.strip().endswith(".")
