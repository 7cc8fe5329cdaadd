"""Many minimal pairs of one kind: how often does each model prefer the right sentence?"""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import choice
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.core.phenomena import Judged, judge, sample_pairs
from variants.core.side_by_side_figures import judged_shares
from variants.core.variant import Variant

NOTHING = "none yet"


def one_phenomenon(chosen: Sequence[Variant]) -> None:
    """Draw the choice of a phenomenon, the share that each model judges rightly, and the pairs."""
    pairs = sample_pairs()
    st.markdown(
        f"A sample of BLiMP (Warstadt et al., 2020): {len(pairs)} phenomena of grammar, "
        f"{sum(map(len, pairs.values()))} pairs. A model is right where it prefers the sentence in order."
    )
    names = {NOTHING: NOTHING} | {name: name for name in pairs}
    phenomenon = choice("Phenomenon", names, key="phenomenon", default=NOTHING)
    if phenomenon == NOTHING:
        return
    answers = [attempt(partial(remember(judge), variant, phenomenon)) for variant in chosen]
    found = [answer for answer in answers if answer]
    if not found:
        return
    show_figure(
        judged_shares(f"Judged rightly: {phenomenon}", found, {variant.slug: accent(variant) for variant in chosen}),
        key="judged",
        note="The line is chance. Intervals hold 95 % (Wilson): so few pairs tell models apart only where they do not "
        "overlap, and a model whose interval holds the line may be guessing.",
    )
    with st.expander(f"The {len(pairs[phenomenon])} pairs, and who is right"):
        show_table([_row(number, phenomenon, found) for number in range(len(pairs[phenomenon]))])
        st.caption("BLiMP, CC BY 4.0; how the sample was drawn stands beside it, in assets/text.")


def _row(number: int, phenomenon: str, found: Sequence[Judged]) -> dict[str, str]:
    pair = sample_pairs()[phenomenon][number]
    marks = {each.name: "✓" if each.margins[number] > 0 else "✗" for each in found}
    return {"in order": pair.good, "broken": pair.bad} | marks
