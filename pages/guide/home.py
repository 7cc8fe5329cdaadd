"""The home page: what this is, the family tree, and the learner's sentence."""

import streamlit as st

from pages.ui.address import travelling
from pages.ui.controls import text_box
from pages.ui.figure import show_figure
from pages.ui.menu import draw_menu
from pages.ui.theme import is_dark
from variants import VARIANTS
from variants.core.family import family_tree

st.title("BERT Lab")
st.markdown(
    "One sentence of yours travels through the ideas of BERT and its descendants. Every number you see is "
    "computed here and now by a small model that was pre-trained for this site, or cited from a paper."
)
text_box(
    "Your sentence, taken along to every chapter",
    key="text",
    default=VARIANTS[0].example,
    height=70,
)
draw_menu()
ready = [variant for variant in VARIANTS if variant.ready]
with st.container(horizontal=True):
    for variant in ready:
        st.page_link(
            f"variants/{variant.slug}.py",
            label=f"Open the {variant.name} chapter",
            icon=":material/arrow_forward:",
            query_params=travelling(),
        )

show_figure(
    family_tree(VARIANTS, dark=is_dark()),
    key="family",
    note=(
        "Time runs downwards. A variant changes what BERT *hides*, what it *asks*, how far it *shrinks* or how it "
        "*is used*. A filled circle is a chapter that you can open; a ring is one still to come."
    ),
)

st.header("The variants")
for variant in VARIANTS:
    shipped = variant.shipped
    colour = variant.accent[is_dark()]
    state = (
        f"{shipped['parameters']:,} parameters, {shipped['tokens_seen']:,} tokens read" if shipped else "still to come"
    )
    with st.container(key=f"variant_{variant.slug}"):
        st.html(
            f'<p class="variant-line"><span class="dot" style="background:{colour}"></span>'
            f"<strong>{variant.name}</strong> <small>{variant.paper.year}</small></p>"
        )
        st.markdown(variant.idea)
        st.markdown(f"{state} · {variant.paper.authors}, [arXiv {variant.paper.arxiv}]({variant.paper.url})")
