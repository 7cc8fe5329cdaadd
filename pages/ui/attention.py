"""The attention explorer in small: one head of the chapter's own model on the learner's text, and the way there."""

from typing import Any

import streamlit as st

from pages.ui.address import fits_in_a_link
from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import choice, slider
from pages.ui.figure import show_figure
from pages.ui.menu import guide_link
from pages.ui.plain import plain
from pages.ui.theme import accent
from variants.core.variant import Variant

MOST_TEXTS = 16  # kept at a time: one of 128 tokens holds about 2 MB


def attention_close_up(variant: Variant, text: str) -> None:
    """Let the learner choose a head and draw where it looks; a variant of several networks lets choose among them."""
    networks = {network.key: network for network in variant.part("attention").NETWORKS}
    names = {key: network.name for key, network in networks.items()}
    key = next(iter(names))
    if len(names) > 1:
        key = choice("Which network looks?", names, key="network", default=key, resets=("at_layer", "at_head"))
    attempt(lambda: _draw_head(variant, networks[key], text))


def _draw_head(variant: Variant, network: Any, text: str) -> None:
    from variants.core.figures import attention_heatmap

    checkpoint = network.load()
    attention = remember(network.look, most=MOST_TEXTS)(checkpoint, network.read(checkpoint, text, None))
    layers, heads = attention.weights.shape[:2]
    left, right = st.columns(2)
    with left:
        layer = slider("Layer", key="at_layer", low=1, high=layers, default=1)
    with right:
        head = slider("Head", key="at_head", low=1, high=heads, default=1) if heads > 1 else 1
    title = f"{network.name}: where each token looks in layer {layer}, head {head}"
    weights = attention.weights[layer - 1, head - 1]
    heat = attention_heatmap(title, attention.encoded.tokens, weights, accent(variant))
    show_figure(heat, key="attention", note="Each row is one token and sums to 100 %. Attention is no explanation.")
    if network.note:
        st.caption(plain(network.note))
    explorer_link(network.key, text, layer, head)


def explorer_link(model: str, text: str, layer: int, head: int) -> None:
    """Draw the link to the same head in the explorer; layer and head count from 1."""
    taken = {"text": text} if fits_in_a_link(text) else {}
    address = taken | {"model": model, "layer": str(layer), "head": str(head)}
    guide_link("attention", "All heads of all layers: open this one in the attention explorer", address)
