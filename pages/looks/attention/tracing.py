"""Attention traced through all layers: rollout and flow, beside the last layer's own weights."""

import streamlit as st

from pages.looks.attention.chosen import Seen
from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import slider
from pages.ui.figure import show_figure
from pages.ui.plain import plain
from variants.core import attention_figures as figures
from variants.core.figures import GREY
from variants.core.rollout import flow, rollout


def traced(seen: Seen, pin: Seen | None, _layer: int, _head: int) -> None:
    """Draw what of each token arrives at the last state of one token."""
    st.markdown(
        "After layer 1 a state is a mixture of tokens, so a weight of layer 4 points at a mixture. **Rollout** follows "
        "the mixing back: each layer is the mean of its heads, half of it replaced by the token itself for the "
        "residual connection, and the layers are multiplied. **Flow** takes the same numbers as the widths of "
        "pipes and asks how much could run from the state down to a token; its shares do not sum to 100 % "
        "(Abnar and Zuidema, 2020)."
    )
    for each, role in ((seen, "this"), (pin, "pinned")):
        if each:
            _draw(each, role)
    st.caption(
        "Limits: heads are averaged though they do different things; values, feed-forward layers and normalisation are "
        "left out; the half for the residual is a convention. Neither says what caused a prediction."
    )


def _draw(seen: Seen, role: str) -> None:
    if seen.network.untraceable:
        st.info(plain(seen.network.untraceable))
        return
    tokens = seen.attention.encoded.tokens
    key = "trace" if role == "this" else "trace_pinned"
    place = slider(
        "Token to trace" + (", pinned" if role != "this" else ""), key=key, low=0, high=len(tokens) - 1, default=1
    )
    arrived = remember(rollout)(seen.attention)[-1, place]
    last = seen.attention.weights[-1, :, place].mean(0)
    series = {"rollout": arrived.tolist(), "last layer, mean of heads": last.tolist()}
    ran = attempt(lambda: remember(flow)(seen.attention, place))
    if ran is not None:
        series["flow"] = ran.tolist()
    title = f"{seen.network.name}: what reaches token {place}, “{tokens[place]}”"
    show_figure(figures.token_bars(title, tokens, series, (seen.accent, GREY, seen.pin_accent)), key=f"traced_{role}")
