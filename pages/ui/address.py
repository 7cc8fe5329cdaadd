"""The page's address holds its state: text, controls and seed, as plain values.

The address is the only source: a control shows what the address says, and a change writes the
address, so that a copied link, a reload and the back button all show the same page. Streamlit can
bind widgets by itself, but then loses the path when a value crosses from one page to another.

A value that makes no sense falls back to the default, and the page says so. A text too long for an
address is kept in the session and not in the link.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote_plus

import streamlit as st

from variants.core.variant import Variant

T = TypeVar("T")

LONGEST = 48_000  # characters of one encoded value; servers refuse addresses beyond 64 KB


def value_of(key: str, default: T, parse: Callable[[str], T]) -> T:
    """Return what the address says under ``key``; ``parse`` raises ValueError for nonsense."""
    asked = _asked(key)
    if asked is None:
        return default
    try:
        return parse(asked)
    except ValueError:
        st.info(f"The link asks for {key} = {_short(asked)}, which is not possible here; the default is shown instead.")
        return default


def text_now(variant: Variant) -> str:
    """Return the text that stands in the learner's box now."""
    return value_of("text", variant.example, str)


def current(key: str, default: T, parse: Callable[[str], T]) -> T:
    """Return what the control of ``key`` shows; while it is not drawn, what the address says."""
    shown: T | None = st.session_state.get(f"control_{key}")
    return value_of(key, default, parse) if shown is None else shown


def linked(
    key: str, value: T, default: T, write: Callable[[T], str] = str, resets: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the arguments that tie a widget to the address: its key and what happens on a change.

    A change also takes the keys in ``resets`` out of the address.
    """
    widget = f"control_{key}"
    st.session_state[widget] = value

    def changed() -> None:
        chosen: T = st.session_state[widget]
        keep(key, "" if chosen is None else write(chosen), write(default))
        for other in resets:
            keep(other, "")

    return {"key": widget, "on_change": changed}


def keep(key: str, value: str, default: str = "") -> None:
    """Write ``value`` to the address, or to the session where it is too long; a default leaves no trace."""
    st.session_state.pop(f"long_{key}", None)
    if value != default and fits_in_a_link(value):
        st.query_params[key] = value
        return
    st.query_params.pop(key, None)
    if value != default:
        st.session_state[f"long_{key}"] = value


def fits_in_a_link(value: str) -> bool:
    """Say whether a value is short enough for an address."""
    return len(quote_plus(value)) <= LONGEST


def is_too_long_for_a_link(key: str) -> bool:
    """Say whether the value of ``key`` is kept in the session alone."""
    return f"long_{key}" in st.session_state


def travelling() -> dict[str, str]:
    """Return what goes along from page to page: the learner's text."""
    return {"text": text} if (text := st.query_params.get("text")) else {}


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Return a parser for whole numbers from ``low`` to ``high``."""

    def parse(written: str) -> int:
        number = int(written)
        if not low <= number <= high:
            raise ValueError(written)
        return number

    return parse


def whole_numbers(written: str) -> tuple[int, ...]:
    """Parse ``3,5``: positions, each once, in order; ``none`` is the empty choice."""
    if written == "none":
        return ()
    return tuple(sorted({int(part) for part in written.split(",") if part}))


def _asked(key: str) -> str | None:
    if key in st.query_params:
        return st.query_params[key]
    return st.session_state.get(f"long_{key}")


def _short(written: str) -> str:
    """Return a harmless excerpt of an address value: letters, digits and a few signs."""
    kept = "".join(sign for sign in written[:24] if sign.isalnum() or sign in " ,.-+_")
    return f"“{kept}”"
