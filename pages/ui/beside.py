"""A chapter's model beside BERT: what all are asked alike, and how alike the two were trained."""

import streamlit as st

from pages.ui.cache import remember
from pages.ui.table import show_table
from variants import find_variant
from variants.core.comparison import NONE, comparison, meanings
from variants.core.conditions import conditions
from variants.core.variant import Variant


def show_beside_bert(variant: Variant) -> None:
    """Draw what both measured on the same tests, and say what they had in common in pre-training."""
    bert = find_variant("bert")
    st.markdown(f"**Beside our BERT.** {remember(conditions)(bert, variant) or ''}")
    head, *rows = remember(comparison)((bert, variant))
    asked = [place for place in range(len(head)) if any(row[place] != NONE for row in rows)]
    show_table([{head[place]: row[place] for place in asked} for row in rows])
    st.caption(meanings([head[place] for place in asked]))
