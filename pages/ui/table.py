"""Tables, sent as the columns that the browser wants: Streamlit would go through pandas first."""

import re
from collections.abc import Mapping, Sequence

import pyarrow as pa
import streamlit as st

# What Markdown would read as formatting, a picture, a formula or an icon; numbers and plain words have none of it.
_MARKS = re.compile(r"[\\`*_\[\]$~]|:(?=[A-Za-z])|&(?=[#\w]+;)|^(?:#+|[>+=-])(?=\s|$)|(?<=^\d)[.)](?=\s|$)")


def show_table(rows: Sequence[Mapping[str, str]]) -> None:
    """Draw rows that all have the same columns, to the letter: cells and heads may hold the learner's words."""
    st.table(
        pa.Table.from_pylist([{literal(name): literal(cell) for name, cell in row.items()} for row in rows]),
        hide_index=True,
    )


def literal(text: str) -> str:
    """Return Markdown that a table shows as ``text``."""
    return _MARKS.sub(r"\\\g<0>", text)
