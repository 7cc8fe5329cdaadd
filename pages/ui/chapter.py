"""What every chapter has in common: its head, its steps, its errors and its foot."""

import inspect
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import streamlit as st

from pages.ui.controls import text_box
from pages.ui.menu import draw_menu
from pages.ui.plain import plain
from pages.ui.take import File, take
from pages.ui.theme import accent
from variants.core.errors import InputError
from variants.core.importing import TURN
from variants.core.variant import Variant

R = TypeVar("R")

_started: set[str] = set()  # the pages whose model is loaded


def chapter_head(variant: Variant) -> None:
    """Draw the title and the idea; this needs no model, so it is on the page at once."""
    st.html(f'<div class="chapter-line" style="background:{accent(variant)}"></div>')
    st.title(variant.name)
    st.markdown(f"**The idea.** {variant.idea}")
    st.caption(f"{variant.paper.authors}, {variant.paper.year}: *{variant.paper.title}*.")


@contextmanager
def starting(variant: Variant, page: str = "") -> Generator[None]:
    """Say that the model of a chapter, or of another page, starts, until it has been loaded once on this server.

    The line stands still: a spinner that turns takes the time of the processor that loads the model.
    """
    place = st.empty()
    name = page or variant.slug
    if name in _started:
        yield
        return
    place.markdown(f"Starting {variant.name}…")
    with TURN:
        yield
    place.empty()
    _started.add(name)


def learners_text(variant: Variant, help: str | None = None) -> str:
    """Draw the box for the text that follows the learner from page to page, and the menu, which takes it along."""
    text = text_box("Your text", key="text", default=variant.example, help=help)
    draw_menu()
    return text


def step(title: str, lead: str = "") -> None:
    """Open one of the four steps of a chapter."""
    st.header(title)
    if lead:
        st.markdown(lead)


def attempt(action: Callable[[], R]) -> R | None:
    """Return what ``action`` returns; say a mistake in the input in one sentence and return None instead.

    What the learner typed stays where it is.
    """
    try:
        return action()
    except InputError as error:
        st.warning(plain(str(error)), icon=":material/edit:")
        return None


def say(notices: Sequence[str]) -> None:
    """Show what the learner should know of the text."""
    for notice in notices:
        st.info(plain(notice))


def chapter_foot(variant: Variant, functions: Sequence[Callable[..., Any]], files: Sequence[File]) -> None:
    """Draw the code that just ran, what can be taken along, and the sources."""
    st.divider()
    show_code(functions)
    st.markdown("**Take it with you**")
    take(files, key="take_page", link=True)
    st.caption("The link holds your text, your choices and the seed. The notebook repeats this page's numbers offline.")
    st.markdown("**Sources**")
    paper = variant.paper
    st.markdown(f"{paper.authors} ({paper.year}). *{paper.title}*. [arXiv {paper.arxiv}]({paper.url}).")


def show_code(functions: Sequence[Callable[..., Any]]) -> None:
    """Draw the source of functions, once it is asked for."""
    code = st.expander("Show the code that just ran", key="code", on_change="rerun")
    if code.open:
        with code:
            for function in functions:
                st.caption(f"`{function.__module__}.{function.__name__}`")
                st.code(inspect.getsource(function), language="python")
