"""A question that the learner answers first and the model marks."""

from collections.abc import Callable

import streamlit as st

from pages.ui.chapter import attempt
from pages.ui.plain import plain
from variants.core.question import Marked, Question


def ask(question: Question, mark: Callable[[], Marked], *, key: str) -> None:
    """Draw a question; ``mark`` runs only when the learner has committed to an answer."""
    with st.container(border=True, key=f"question_{key}"):
        options = [option.text for option in question.options]
        chosen = st.radio(question.prompt, range(len(options)), format_func=options.__getitem__, index=None, key=key)
        if st.button("Check with the model", key=f"check_{key}", disabled=chosen is None):
            st.session_state[f"checked_{key}"] = chosen
        if chosen is None or st.session_state.get(f"checked_{key}") != chosen:
            return
        with st.spinner("Measuring…"):
            marked = attempt(mark)
        if marked is None:
            return
        option = question.options[chosen]
        if chosen == marked.right:
            st.success(f"Right. {option.why}")
        else:
            st.error(f"Not quite. {option.why}")
        st.caption(f"{plain(marked.origin)}: {plain(marked.evidence)}")
