"""Tokens in an order that the learner re-arranges: by dragging, with the arrow keys, or with two buttons.

The row is a small component of our own; nothing of it comes from a network.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).parents[2] / "assets"

_component = st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue] - loaded lazily
    "order_row",
    html=(
        "<ol id='order' aria-label='Tokens in the order of prediction'></ol>\n"
        "<div id='moves'><button type='button' id='earlier'>← Earlier</button>"
        "<button type='button' id='later'>Later →</button></div>\n"
        "<p id='said' role='status'></p>\n"
    ),
    css=(ASSETS / "css" / "order.css").read_text(encoding="utf-8"),
    js=(ASSETS / "js" / "order.js").read_text(encoding="utf-8"),
)


def order_row(
    tokens: Sequence[str], order: Sequence[int], *, key: str, moved: Callable[[tuple[int, ...]], None]
) -> None:
    """Draw ``tokens`` in ``order``, a row of their places; ``moved`` is told the order that the learner makes of it.

    What comes back is the browser's word: whoever takes it checks it as anything that is typed.
    """

    def heard() -> None:
        found = st.session_state[key].order
        if isinstance(found, list) and all(isinstance(place, int) for place in found):
            moved(tuple(found))

    _component(data={"tokens": list(tokens), "order": list(order)}, key=key, on_order_change=heard)
