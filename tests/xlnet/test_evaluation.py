"""The baselines see as much as the model: neighbours that come before a target in the order."""

from __future__ import annotations

from math import isfinite

import pytest
from transformers import XLNetTokenizer

from tests.tiny import make_store, sample_paragraphs
from tests.xlnet.tiny import TINY, VOCABULARY
from variants.core.masking import IGNORED
from variants.core.token_store import TokenStore, split_sentences
from variants.core.vocabularies import learn_vocabulary
from variants.xlnet.evaluation import blank, evaluate, neighbour_baselines
from variants.xlnet.model import build
from variants.xlnet.objective import Example

# New York is a city [SEP] [CLS]: York is predicted from New, “a” from neither neighbour but “city”
EXAMPLE = Example((20, 21, 22, 23, 24, 3, 5), (0, 0, 0, 0, 0, 0, 2), (0, 1, 4, 2, -1, 5, 3), (0, 1, 2, 3))
MASK = VOCABULARY.mask


def test_a_blank_shows_the_neighbours_that_come_before_it() -> None:
    assert blank(EXAMPLE, 0, VOCABULARY) == ([MASK, MASK], [20, IGNORED])
    assert blank(EXAMPLE, 1, VOCABULARY) == ([20, MASK, MASK], [IGNORED, 21, IGNORED])
    assert blank(EXAMPLE, 2, VOCABULARY) == ([21, MASK, 23], [IGNORED, 22, IGNORED])
    assert blank(EXAMPLE, 3, VOCABULARY) == ([MASK, MASK, 24], [IGNORED, 23, IGNORED])


def test_baselines_fill_every_target() -> None:
    """In the training text 21 follows 20 always, and 22 stands between 21 and 23."""
    train = make_store([[[20, 21, 22, 23, 24]] * 50, [[30, 21]]])
    scores = neighbour_baselines(train, [EXAMPLE], VOCABULARY)
    assert set(scores) == {"unigram", "n-gram"}
    assert scores["unigram"] == pytest.approx({"plm_loss": scores["unigram"]["plm_loss"], "plm_accuracy": 0.25})
    assert scores["n-gram"]["plm_accuracy"] >= 0.75
    assert scores["n-gram"]["plm_loss"] < scores["unigram"]["plm_loss"]


@pytest.fixture(scope="module")
def tokenizer() -> XLNetTokenizer:
    learned = learn_vocabulary("unigram_cased", sample_paragraphs(), 400)
    assert isinstance(learned, XLNetTokenizer)
    return learned


@pytest.fixture(scope="module")
def store(tokenizer: XLNetTokenizer) -> TokenStore:
    sentences = [sentence for paragraph in sample_paragraphs()[:30] for sentence in split_sentences(paragraph)]
    return make_store([[tokenizer.encode(sentence, add_special_tokens=False) for sentence in sentences]])


def test_every_measure_has_its_baseline(tokenizer: XLNetTokenizer, store: TokenStore) -> None:
    model = build(len(tokenizer), TINY).eval()
    result, again = (evaluate(model, tokenizer, train=store, test=store, cloze=[], count=8) for _ in range(2))
    assert result == again
    assert set(result["held_out"]) == {"plm_loss", "plm_accuracy"}
    assert all(set(scores) == set(result["held_out"]) for scores in result["baselines"].values())
    assert all(isfinite(value) for value in result["held_out"].values())
    assert "8 sequences" in result["note"] and "{" not in result["note"]
