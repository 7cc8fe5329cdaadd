"""What our models measured, and, in a table of its own, what the papers published."""

from collections.abc import Sequence

import streamlit as st

from pages.ui.controls import choice
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.core.scoreboard import SCALES, dots, measured_scales, scores
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
        dots(found, scale, {variant.slug: accent(variant) for variant in chosen}),
        key="scoreboard",
        note=(
            f"Here: {scale.about}. In brackets: tokens read in pre-training. A ring has no recorded spread. Where two "
            "intervals overlap, there is no difference to speak of; and who read more text has the better start."
        ),
    )
    missing = [variant.name for variant in chosen if variant.slug not in {each.slug for each in found}]
    if missing:
        st.caption(f"Not asked, or not yet: {', '.join(missing)}.")
    st.subheader("What the papers published")
    st.markdown("Models dozens to hundreds of times as large, on other data: never to be read off one scale with ours.")
    rows = [
        {"variant": variant.name, "what": claim.text, "value": f"{claim.value:,g}", "source": claim.source}
        for variant in chosen
        for claim in variant.claims
    ]
    if rows:
        show_table(rows)
