"""The menu: chapters from the registry, each link taking the learner's text along."""

from collections.abc import Mapping

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.ui.address import travelling
from variants import VARIANTS


def menu(home: StreamlitPage, chapters: Mapping[str, StreamlitPage]) -> None:
    """Draw the menu in the side bar.

    Streamlit's own menu would drop the text from the address.
    """
    with st.sidebar:
        st.page_link(home, label="BERT Lab", icon=":material/home:", query_params=travelling())
        st.caption("Chapters")
        for variant in VARIANTS:
            if variant.slug in chapters:
                st.page_link(chapters[variant.slug], label=variant.name, query_params=travelling())
        coming = [variant.name for variant in VARIANTS if variant.slug not in chapters]
        if coming:
            st.caption(f"Still to come: {', '.join(coming)}.")
