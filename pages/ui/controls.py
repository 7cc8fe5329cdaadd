"""The controls of a page; every one is tied to the page's address."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import streamlit as st

from pages.ui.address import is_too_long_for_a_link, linked, value_of, whole_number, whole_numbers
from pages.ui.plain import plain

T = TypeVar("T", int, str)

MOST_BUTTONS = 6  # in a row
MOST_WORDS = 200  # characters of a one-line field


def slider(label: str, *, key: str, low: int, high: int, default: int, step: int = 1, help: str | None = None) -> int:
    """Draw a slider over whole numbers; a link may also name one between two steps."""
    value = value_of(key, default, whole_number(low, high))
    return st.slider(label, low, high, step=step, help=help, **linked(key, value, default))


def range_slider(label: str, *, key: str, low: int, high: int, default: tuple[int, int]) -> tuple[int, int]:
    """Draw a slider with two handles over whole numbers; return the first and the last one chosen."""

    def parse(asked: str) -> tuple[int, int]:
        first, last = map(whole_number(low, high), asked.split("-"))
        if first > last:
            raise ValueError(asked)
        return first, last

    value = value_of(key, default, parse)
    return st.slider(label, low, high, **linked(key, value, default, lambda ends: f"{ends[0]}-{ends[1]}"))


def switch(label: str, *, key: str, help: str | None = None) -> bool:
    """Draw a switch that is off until it is turned on."""
    value = value_of(key, 0, whole_number(0, 1))
    return st.toggle(label, help=help, **linked(key, bool(value), default=False, write=lambda on: str(int(on))))


def choice(
    label: str,
    options: Mapping[T, str],
    *,
    key: str,
    default: T,
    help: str | None = None,
    resets: Sequence[str] = (),
    most: int = MOST_BUTTONS,
) -> T:
    """Draw a row of buttons of which one is chosen; ``options`` maps each value to what its button says.

    More than ``most`` options are drawn as a list instead.
    Another choice sets the controls of the keys in ``resets`` back to their defaults.
    """
    written = {str(option): option for option in options}

    def parse(asked: str) -> T:
        if asked not in written:
            raise ValueError(asked)
        return written[asked]

    value = value_of(key, default, parse)
    tied = linked(key, value, default, resets=resets)
    if len(options) > most:
        return st.selectbox(label, list(options), format_func=lambda option: options.get(option, ""), help=help, **tied)
    named = {option: plain(name) for option, name in options.items()}
    chosen = st.segmented_control(
        label, list(options), format_func=lambda option: named.get(option, ""), required=True, help=help, **tied
    )
    return default if chosen is None else chosen


def several(label: str, options: Mapping[str, str], *, key: str, default: Sequence[str], most: int) -> tuple[str, ...]:
    """Draw a row of buttons to press and release; return at most ``most`` of those pressed, in their order."""

    def parse(asked: str) -> tuple[str, ...]:
        found = tuple(asked.split(","))
        if not set(found) <= options.keys():
            raise ValueError(asked)
        return found

    value = value_of(key, tuple(default), parse)
    chosen = st.pills(
        label,
        list(options),
        selection_mode="multi",
        format_func=lambda option: options.get(option, ""),
        **linked(key, list(value), list(default), ",".join),
    )
    pressed = [option for option in options if option in chosen]
    if len(pressed) > most:
        left_out = ", ".join(plain(options[option]) for option in pressed[most:])
        st.info(f"No more than {most} stand side by side; left out: {left_out}.")
    return tuple(pressed[:most])


def words(label: str, *, key: str, default: str = "", placeholder: str | None = None, help: str | None = None) -> str:
    """Draw a one-line text field."""
    value = value_of(key, default, lambda asked: asked[:MOST_WORDS])
    return st.text_input(label, placeholder=placeholder, help=help, **linked(key, value, default)) or ""


def text_box(label: str, *, key: str, default: str, height: int = 90, help: str | None = None) -> str:
    """Draw a box for a text of any length; what the learner typed is never changed."""
    value = value_of(key, default, str)
    text = st.text_area(label, height=height, help=help, **linked(key, value, default)) or ""
    if is_too_long_for_a_link(key):
        st.info("This text is too long for a link: it stays here until the page is reloaded.")
    return text


def token_picker(
    label: str,
    tokens: Sequence[str],
    places: Sequence[int],
    *,
    key: str,
    default: Sequence[int] = (),
    help: str | None = None,
) -> tuple[int, ...]:
    """Draw tokens as buttons to press and release; return the places pressed."""
    allowed = set(places)
    asked = value_of(key, tuple(default), whole_numbers)

    def named(place: int) -> str:
        return plain(tokens[place]) if 0 <= place < len(tokens) else ""

    chosen = st.pills(
        label,
        list(places),
        selection_mode="multi",
        format_func=named,
        help=help,
        **linked(key, [place for place in asked if place in allowed], list(default), _joined),
    )
    return tuple(sorted(chosen or ()))


def _joined(places: Sequence[int]) -> str:
    return ",".join(str(place) for place in sorted(places)) or "none"
