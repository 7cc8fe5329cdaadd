"""The article: one of ours, pasted, or read from a file."""

from pathlib import Path

import streamlit as st

from pages.ui.address import keep, value_of
from pages.ui.controls import choice, text_box
from pages.ui.menu import draw_menu
from pages.ui.plain import plain
from variants.bertsum.files import text_of
from variants.bertsum.sample_articles import SampleArticle, sample_articles
from variants.core.errors import InputError

STYLE = Path(__file__).parents[3] / "assets" / "css" / "article.css"
SAMPLES = {article.slug: article for article in sample_articles()}
FIRST = next(iter(SAMPLES))
NAMES = {article.slug: article.title for article in SAMPLES.values()} | {"own": "your own text"}


def choose_article() -> str:
    """Draw the choice of an article, the box with its text, and the field for a file; return the text."""
    st.html(STYLE)
    picked = choice("Article", NAMES, key="article", default=_default(), resets=("text", "reference"))
    sample = SAMPLES.get(picked)
    text = text_box("Your text", key="text", default=sample.text if sample else "", height=200)
    draw_menu()
    _file_field()
    if sample and text == sample.text:
        st.caption(f"{plain(sample.title)}: {plain(sample.origin)}, {plain(sample.licence)}.")
    return text


def _file_field() -> None:
    """Draw the field for a file; what is in it takes the place of the text, and the field is empty again."""
    count = st.session_state.setdefault("files_read", 0)
    key = f"file_{count}"

    def take() -> None:
        chosen = st.session_state[key]
        if chosen is None:
            return
        st.session_state["files_read"] = count + 1
        try:
            keep("text", text_of(chosen.getvalue()))
        except InputError as error:
            st.session_state["file_said"] = f"{chosen.name}: {error}"
            return
        for other in ("article", "reference"):
            keep(other, "")

    st.file_uploader("Or a text file (.txt, 1 MB at most)", type="txt", key=key, on_change=take)
    if said := st.session_state.pop("file_said", ""):
        st.warning(plain(said), icon=":material/edit:")


def _default() -> str:
    """Return the article until one is chosen: the learner's own where the address brings a text."""
    return FIRST if value_of("text", None, _as_it_is) is None else "own"


def _as_it_is(asked: str) -> str | None:
    return asked


def current_sample() -> SampleArticle | None:
    """Return the sample that is chosen."""
    return SAMPLES.get(value_of("article", _default(), _known))


def current_text() -> str:
    """Return the text that stands in the box."""
    sample = current_sample()
    return value_of("text", sample.text if sample else "", str)


def own_summary() -> str:
    """Return the summary that the authors wrote of the text in the box; nothing for another text."""
    sample = current_sample()
    return sample.summary if sample and current_text() == sample.text else ""


def current_reference() -> str:
    """Return the summary to compare with, also while its box is not drawn."""
    return value_of("reference", own_summary(), str)


def _known(asked: str) -> str:
    if asked not in NAMES:
        raise ValueError(asked)
    return asked
