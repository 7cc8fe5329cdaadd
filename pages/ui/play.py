"""A slider over steps that can also play: one step after another, until the last or until it is stopped."""

from collections.abc import Callable

import streamlit as st

from pages.ui.address import keep, linked, value_of, whole_number

PACE = 0.5  # seconds a step


def playable(key: str, draw: Callable[[], None]) -> None:
    """Run ``draw``, which calls :func:`stepper`; while it plays, again and again, and nothing else of the page."""
    if _playing(key) in st.session_state:
        st.fragment(draw, run_every=PACE)()
    else:
        draw()


def stepper(label: str, *, key: str, last: int, most: int, start: int | None = None) -> int:
    """Draw the slider, from 1 to ``last``, and its button; ``most`` is the largest ``last`` there can be.

    It stands at ``start`` in the beginning, at the last step where nothing is said. While it plays, steps
    are not written to the address: each would be a page for the back button.
    """
    start = start or last
    left, right = st.columns([6, 1], vertical_alignment="bottom")
    if _playing(key) in st.session_state:
        with right:
            stopped = st.button("Stop", key=f"stop_{key}", width="stretch")
        step = min(last, st.session_state[_playing(key)] + (not stopped))
        left.progress(step / last, text=f"{label} {step} of {last}")
        st.session_state[_playing(key)] = step
        if stopped or step == last:
            del st.session_state[_playing(key)]
            keep(key, str(step), str(start))
            st.rerun()
        return step
    with left:
        asked = value_of(key, start, whole_number(1, most))
        step = st.slider(label, 1, last, **linked(key, min(asked, last), start)) if last > 1 else 1
    with right:
        if st.button("Play", key=f"play_{key}", width="stretch", disabled=last == 1):
            st.session_state[_playing(key)] = 0
            st.rerun()
    return step


def _playing(key: str) -> str:
    return f"playing_{key}"
