"""Two words, predicted from the rest and from each other, by the chain rule and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tiny import HOSTILE, refusal_of
from variants.bert import demo as bert_demo
from variants.core.words import words_of
from variants.xlnet.demo import XLNet, follow
from variants.xlnet.pairs import (
    Words,
    dependency,
    independent,
    number_of_dependencies,
    orders_of_pair,
    read_words,
)

TEXT = "New York is a city"


def test_words_are_found_with_all_their_pieces(xlnet: XLNet) -> None:
    found = read_words(xlnet, TEXT)
    assert found.words == ("New", "York", "is", "a", "city")
    for word, places in zip(found.words, found.places, strict=True):
        assert "".join(found.encoded.tokens[place] for place in places).replace("▁", "") == word


def test_the_two_orders_have_the_same_sum_in_parts(xlnet: XLNet) -> None:
    """What :class:`Dependency` holds is what the page's own steps say in these orders."""
    found = read_words(xlnet, TEXT)
    first, second = found.places[:2]
    forth, back = (follow(xlnet, found.encoded, order) for order in orders_of_pair(found.encoded, first, second))
    named = dependency(xlnet, found.encoded, first, second)
    at = dict(enumerate(forth.log_probabilities))
    after = dict(enumerate(back.log_probabilities))
    assert named.first == pytest.approx(sum(at[place] or 0 for place in first), abs=1e-4)
    assert named.second_after == pytest.approx(sum(at[place] or 0 for place in second), abs=1e-4)
    assert named.second == pytest.approx(sum(after[place] or 0 for place in second), abs=1e-4)
    assert named.first_after == pytest.approx(sum(after[place] or 0 for place in first), abs=1e-4)
    assert named.gain == named.second_after - named.second


def test_new_york_by_hand(xlnet: XLNet) -> None:
    """BERT learns (New, rest) and (York, rest); XLNet (York, New) as well, and pieces within a word."""
    found = read_words(xlnet, TEXT)
    first, second = found.places[:2]
    one, two = len(first), len(second)
    rest = len(found.encoded) - 2 - one - two
    within = one * (one - 1) // 2 + two * (two - 1) // 2
    at_once, in_order = number_of_dependencies(found.encoded, first, second)
    assert at_once == (one + two) * rest and in_order == at_once + within + one * two


def test_berts_words_are_independent() -> None:
    bert = bert_demo.load()
    reading = bert_demo.fill(bert, bert_demo.read(bert, TEXT), (1, 2))
    logits = reading.logits.astype(np.float64)
    spread = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    expected = [spread[row, reading.original.input_ids[place]] for row, place in enumerate((1, 2))]
    assert independent(reading, (1, 2)) == pytest.approx(sum(expected), abs=1e-4)


def test_a_word_cannot_be_paired_with_itself(xlnet: XLNet) -> None:
    found = read_words(xlnet, TEXT)
    assert "share a piece" in refusal_of(lambda: dependency(xlnet, found.encoded, found.places[0], found.places[0]))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_typed_is_read_or_refused(xlnet: XLNet, text: str) -> None:
    read: list[Words] = []
    sentence = refusal_of(lambda: read.append(read_words(xlnet, text)))
    assert bool(read) != bool(sentence) and "\n" not in sentence
    for found in read:
        assert len(found.words) == len(found.places) <= len(words_of(text[:20_000])[1])
