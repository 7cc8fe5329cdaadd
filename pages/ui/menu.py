"""The menu: chapters from the registry, each link taking the learner's text along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.ui.address import travelling
from variants import VARIANTS


@dataclass(frozen=True)
class Pages:
    """What the menu links to."""

    home: StreamlitPage
    chapters: Mapping[str, StreamlitPage]  # by slug
    guides: Sequence[StreamlitPage] = ()  # pages about all variants


def set_pages(pages: Pages) -> None:
    """Say which pages there are; :func:`draw_menu` follows on each of them."""
    st.session_state["pages"] = pages


def draw_menu() -> None:
    """Draw the menu in the side bar, where the learner's text is known.

    Streamlit's own menu would drop the text from the address. A page whose text stands in a fragment
    calls this there, so that the links change with the text.
    """
    pages: Pages = st.session_state["pages"]
    with st.sidebar:
        st.page_link(pages.home, label="BERT Lab", icon=":material/home:", query_params=travelling())
        for guide in pages.guides:
            st.page_link(guide, label=guide.title, query_params=travelling())
        st.caption("Chapters")
        for variant in VARIANTS:
            if variant.slug in pages.chapters:
                st.page_link(pages.chapters[variant.slug], label=variant.name, query_params=travelling())
        coming = [variant.name for variant in VARIANTS if variant.slug not in pages.chapters]
        if coming:
            st.caption(f"Still to come: {', '.join(coming)}.")


def guide_link(path: str, label: str, address: Mapping[str, str]) -> None:
    """Draw a link to a page about all variants, opened at an address."""
    pages: Pages = st.session_state["pages"]
    for guide in pages.guides:
        if guide.url_path == path:
            st.page_link(guide, label=label, icon=":material/arrow_forward:", query_params=dict(address))
