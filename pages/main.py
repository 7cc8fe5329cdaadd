"""The frame of every page: its title, its style and the menu, built from the registry."""

import streamlit as st

from pages.ui.menu import Pages, set_pages
from pages.ui.theme import apply_style
from variants import VARIANTS

st.set_page_config(page_title="BERT Lab", page_icon="🧪", layout="wide")
apply_style()
home = st.Page("guide/home.py", title="BERT Lab", url_path="home", default=True)
guides = [
    st.Page("guide/compare.py", title="Side by side", url_path="compare"),
    st.Page("guide/attention.py", title="Attention explorer", url_path="attention"),
]
chapters = {
    variant.slug: st.Page(f"variants/{variant.slug}.py", title=variant.name, url_path=variant.slug)
    for variant in VARIANTS
    if variant.ready
}
page = st.navigation([home, *guides, *chapters.values()], position="hidden")
set_pages(Pages(home, chapters, guides))
page.run()
