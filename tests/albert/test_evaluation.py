"""What is measured is what the objective says, beside baselines on the same sequences."""

from __future__ import annotations

from math import log

import pytest
from transformers import PreTrainedTokenizerFast

from tests.albert.tiny import TINY
from tests.tiny import make_store, sample_paragraphs
from variants.albert.evaluation import evaluate, same_answer
from variants.albert.model import build
from variants.albert.objective import build_task
from variants.core.evaluation import held_out_examples, held_out_scores
from variants.core.token_store import TokenStore, split_sentences
from variants.core.vocabularies import learn_vocabulary


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return learn_vocabulary("unigram", sample_paragraphs(), 600)


@pytest.fixture(scope="module")
def store(tokenizer: PreTrainedTokenizerFast) -> TokenStore:
    texts = [split_sentences(paragraph) for paragraph in sample_paragraphs()[:60]]
    return make_store([[tokenizer.encode(s, add_special_tokens=False) for s in text] for text in texts])


def test_same_answer_by_hand() -> None:
    assert same_answer(0.75)["sop_accuracy"] == same_answer(0.25)["sop_accuracy"] == 0.75
    assert same_answer(0.25)["sop_loss"] == pytest.approx(-0.25 * log(0.25) - 0.75 * log(0.75))
    assert same_answer(1.0) == {"sop_loss": 0.0, "sop_accuracy": 1.0}


def test_every_measure_stands_beside_a_baseline(tokenizer: PreTrainedTokenizerFast, store: TokenStore) -> None:
    model = build(len(tokenizer), TINY, embedding_size=8)
    result = evaluate(model, tokenizer, train=store, test=store, cloze=(), count=12)
    assert set(result) == {"held_out", "baselines", "note"} and "12 sequences" in result["note"]
    task = build_task(tokenizer, seed=0, model=model)
    examples = held_out_examples(task, store, 12)
    assert result["held_out"] == held_out_scores(task, examples)
    beside = {name for scores in result["baselines"].values() for name in scores}
    assert beside == set(result["held_out"]) == {"mlm_loss", "mlm_accuracy", "sop_loss", "sop_accuracy"}
    swapped = sum(example.is_swapped for example in examples) / 12
    assert result["baselines"]["same answer"]["sop_accuracy"] == max(swapped, 1 - swapped)
