"""One template, many fillers: two words compete for the mask."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import words
from pages.ui.figure import show_figure
from pages.ui.theme import accent
from variants.core.preference import fillers_of, odds
from variants.core.side_by_side_figures import odds_dots
from variants.core.variant import Variant

TEMPLATE = "The {} said that [MASK] was tired."
FILLERS = "doctor, nurse, soldier, queen, teacher, king"


def many_fillers(chosen: Sequence[Variant]) -> None:
    """Draw the template and its fillers, and each model's odds for each of them."""
    st.markdown(
        "Each filler takes the place of **{}**, and two words compete for **[MASK]**. Right of the middle the "
        "first one is likelier, left of it the second."
    )
    template = words("Template, with {} for the fillers and one [MASK]", key="template", default=TEMPLATE)
    written = words("Fillers, with commas between them", key="fillers", default=FILLERS)
    left, right = st.columns(2)
    with left:
        first = words("First word", key="word_one", default="he")
    with right:
        second = words("Second word", key="word_two", default="she")
    answers = [
        attempt(partial(remember(odds), variant, template, fillers_of(written), (first, second))) for variant in chosen
    ]
    found = [answer for answer in answers if answer]
    if not found:
        return
    colours = {variant.slug: accent(variant) for variant in chosen}
    show_figure(
        odds_dots(found, (first, second), colours),
        key="odds",
        note="The logarithm of the odds: how common a filler is does not count. ELECTRA answers by its generator.",
    )
    st.caption(
        "What you see is what the training text says, not what is so: models take over the company that words keep "
        "there, and with it the views of those who wrote (Caliskan et al., 2017, arXiv 1608.07187). Ours read old "
        "books among others. Compare fillers with each other, not with zero: who read more of “he” leans "
        "to it everywhere. And one template is one measurement: word it differently before you conclude."
    )
