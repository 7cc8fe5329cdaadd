"""Judging texts: what is learned, what is read, and baselines against sums done by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from tests.tiny import sample_tokenizer, tiny_bert
from variants.core.classification import (
    accuracy,
    bag_of_words,
    collate,
    correlation,
    judgements,
    shared_words,
    tune_judge,
)
from variants.core.finetuning import Pretrained, Tuned, TuningRecipe
from variants.core.labelled import LabelledText
from variants.core.variant import VocabularyKind

TEXTS = [
    LabelledText("The rabbit was good", 1),
    LabelledText("The queen was bad", 0),
    LabelledText("A good cat", 1),
    LabelledText("A bad, bad hat", 0),
]
PAIRS = [LabelledText("the cat sat", 5.0, "the cat sat"), LabelledText("the cat sat", 0.0, "a queen said so")]
RECIPE = TuningRecipe(epochs=40, batch_size=4, learning_rate=5e-3, dropout=0.0)


def pretrained(kind: VocabularyKind = "wordpiece", max_length: int = 32) -> Pretrained:
    tokenizer = sample_tokenizer(kind)
    # XLNet's tokenizer gives [CLS] a third segment, which this BERT has not.
    segments = kind != "unigram_cased"
    return Pretrained(tiny_bert(len(tokenizer)).bert, tokenizer, segments=segments, max_length=max_length)


def test_it_learns_what_it_is_shown_and_leaves_the_encoder_alone() -> None:
    source = pretrained()
    before = {name: value.clone() for name, value in source.encoder.state_dict().items()}
    judge = tune_judge(source, TEXTS, "class", seed=0, recipe=RECIPE)
    assert accuracy(judge.judge(TEXTS), TEXTS) == 1.0
    assert all(torch.equal(before[name], value) for name, value in source.encoder.state_dict().items())


def test_the_same_seed_gives_the_same_judge() -> None:
    first, again = (tune_judge(pretrained(), PAIRS, "degree", seed=3, recipe=RECIPE).judge(PAIRS) for _ in range(2))
    other = tune_judge(pretrained(), PAIRS, "degree", seed=4, recipe=RECIPE).judge(PAIRS)
    assert first == again != other
    assert correlation(first, PAIRS) > 0.9


@pytest.mark.parametrize("kind", ["wordpiece", "byte_bpe", "unigram", "unigram_cased"])
def test_the_state_of_cls_is_judged_wherever_it_stands(kind: VocabularyKind) -> None:
    source = pretrained(kind)
    model = Tuned(source, 1, seed=0).eval()
    with torch.no_grad():
        model.head.weight.fill_(1.0)
        batch = collate(PAIRS, source)
        states = model.states(batch)
        judged = judgements(model, batch, source)
    for row, ids in enumerate(batch["input_ids"].tolist()):
        place = ids.index(source.tokenizer.cls_token_id)
        assert float(judged[row, 0]) == pytest.approx(float(states[row, place].sum()), abs=1e-5)


def test_long_texts_are_cut_to_the_window() -> None:
    batch = collate([LabelledText("word " * 500, 1, "other " * 500)], pretrained())
    assert batch["input_ids"].shape == (1, 32)
    assert batch["token_type_ids"].unique().tolist() == [0, 1]


def test_naive_bayes_by_hand() -> None:
    """Of two texts in each class, both good ones hold “good” and no bad one does."""
    (found,) = bag_of_words(TEXTS, [LabelledText("good", 1)])
    evidence = math.log(3 / 4) - math.log(1 / 4)
    assert found == pytest.approx(1 / (1 + math.exp(-evidence)))


def test_shared_words_are_counted_once() -> None:
    assert shared_words(PAIRS) == [1.0, 0.0]
    assert shared_words([LabelledText("a b", 1, "b c c"), LabelledText("", 0, "")]) == [pytest.approx(1 / 3), 0.0]


def test_correlation_is_pearsons() -> None:
    rng = np.random.default_rng(0)
    degrees, judged = rng.normal(size=50), rng.normal(size=50)
    texts = [LabelledText("", float(degree)) for degree in degrees]
    centred = (degrees - degrees.mean()) @ (judged - judged.mean())
    expected = centred / (50 * degrees.std() * judged.std())
    assert correlation(judged.tolist(), texts) == pytest.approx(expected)
    assert correlation([1.0] * 50, texts) == 0.0
