"""Where the parameters went, from BERT to TinyBERT."""

import streamlit as st

from pages.ui.controls import choice
from pages.ui.figure import show_figure
from pages.ui.theme import accent
from variants.bert import VARIANT as BERT
from variants.core.charts import waterfall_bars
from variants.tinybert import VARIANT
from variants.tinybert.demo import TinyBert
from variants.tinybert.parameters import SIZES, count


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
    st.markdown(
        f"With the heads of BERT's pre-training it is **{counted.with_heads:,}**, which is what published counts mean. "
        f"Training needs **{counted.widening:,}** more, the map to the teacher's width, and throws them away."
    )
    if size == "four":
        st.markdown(
            "DistilBERT halves the depth and keeps the width, so nearly all of it that goes is layers. A thinner "
            "student also has a thinner token table, and its layers shrink with the square of the width."
        )
