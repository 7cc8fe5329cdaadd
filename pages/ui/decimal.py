"""A slider over decimal numbers, tied to the page's address."""

from collections.abc import Callable

import streamlit as st

from pages.ui.address import linked, value_of


def decimal_slider(
    label: str, *, key: str, low: float, high: float, step: float, default: float, help: str | None = None
) -> float:
    """Draw a slider from ``low`` to ``high`` in steps."""
    value = value_of(key, default, decimal(low, high))
    return st.slider(label, low, high, step=step, help=help, **linked(key, value, default, "{:g}".format))


def decimal(low: float, high: float) -> Callable[[str], float]:
    """Return a parser for numbers from ``low`` to ``high``."""

    def parse(written: str) -> float:
        number = float(written)
        if not low <= number <= high:  # nan is not between
            raise ValueError(written)
        return number

    return parse
