"""One head, close: its heat map, what differs from the pinned one, and bertviz's three views."""

from collections.abc import Callable

import streamlit as st

from pages.looks.attention.chosen import Seen, described
from pages.ui.cache import remember
from pages.ui.figure import show_figure
from pages.ui.plain import plain
from pages.ui.theme import is_dark
from variants.core import attention_figures
from variants.core.bertviz_frames import Frame, head_frame, model_frame, neuron_frame
from variants.core.figures import attention_heatmap

MOST_FRAMES = 24


def heat_map(seen: Seen, pin: Seen | None, layer: int, head: int) -> None:
    """Draw the open head as a heat map; with a pin also the pinned one and the difference."""
    where = f"layer {layer + 1}, head {head + 1}"
    weights, tokens = seen.attention.weights[layer, head], seen.attention.encoded.tokens
    title = f"{seen.network.name}: where each token looks in {where}"
    note = "A row is a token that looks; it sums to 100 %."
    if not all(seen.attention.looks):
        note += " A row without colour has no query: it is not predicted."
    show_figure(attention_heatmap(title, tokens, weights, seen.accent), key="heat", note=note)
    if not pin:
        return
    if layer >= pin.shape[0] or head >= pin.shape[1]:
        st.info("The pinned network has no such head.")
        return
    beside, pinned_tokens = pin.attention.weights[layer, head], pin.attention.encoded.tokens
    title = f"Pinned, {pin.network.name}: the same place, {where}"
    show_figure(attention_heatmap(title, pinned_tokens, beside, pin.pin_accent), key="heat_pinned")
    if pinned_tokens == tokens or len(pinned_tokens) == len(tokens):
        names = [a if a == b else f"{a} / {b}" for a, b in zip(tokens, pinned_tokens, strict=True)]
        title = f"This minus the pinned one, {where}"
        show_figure(
            attention_figures.difference_map(title, names, weights - beside, seen.accent),
            key="heat_change",
            note="Heads of two networks have no order in common: the same number need not mean the same work.",
        )
    else:
        st.info(
            f"The two texts have {len(tokens)} and {len(pinned_tokens)} tokens, so no cell of one belongs to a cell of "
            "the other; the numbers of the heads above can still be compared."
        )


def head_view(seen: Seen, pin: Seen | None, layer: int, head: int) -> None:
    """Draw bertviz's head view."""
    st.markdown(
        "Lines run from the token that looks to the tokens looked at; each head has a colour. Point at a token to see "
        "only its lines, double-click a colour to see one head."
    )
    _framed(head_frame, seen, pin, layer, head)


def model_view(seen: Seen, pin: Seen | None, layer: int, head: int) -> None:
    """Draw bertviz's model view."""
    st.markdown("All heads of all layers, small. Click one to enlarge it.")
    _framed(model_frame, seen, pin, layer, head)


def neuron_view(seen: Seen, pin: Seen | None, layer: int, head: int) -> None:
    """Draw bertviz's neuron view."""
    st.markdown(
        "Where a weight comes from: the query of one token times the keys of all, number by number. Point at a token, "
        "then press the plus sign that appears beside it."
    )
    if seen.network.products:
        st.caption(plain(seen.network.products))
    _framed(neuron_frame, seen, pin, layer, head)


def _framed(draw: Callable[..., Frame], seen: Seen, pin: Seen | None, layer: int, head: int) -> None:
    for each, role in ((seen, "this"), (pin, "pinned")):
        if each is None:
            continue
        if role == "pinned":
            st.markdown(f"**Pinned.** {plain(described(each))}")
        layers, heads = each.shape
        layer, head = min(layer, layers - 1), min(head, heads - 1)
        frame = remember(draw, most=MOST_FRAMES)(each.attention, layer, head, dark=is_dark())
        if frame.left_out:
            st.info(frame.left_out)
        with st.container(key=f"bertviz_{role}"):
            st.iframe(frame.html, alt=f"bertviz, {described(each)}")
    st.caption(
        "Drawn by [bertviz](https://github.com/jessevig/bertviz) (Vig, 2019), from files of this site. "
        "Weights are sent in 255 steps; sums and sorts above use the model's own numbers."
    )
