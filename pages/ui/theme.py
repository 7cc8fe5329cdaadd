"""Colours and the few style rules that Streamlit's theme cannot express."""

from pathlib import Path

import streamlit as st

from variants.core.variant import Variant

STYLE = Path(__file__).parents[2] / "assets" / "css" / "lab.css"


def is_dark() -> bool:
    """Say whether the reader's theme is dark."""
    return st.context.theme.type == "dark"


def accent(variant: Variant) -> str:
    """Return the chapter's colour on the reader's ground."""
    return variant.accent[is_dark()]


def apply_style() -> None:
    """Add the site's style sheet to the page."""
    st.html(STYLE)
