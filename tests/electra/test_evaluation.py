"""Detection is measured as by counting pairs, and beside one who always says “original”."""

from __future__ import annotations

from itertools import product
from math import isfinite, log

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import BertTokenizer

from tests.electra.tiny import TINY
from tests.tiny import make_store, sample_wordpiece
from variants.core.evaluation import ClozeItem, held_out_examples
from variants.core.samples import sample_documents
from variants.core.token_store import TokenStore, split_sentences
from variants.core.tokenization import as_transformers
from variants.electra.evaluation import always_original, area_under_curve, detection_scores, evaluate, verdicts
from variants.electra.model import Electra, build
from variants.electra.objective import build_task


@pytest.fixture(scope="module")
def tokenizer() -> BertTokenizer:
    return as_transformers(sample_wordpiece())


@pytest.fixture(scope="module")
def store(tokenizer: BertTokenizer) -> TokenStore:
    texts = [[s for paragraph in d.paragraphs[:3] for s in split_sentences(paragraph)] for d in sample_documents()]
    return make_store([[tokenizer.encode(s, add_special_tokens=False) for s in text] for text in texts])


@pytest.fixture(scope="module")
def model(tokenizer: BertTokenizer) -> Electra:
    return build(len(tokenizer), TINY).eval()


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=1, max_size=40))
def test_auc_is_the_share_of_pairs_in_the_right_order(tokens: list[tuple[int, bool]]) -> None:
    scores, positive = (torch.tensor(column) for column in zip(*tokens, strict=True))
    pairs = [(a, b) for (a, up), (b, down) in product(tokens, tokens) if up and not down]
    expected = sum((a > b) + 0.5 * (a == b) for a, b in pairs) / len(pairs) if pairs else 0.5
    assert area_under_curve(scores, positive) == pytest.approx(expected)


def test_auc_of_many_scores() -> None:
    """Sums of ranks outgrow single precision soon."""
    number = 200_000
    scores = torch.arange(number, dtype=torch.float32) / number
    assert area_under_curve(scores, scores > 0.9) == 1.0
    assert area_under_curve(-scores, scores > 0.9) == 0.0
    assert area_under_curve(scores, torch.arange(number) % 2 == 0) == pytest.approx(0.5, abs=1e-5)


def test_precision_and_recall_by_hand() -> None:
    scores = torch.tensor([2.0, 1.0, 0.5, -1.0, -2.0, 0.0])
    replaced = torch.tensor([True, False, True, True, False, True])
    measured = detection_scores(scores, replaced)
    assert measured["rtd_precision"] == pytest.approx(2 / 3)
    assert measured["rtd_recall"] == pytest.approx(2 / 4)
    assert measured["rtd_auc"] == pytest.approx(5 / 8)


def test_nothing_found_and_nothing_to_find() -> None:
    silent = detection_scores(torch.tensor([-1.0, -2.0]), torch.tensor([True, False]))
    assert silent == {"rtd_precision": 0.0, "rtd_recall": 0.0, "rtd_auc": 1.0}
    assert detection_scores(torch.tensor([1.0]), torch.tensor([False]))["rtd_recall"] == 0.0


def test_always_original_by_hand() -> None:
    scores = always_original(0.1)
    assert scores["rtd_accuracy"] == pytest.approx(0.9)
    assert scores["rtd_loss"] == pytest.approx(-0.1 * log(0.1) - 0.9 * log(0.9))
    assert always_original(0.0)["rtd_loss"] == 0.0


def test_verdicts_cover_every_token_once(model: Electra, tokenizer: BertTokenizer, store: TokenStore) -> None:
    task = build_task(tokenizer, seed=0, model=model)
    examples = held_out_examples(task, store, 20)
    scores, replaced = verdicts(model, tokenizer, examples)
    assert scores.shape == replaced.shape == (sum(map(len, examples)),)
    with torch.inference_mode():
        accuracy = float(task.objective(task.collate(examples))["rtd_accuracy"])
    assert float(((scores > 0) == replaced).float().mean()) == pytest.approx(accuracy, abs=1e-3)


def test_every_measure_has_its_baseline(model: Electra, tokenizer: BertTokenizer, store: TokenStore) -> None:
    cloze = [ClozeItem("Into [MASK] sea.", "the")]
    result = evaluate(model, tokenizer, train=store, test=store, cloze=cloze, count=12)
    again = evaluate(model, tokenizer, train=store, test=store, cloze=cloze, count=12)
    assert result == again
    assert set(result["baselines"]) == {"unigram", "n-gram", "always original"}
    measured = result["held_out"]
    assert set(measured) == {
        "mlm_loss", "mlm_accuracy", "rtd_loss", "rtd_accuracy", "rtd_precision", "rtd_recall", "rtd_auc",
        "cloze_top1", "cloze_top5",
    }  # fmt: skip
    assert all(isfinite(value) for value in measured.values())
    assert set(result["baselines"]["n-gram"]) == {"mlm_loss", "mlm_accuracy", "cloze_top1", "cloze_top5"}
    assert "12 sequences" in result["note"] and "{" not in result["note"]
