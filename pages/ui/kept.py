"""Large things that a session keeps from one run of the script to the next, a few on the whole server.

A session that ends lets go of its own. When too many are kept, the oldest makes room: its session
finds nothing and starts anew, which is better than a server without memory.
"""

import threading
import weakref
from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")

MOST = 2  # things of about 100 MB each


class _Box:
    """Holds one thing until it is emptied."""

    def __init__(self, thing: Any) -> None:
        self.thing = thing


_boxes: list[weakref.ref[_Box]] = []  # oldest first
_changing = threading.Lock()


def kept(key: str, of: type[T]) -> T | None:
    """Return what this session keeps under ``key``, None where it was never put or had to make room."""
    box = st.session_state.get(f"kept_{key}")
    thing = box.thing if isinstance(box, _Box) else None
    return thing if isinstance(thing, of) else None


def keep_large(key: str, make: Callable[[], T]) -> T:
    """Make something and keep it for this session; make room first."""
    let_go(key)
    with _changing:
        living = [(reference, box) for reference in _boxes if (box := reference()) and box.thing is not None]
        for _, box in living[: max(0, len(living) - MOST + 1)]:
            box.thing = None
    thing = make()
    box = _Box(thing)
    with _changing:
        _boxes[:] = [reference for reference in _boxes if (other := reference()) and other.thing is not None]
        _boxes.append(weakref.ref(box))
    st.session_state[f"kept_{key}"] = box
    return thing


def let_go(key: str) -> None:
    """Forget what this session keeps under ``key``."""
    box = st.session_state.pop(f"kept_{key}", None)
    if isinstance(box, _Box):
        box.thing = None
