"""The paper's figure on the learner's words: x3 of four tokens, predicted under four orders."""

import streamlit as st

from pages.ui.cache import remember
from pages.ui.controls import slider
from pages.ui.figure import show_figure
from pages.ui.plain import plain
from pages.ui.theme import accent
from pages.ui.tokens import token_strip
from variants.core.figures import probability_bars
from variants.xlnet import VARIANT
from variants.xlnet.demo import OrderReading, XLNet
from variants.xlnet.paper_figure import LENGTH, ORDERS, TARGET, PaperFigure, four_orders, starts


def the_papers_figure(xlnet: XLNet, reading: OrderReading) -> None:
    """Choose four tokens; draw the four panels and what each says of x3."""
    st.markdown(
        "The paper draws four tokens, predicts the third under four orders, and lets it see a memory of what stands in "
        "front. Here are the same four orders on your words."
    )
    allowed = starts(reading.encoded)
    usual = max(1, allowed[-1] - 1)
    start = usual
    if len(allowed) > 1:
        start = slider("Where the four tokens begin", key="start", low=1, high=allowed[-1], default=usual)
    figure = remember(four_orders)(xlnet, reading.encoded, start)
    for first in range(0, len(ORDERS), 2):
        for column, number in zip(st.columns(2, gap="large"), (first, first + 1), strict=True):
            with column:
                _panel(figure, number)
    memory = plain(" ".join(figure.memory))
    st.caption(
        f"Filled: what x3 sees in this order. Framed: x3. The memory, {memory}, is seen in all four; in the first "
        "order there is nothing else."
    )
    names = [_arrows(number) for number in range(len(ORDERS))]
    chances = [panel.probability for panel in figure.panels]
    title = f"p of “{figure.tokens[TARGET]}” as x3, under the four orders"
    show_figure(probability_bars(title, names, chances, accent(VARIANT)), key="paper")


def _panel(figure: PaperFigure, number: int) -> None:
    panel = figure.panels[number]
    tokens = ("mem", *figure.tokens)
    marks = {place + 1: "seen" for place, sees in enumerate(panel.seen) if sees} | {0: "seen", TARGET + 1: "edge"}
    length = len(figure.memory)
    under = [f"{length} token{'s' if length > 1 else ''}", *(f"x{place + 1}" for place in range(LENGTH))]
    st.markdown(f"**Order {_arrows(number)}**")
    token_strip(tokens, label=f"Order {_arrows(number)}: what x3 sees", marks=marks, under=under)


def _arrows(number: int) -> str:
    return " → ".join(str(place + 1) for place in ORDERS[number])
