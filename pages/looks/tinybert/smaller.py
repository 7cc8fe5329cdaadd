"""Where the parameters went, from BERT to TinyBERT."""

import streamlit as st

from pages.ui.controls import choice
from pages.ui.figure import show_figure
from pages.ui.theme import accent
from variants.bert import VARIANT as BERT
from variants.core.charts import waterfall_bars
from variants.core.variant import Claim
from variants.tinybert import VARIANT
from variants.tinybert.demo import TinyBert
from variants.tinybert.parameters import SIZES, Counted, count
from variants.tinybert.published import PARAMETERS


def where_parameters_went(student: TinyBert) -> None:
    """Draw the waterfall at one of the sizes."""
    st.subheader("Where the parameters went")
    size = choice("Which size?", {key: size.name for key, size in SIZES.items()}, key="counted", default="four")
    counted = count(size, student.vocabulary.size)
    colours = (accent(BERT), accent(VARIANT))
    name = "TinyBERT" if size == "ours" else SIZES[size].name
    title = f"From {counted.teacher:,} parameters to {counted.student:,}: {counted.share_removed:.1%} fewer"
    bars = waterfall_bars(title, ("BERT", counted.teacher), counted.removed, (name, counted.student), colours)
    note = "Counted on the real networks, with the pooler and without the heads of tasks. Layers go first, then width."
    show_figure(bars, key="waterfall", note=note)
    st.markdown(_said(counted, PARAMETERS.get(size)))
    if counted.student_is_thinner:
        st.markdown(
            f"Training needs **{counted.widening:,}** more, the map to the teacher's width, and throws them away. "
            "DistilBERT halves the depth and keeps the width, so that nearly all that goes is layers. A thinner "
            "student also has a thinner token table, and its layers shrink with about the square of the width."
        )


def _said(counted: Counted, published: Claim | None) -> str:
    """Say how the paper's count is reached; ours has none."""
    with_heads = f"**{counted.with_heads:,}**"
    if published is None:
        return f"Ours ships without heads; with those of BERT's pre-training it would be {with_heads}."
    printed = f"The {published.value:.1f} million of {published.source} are "
    if counted.rounds_to(published.value):
        return f"{printed}this count, rounded; with the heads of BERT's pre-training it is {with_heads}."
    return f"{printed}reached with the heads of BERT's pre-training: {with_heads}."
