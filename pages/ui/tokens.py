"""The token strip: tokens are drawn the same way everywhere."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st


def token_strip(
    tokens: Sequence[str], *, label: str, marks: Mapping[int, str] | None = None, under: Sequence[str] = ()
) -> None:
    """Draw ``tokens`` in a row; ``marks`` gives positions a style: mask, random, keep, second, special.

    ``label`` is what a screen reader says of the strip, ``under`` a small note below each token.
    """
    marks = marks or {}
    cells = [
        f'<li class="token {escape(marks.get(place, ""))}"><span>{escape(token)}</span>'
        + (f"<small>{escape(under[place])}</small>" if under else "")
        + "</li>"
        for place, token in enumerate(tokens)
    ]
    st.html(f'<ul class="token-strip" aria-label="{escape(label)}">{"".join(cells)}</ul>')


def special_marks(special: Sequence[bool]) -> dict[int, str]:
    """Return the marks of a strip's special tokens; ``special`` says of each token whether it is one."""
    return {place: "special" for place, is_special in enumerate(special) if is_special}
