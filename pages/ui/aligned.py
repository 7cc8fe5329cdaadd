"""Texts of one length below each other, token by token: what happened to each token, and what is said of it.

A token is a small column; the columns wrap like words, so that a long text fits a narrow screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

STRONGEST = 55  # per cent of the accent behind a text that must stay readable


@dataclass(frozen=True)
class Column:
    """One token, from top to bottom."""

    tokens: tuple[str, ...]  # one a row
    share: float  # in [0, 1]: how strongly the last token is tinted
    value: str  # printed below the tokens
    mark: str = ""  # a word at the foot
    style: str = ""  # of the column: special, changed, right


def aligned_rows(names: Sequence[str], columns: Sequence[Column], *, label: str, colour: str) -> None:
    """Draw the columns; ``names`` says what stands in each row, the value and the mark included."""
    head = "".join(f"<span>{escape(name)}</span>" for name in names)
    cells = "".join(_column(column, colour) for column in columns)
    st.html(f'<ol class="aligned" aria-label="{escape(label)}"><li class="names">{head}</li>{cells}</ol>')


def _column(column: Column, colour: str) -> str:
    *above, last = column.tokens
    tint = f"background:color-mix(in srgb, {colour} {STRONGEST * column.share:.0f}%, transparent)"
    return (
        f'<li class="{escape(column.style)}">'
        + "".join(f"<span>{_shown(token)}</span>" for token in above)
        + f'<span class="last" style="{tint}">{_shown(last)}</span>'
        + f"<small>{escape(column.value)}</small><small><strong>{_shown(column.mark)}</strong></small></li>"
    )


def _shown(text: str) -> str:
    return escape(text) or "&nbsp;"
