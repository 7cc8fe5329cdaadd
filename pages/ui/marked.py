"""A text with one piece of it marked, to the letter."""

from html import escape

import streamlit as st


def marked_text(text: str, start: int, end: int, *, colour: str, label: str) -> None:
    """Draw ``text`` with the characters from ``start`` to ``end`` marked; ``label`` is for a screen reader."""
    before, piece, after = (escape(part) for part in (text[:start], text[start:end], text[end:]))
    mark = f"<mark>{piece}</mark>" if piece else ""
    st.html(
        f'<blockquote class="marked" tabindex="0" role="region" aria-label="{escape(label)}" '
        f'style="--accent:{colour}">{before}{mark}{after}</blockquote>'
    )
