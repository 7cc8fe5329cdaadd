"""A small network as a row of boxes: what goes in, and each layer with its size."""

from collections.abc import Sequence
from html import escape

import streamlit as st


def network(boxes: Sequence[tuple[str, int, Sequence[str]]], *, inputs: int, label: str) -> None:
    """Draw boxes, each a name, how many numbers it holds, and notes; the first ``inputs`` of them go in.

    ``label`` is what a screen reader says of the row.
    """
    items = [
        f'<li class="{"input" if place < inputs else "layer"}"><strong>{escape(name)}</strong>'
        f"<span>{size:,} numbers</span>" + "".join(f"<small>{escape(note)}</small>" for note in notes if note) + "</li>"
        for place, (name, size, notes) in enumerate(boxes)
    ]
    st.html(f'<ol class="network" aria-label="{escape(label)}">{"".join(items)}</ol>')
