"""Heads switched off one at a time: attention against importance."""

import streamlit as st

from pages.looks.attention.chosen import Seen, head_name, open_head
from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import choice
from pages.ui.figure import show_figure
from pages.ui.plain import plain
from variants.core import attention_figures as figures
from variants.core.head_ablation import focus_of, rank_correlation, switch_off_each


def switched_off(seen: Seen, pin: Seen | None, layer: int, head: int) -> None:
    """Draw how far a prediction moves when each head is off."""
    st.markdown(
        "What a head is *worth* is measured, not seen: its part of the layer's output is set to zero, and the model "
        "predicts again. Each head is switched off alone."
    )
    for each, role in ((seen, "this"), (pin, "pinned")):
        if each:
            attempt(lambda each=each, role=role: _measure(each, role, layer, head))
    st.caption(
        "Many heads can be switched off after training at little cost, most of a layer even (Michel et al., 2019; "
        "Voita et al., 2019). Two heads that do the same can each be spared, and not both: this switches off one."
    )


def _measure(seen: Seen, role: str, layer: int, head: int) -> None:
    places = seen.network.places(seen.attention.encoded)
    tokens = seen.attention.encoded.tokens
    named = {place: f"{place} {tokens[place]}" for place in places}
    key = "place" if role == "this" else "place_pinned"
    label = "Predict which token?" if role == "this" else "Predict which token of the pinned text?"
    middle = places[len(places) // 2] if places else 0
    place = choice(label, named, key=key, default=middle) if len(places) > 1 else middle
    found = remember(switch_off_each)(seen.network, seen.checkpoint, seen.attention, place)
    st.caption(plain(f"{seen.network.name} is asked {seen.network.question}: place {place}, {tokens[place]}."))
    left, right = st.columns([2, 3], gap="large")
    heads = seen.shape[1]
    with left:
        title = "Share of the probability that moves when a head is off"
        grid = figures.head_grid(title, found.moved, ".1%", seen.accent, (layer, head))
        show_figure(grid, key=f"off_{role}", picked=lambda point: open_head(*divmod(point, heads)))
        if found.gained is not None:
            title = "Change of log p of what stands there"
            grid = figures.head_grid(title, found.gained, "+.2f", seen.accent, (layer, head))
            show_figure(grid, key=f"gain_{role}", picked=lambda point: open_head(*divmod(point, heads)))
    with right:
        focus = focus_of(seen.attention, place)
        points = list(zip(focus.ravel().tolist(), found.moved.ravel().tolist(), strict=True))
        axes = (f"largest weight from “{tokens[place]}”", "probability moved")
        names = [head_name(each) for each in seen.statistics]
        title = "Does the head that looks sharpest matter most?"
        show_figure(figures.head_scatter(title, names, points, axes, seen.accent), key=f"worth_{role}")
        correlation = rank_correlation(focus.ravel(), found.moved.ravel())
        changed = int((found.best_after != found.best_before).sum())
        st.markdown(
            f"{changed} of {found.moved.size} heads change the best answer when they are off. "
            + ("" if correlation is None else f"Rank correlation of sharpness and worth: {correlation:+.2f}.")
        )
