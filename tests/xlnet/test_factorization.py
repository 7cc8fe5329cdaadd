"""An order names every place once; its masks are the paper's rules, counted by hand."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny import refusal_of
from variants.core.encoding import Encoded
from variants.xlnet.factorization import (
    Factorization,
    check_given,
    draw_order,
    parse_order,
    permutation_masks,
    places_of,
    written,
)
from variants.xlnet.orders import CONTEXT_RANK


def text_of(length: int) -> Encoded:
    """A text of ``length`` tokens, <sep> and <cls>."""
    size = length + 2
    return Encoded((9,) * size, ("x",) * size, (0,) * size, (False,) * length + (True, True))


@given(length=st.integers(1, 126), seed=st.integers(0, 10**6), number=st.integers(0, 99))
def test_a_drawn_order_names_every_place_once_and_reads_back(length: int, seed: int, number: int) -> None:
    places = places_of(text_of(length))
    order = draw_order(places, seed, number)
    assert sorted(order) == list(places) == list(range(length))
    assert parse_order(written(order), places) == order == draw_order(places, seed, number)


def test_every_draw_is_another_and_every_place_comes_first_as_often() -> None:
    places = places_of(text_of(8))
    drawn = [draw_order(places, 0, number) for number in range(4000)]
    assert len(set(drawn)) > 3500
    for place in places:
        assert sum(order[0] == place for order in drawn) == pytest.approx(500, abs=90)


@pytest.mark.parametrize("typed", ["2,0,1", " 2 0 1 ", "2, 0 ,1,", "02,00,01"])
def test_an_order_may_be_typed_with_commas_or_spaces(typed: str) -> None:
    assert parse_order(typed, (0, 1, 2)) == (2, 0, 1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "missing: 0, 1, 2"),
        ("0,1", "missing: 2"),
        ("0,1,1,2", "repeated: 1"),
        ("0,1,2,3", "there is no place 3"),
        ("0,1,7", "there is no place 7"),
        ("0,1,-2", "something else"),
        ("0,1,two", "something else"),
        ("0;1;2", "something else"),
        ("0,1,²", "something else"),
        ("0,1," + "9" * 5000, "something else"),
        ("<script>", "something else"),
        ("0,1,2\x00", "something else"),
    ],
)
def test_an_order_that_is_none_is_refused_in_one_sentence(typed: str, said: str) -> None:
    sentence = refusal_of(lambda: parse_order(typed, (0, 1, 2)))
    assert said in sentence and "\n" not in sentence and len(sentence) < 200


def test_a_long_list_of_missing_places_is_cut() -> None:
    assert refusal_of(lambda: parse_order("0", tuple(range(40)))).endswith("missing: 1, 2, 3, 4, 5, 6 and 33 more.")


@given(length=st.integers(1, 30), given=st.integers(-3, 33))
def test_at_least_one_place_is_predicted(length: int, given: int) -> None:
    assert bool(refusal_of(lambda: check_given(text_of(length), given))) == (not 0 <= given < length)


@given(length=st.integers(1, 24), seed=st.integers(0, 10**6), data=st.data())
def test_the_mask_is_the_order(length: int, seed: int, data: st.DataObject) -> None:
    """A predicted token may look at what is given, at special tokens, and at what comes before it."""
    given = data.draw(st.integers(0, length - 1))
    factorization = Factorization(draw_order(tuple(range(length)), seed), given)
    (mask,) = permutation_masks([factorization], length + 2)
    order = list(factorization.order)
    context = {*order[:given], length, length + 1}
    for i in range(length + 2):
        for j in range(length + 2):
            if j in context:
                allowed = True
            elif i in context:
                allowed = False
            else:
                allowed = order.index(j) < order.index(i)
            assert bool(mask[i, j]) == (not allowed)


def test_ranks_are_places_in_the_order() -> None:
    order = tuple(random.Random(0).sample(range(6), 6))
    ranks = Factorization(order, 2).ranks(8)
    assert [ranks[place] for place in order] == [CONTEXT_RANK, CONTEXT_RANK, 0, 1, 2, 3]
    assert ranks[6:] == [CONTEXT_RANK, CONTEXT_RANK]
