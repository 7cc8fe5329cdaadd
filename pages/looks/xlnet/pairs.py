"""New York is a city: two words hidden from BERT at once, and predicted by XLNet one after the other."""

import math

import streamlit as st

from pages.ui.cache import remember
from pages.ui.controls import choice
from pages.ui.plain import plain
from pages.ui.table import show_table
from variants.bert import demo as bert_demo
from variants.core.errors import InputError
from variants.core.words import Worded
from variants.core.words import read_words as read_bert_words
from variants.xlnet.demo import XLNet
from variants.xlnet.pairs import Words, dependency, independent, number_of_dependencies, read_words


def inform_each_other(bert: bert_demo.Bert, xlnet: XLNet, text: str) -> None:
    """Choose two words; draw what each model makes of them."""
    st.markdown(
        "Hide two words from BERT, and it guesses each from the rest alone: p(New | rest) · p(York | rest). XLNet "
        "predicts one and then the other, which sees it: p(New | rest) · p(York | New, rest)."
    )
    ours, theirs = remember(read_words)(xlnet, text), remember(read_bert_words)(bert, text)
    names = {
        number: f"{number + 1} {word}"
        for number, word in enumerate(ours.words)
        if ours.places[number] and theirs.places[number]
    }
    if len(names) < 3:
        raise InputError("Two words and something to guess them from are needed: type at least three words.")
    left, right = st.columns(2)
    with left:
        first = choice("The first word", names, key="first", default=next(iter(names)))
    with right:
        others = {number: name for number, name in names.items() if number != first}
        default = first + 1 if first + 1 in others else next(iter(others))
        second = choice("The second word", others, key="second_word", default=default)
    _compared(bert, xlnet, ours, theirs, (first, second))


def _compared(bert: bert_demo.Bert, xlnet: XLNet, ours: Words, theirs: Worded, pair: tuple[int, int]) -> None:
    first, second = pair
    found = remember(dependency)(xlnet, ours.encoded, ours.places[first], ours.places[second])
    reading = remember(bert_demo.fill)(bert, theirs.encoded, theirs.masks_of(pair))
    alone = [independent(reading, theirs.places[word]) for word in pair]
    one, two = ours.words[first], ours.words[second]
    show_table(
        [
            _row("BERT, both hidden at once", f"{one} | rest", alone[0], f"{two} | rest", alone[1]),
            _row("XLNet, neither sees the other", f"{one} | rest", found.first, f"{two} | rest", found.second),
            _row(
                "XLNet, the first comes first", f"{one} | rest", found.first, f"{two} | {one}, rest", found.second_after
            ),
            _row(
                "XLNet, the second comes first",
                f"{two} | rest",
                found.second,
                f"{one} | {two}, rest",
                found.first_after,
            ),
        ]
    )
    st.markdown(
        f"Once “{plain(one)}” is seen, XLNet's log p of “{plain(two)}” changes by **{found.gain:+.2f} nats**: its "
        f"probability is multiplied by {math.exp(found.gain):.3g}."
    )
    at_once, in_order = number_of_dependencies(ours.encoded, ours.places[first], ours.places[second])
    st.caption(
        f"Pairs of a predicted piece and a piece that it sees: {at_once} with both words hidden at once, {in_order} in "
        "an order. Compare rows of XLNet with each other: BERT cuts words in other pieces, so that its numbers are not "
        "on the same scale."
    )


def _row(who: str, first: str, one: float, second: str, two: float) -> dict[str, str]:
    return {
        "who": who,
        "log p of one word": f"{first}: {one:.2f}",
        "log p of the other": f"{second}: {two:.2f}",
        "both together": f"{one + two:.2f}",
    }
