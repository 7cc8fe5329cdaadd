"""Two sentences that differ in one point: which does each model prefer, and by how much?"""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.looks.compare.phenomena import one_phenomenon
from pages.ui.address import keep
from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import words
from pages.ui.figure import show_figure
from pages.ui.theme import accent
from variants.core.minimal_pairs import EXAMPLES
from variants.core.preference import prefer
from variants.core.side_by_side_figures import margins
from variants.core.variant import Variant

FIRST, SECOND = EXAMPLES["subject and verb"]


def minimal_pairs(chosen: Sequence[Variant]) -> None:
    """Draw a pair of the learner's, and many ready ones of one kind."""
    two_sentences(chosen)
    st.subheader("Many pairs of one kind")
    one_phenomenon(chosen)


def two_sentences(chosen: Sequence[Variant]) -> None:
    """Draw the two boxes, ready pairs, and the models' preferences."""
    st.markdown(
        "Write two sentences that differ in one point. A model that has learned the rule finds the right one more "
        "probable, although nobody ever told it what is right."
    )
    first = words("First sentence", key="first", default=FIRST)
    second = words("Second sentence", key="other", default=SECOND)
    st.selectbox("Or take a ready pair", list(EXAMPLES), index=None, key="ready_pair", on_change=_take_example)
    answers = [attempt(partial(remember(prefer), variant, first, second)) for variant in chosen]
    found = [answer for answer in answers if answer]
    if not found:
        return
    colours = {variant.slug: accent(variant) for variant in chosen}
    sides = sum(each.margin > 0 for each in found)
    st.markdown(f"**{sides} of {len(found)}** prefer the first.")
    show_figure(
        margins(found, colours),
        key="margins",
        note=(
            "The difference of two pseudo-log-likelihoods (Salazar et al., 2020): each token hidden in turn, what the "
            "model said of it added up. ELECTRA's discriminator fills nothing in: its score is the log-probability "
            "that no token was replaced, so its sign compares with the others and its length does not."
        ),
    )
    st.caption(
        "One pair is an anecdote: models are judged by many, as below. Sentences of different lengths do not compare: "
        "every token more costs."
    )


def _take_example() -> None:
    name = st.session_state["ready_pair"]
    if name is not None:
        first, second = EXAMPLES[name]
        keep("first", first, FIRST)
        keep("other", second, SECOND)
