"""What our models measured, and, in tables of their own, what the papers published."""

from collections.abc import Sequence

import streamlit as st

from pages.ui.controls import choice
from pages.ui.figure import show_figure
from pages.ui.measured import claims_as_tables
from pages.ui.theme import accent
from variants.core.scoreboard import SCALES, Scale, Score, dots, floor_of, measured_scales, overlapping, scores
from variants.core.variant import Variant


def scoreboard(chosen: Sequence[Variant]) -> None:
    """Draw one scale of our own measurements, and the published numbers of the chosen variants."""
    names = measured_scales(chosen)
    if not names:
        st.info("None of these was measured on anything that all are asked: choose others above.")
        return
    scale = SCALES[choice("What was measured", names, key="scale", default=next(iter(names)))]
    found = scores(chosen, scale)
    show_figure(
        dots(found, scale, {variant.slug: accent(variant) for variant in chosen}, floor_of(chosen, scale)),
        key="scoreboard",
        note=f"Here: {scale.about}. In brackets: tokens read in pre-training. {_meaning(found, scale)}",
    )
    missing = [variant.name for variant in chosen if variant.slug not in {each.slug for each in found}]
    if missing:
        st.caption(f"Not asked, or not yet: {', '.join(missing)}.")
    st.subheader("What the papers published")
    st.markdown("Models of full size, on other data and other tasks: never to be read off one scale with ours.")
    for variant in chosen:
        if variant.claims:
            with st.expander(f"{variant.name}: {len(variant.claims)} numbers", expanded=len(chosen) == 1):
                claims_as_tables(variant.claims)


def _meaning(found: Sequence[Score], scale: Scale) -> str:
    """Say what the unequal amounts of text and the intervals, or their absence, allow to conclude."""
    if scale.counted:
        return "A ring is a count, without a spread."
    said = ["Who read more has the better start, so a difference is no proof of an idea."]
    if any(each.spread is None for each in found):
        said.append("A ring has no recorded spread: small differences from it mean nothing.")
    if pairs := overlapping(found):
        said.append(f"Intervals overlap, so this shows no difference: {'; '.join(f'{a} and {b}' for a, b in pairs)}.")
    return " ".join(said)
