"""A computation of many steps that the learner watches: it shows how far it is and can be stopped.

Whatever the learner presses meanwhile, and a closed tab, ends it too; what was found so far is kept.
"""

from collections.abc import Callable, Generator
from contextlib import closing
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

from pages.ui.chapter import attempt

R = TypeVar("R")


def run_when_asked(
    label: str,
    start: Callable[[], Generator[R]],
    *,
    key: str,
    described: Callable[[R], tuple[float, str]],
    drawn: Callable[[R, DeltaGenerator], None] | None = None,
) -> R | None:
    """Draw the button that starts a computation; return the last result that it has given.

    ``key`` should name what the result depends on, so that another choice does not show it;
    ``described`` says of a result which share of the work is done and what stands beside the bar;
    ``drawn`` draws a result below the bar, in place of the one before, where there is something new to see.
    """
    kept = f"found_{key}"
    if st.button(label, key=f"start_{key}"):
        st.session_state.pop(kept, None)
        attempt(lambda: _watch(start, kept, key, described, drawn))
    return st.session_state.get(kept)


def _watch(
    start: Callable[[], Generator[R]],
    kept: str,
    key: str,
    described: Callable[[R], tuple[float, str]],
    drawn: Callable[[R, DeltaGenerator], None] | None,
) -> None:
    place = st.empty()
    with place.container():
        st.button("Stop", key=f"stop_{key}")
        bar, picture = st.progress(0.0, "Starting…"), st.empty()
    with closing(start()) as results:
        for result in results:
            st.session_state[kept] = result
            bar.progress(*described(result))
            if drawn:
                drawn(result, picture)
            if _something_was_pressed():
                break
    place.empty()


def _something_was_pressed() -> bool:
    """Say whether the learner waits for another run of the script, the Stop button's for one.

    A press inside a fragment does not interrupt a running script: Streamlit lets it end first, and has no
    public way to ask whether one waits.
    """
    context = get_script_run_ctx()
    requests = context.script_requests if context else None
    return requests is not None and requests._state is ScriptRequestType.RERUN  # pyright: ignore[reportPrivateUsage]
