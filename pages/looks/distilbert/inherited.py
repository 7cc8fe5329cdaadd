"""Where the parameters went, and which layers the student starts from."""

import streamlit as st

from pages.ui.controls import choice
from pages.ui.figure import show_figure
from pages.ui.theme import accent
from variants.bert import VARIANT as BERT
from variants.core.charts import waterfall_bars
from variants.core.layer_map import layer_map
from variants.core.shape import SMALL
from variants.distilbert import VARIANT, inheritance
from variants.distilbert.demo import DistilBert

SIZES = {"base": "BERT-base", "ours": "our models"}


def where_parameters_went(student: DistilBert) -> None:
    """Draw the waterfall and the map of the layers, at either size."""
    st.subheader("Where the parameters went")
    size = choice("Which size?", SIZES, key="size", default="base")
    colours = (accent(BERT), accent(VARIANT))
    base = size == "base"
    counted = (
        inheritance.waterfall(inheritance.BASE, inheritance.BASE_VOCABULARY)
        if base
        else inheritance.waterfall(SMALL, student.vocabulary.size)
    )
    title = f"From {counted.teacher:,} parameters to {counted.student:,}: {counted.share_removed:.1%} fewer"
    removed = {part.name: part.parameters for part in counted.removed}
    bars = waterfall_bars(title, ("BERT", counted.teacher), removed, ("DistilBERT", counted.student), colours)
    show_figure(bars, key="waterfall", note="Counted on the real networks, without the heads of their tasks.")
    segments = removed["segment table"]
    st.markdown(
        f"Some accounts name the segment table first. It is **{segments:,}** numbers, "
        f"{segments / sum(removed.values()):.3%} of what went; and a table is looked up, which takes no time to speak "
        "of. Layers are what a network spends its time in."
    )
    layers = inheritance.BASE.num_hidden_layers if base else SMALL.num_hidden_layers
    taken = inheritance.REFERENCE_LAYERS if base else inheritance.layers_taken(layers // 2)
    show_figure(
        layer_map("Each layer of the student starts as one of its teacher's", layers, taken, colours),
        key="layers",
        note=_said_of_layers(base, taken),
    )


def _said_of_layers(base: bool, taken: tuple[int, ...]) -> str:
    counted = ", ".join(str(layer) for layer in taken)
    if base:
        return f"The reference code takes {counted}, counted from 0: the first and the last, and not every second one."
    return f"Ours takes {counted}, counted from 0: every second one, the last included, on which the head was trained."
