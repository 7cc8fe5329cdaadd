"""What sharing is: nudge one weight, and follow a vector through the layers."""

import streamlit as st

from pages.ui.address import current, whole_number
from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import choice, slider
from pages.ui.figure import show_figure
from pages.ui.theme import accent
from variants.albert import VARIANT, figures, sharing
from variants.albert.demo import Albert
from variants.bert import VARIANT as BERT
from variants.bert.demo import Bert
from variants.core.words import Worded, read_words

WEIGHTS: dict[str, sharing.Weight] = {"feed-forward": "feed-forward", "attention": "attention"}
NAMES = {"feed-forward": "a feed-forward weight", "attention": "an attention weight"}
MODELS = (VARIANT.name, BERT.name)
LAYERS, MOST_TIMES, MOST_AMOUNT = 4, 24, 10
LAYER, AMOUNT, WEIGHT = 3, 2, "feed-forward"
EVERY = -1  # the mean over all tokens instead of one word


def what_sharing_is(bert: Bert, albert: Albert, text: str) -> None:
    """Draw what a nudged weight moves, and how far vectors go from layer to layer."""
    worded = attempt(lambda: [remember(read_words)(model, text) for model in (albert, bert)])
    if worded is None:
        return
    _nudged((albert, bert), worded)
    _paths((albert, bert), worded)


def _nudged(models: tuple[Albert, Bert], worded: list[Worded]) -> None:
    st.markdown(
        "**Nudge one weight.** Our ALBERT has one layer object, used four times; BERT has four. Change one number in "
        "a layer and run your text before and after: how far does the output of each layer move?"
    )
    left, middle, right = st.columns(3)
    with left:
        weight = WEIGHTS[choice("Which weight?", {key: key for key in WEIGHTS}, key="weight", default=WEIGHT)]
    with middle:
        layer = slider("A weight of layer", key="layer", low=1, high=LAYERS, default=LAYER)
    with right:
        amount = slider("Add to it", key="amount", low=0, high=MOST_AMOUNT, default=AMOUNT)
    found = [
        remember(sharing.nudge)(model, read.encoded, layer=layer, weight=weight, amount=amount)
        for model, read in zip(models, worded, strict=True)
    ]
    moved = {name: each.moved for name, each in zip(MODELS, found, strict=True)}
    layers = [f"layer {number}" for number in range(1, LAYERS + 1)]
    title = f"How far each layer's output moves when {NAMES[weight]} of layer {layer} changes"
    bars = figures.grouped_bars(title, layers, moved, (accent(VARIANT), accent(BERT)), form=".3%")
    used = [", ".join(f"{place + 1}" for place in each.users) for each in found]
    show_figure(
        bars,
        key="nudge",
        note=f"The weight is used by layers {used[0]} of ALBERT and by layer {used[1]} of BERT. As a share of the "
        "output's length. Nothing is copied from layer to layer: there is only one weight.",
    )


def _paths(models: tuple[Albert, Bert], worded: list[Worded]) -> None:
    st.markdown(
        "**Unroll the layers.** How far does a vector go at each step, and by how much does it turn? ALBERT's one "
        "layer can be applied more often than it was trained for."
    )
    words = {
        number: word.text
        for number, word in enumerate(worded[0].words)
        if all(read.places[number] for read in worded) and not word.is_mask
    }
    left, right = st.columns(2)
    with left:
        whose = choice("Whose vector?", {EVERY: "all tokens, the mean"} | words, key="whose", default=EVERY)
    with right:
        times = slider("Apply ALBERT's layer", key="times", low=1, high=MOST_TIMES, default=LAYERS)
    paths = {
        name: sharing.path_of(
            remember(sharing.states_of)(model, read.encoded, turns),
            range(len(read.encoded)) if whose == EVERY else read.places[whose],
        )
        for name, model, read, turns in zip(MODELS, models, worded, (times, None), strict=True)
    }
    steps = [f"{number}" for number in range(1, max(times, LAYERS) + 1)]
    colours = (accent(VARIANT), accent(BERT))
    drawn = (
        ("Distance gone in each layer (L2)", "distance", {name: path.distances for name, path in paths.items()}),
        ("Turn made in each layer", "turn", {name: path.angles for name, path in paths.items()}),
    )
    for column, (title, key, lines) in zip(st.columns(2), drawn, strict=True):
        with column:
            axis = "degrees" if key == "turn" else "L2 distance"
            show_figure(figures.two_lines(title, steps, lines, colours, axis=axis, form=".1f"), key=key)
    st.caption(
        "The paper draws the same for 24 layers (Lan et al., 2019, Figure 1): ALBERT's steps are smoother than BERT's, "
        "and do not shrink to nothing. Beyond layer 4 you see what the layer does, not what it was trained to do."
    )


def chosen_nudge() -> tuple[int, sharing.Weight, int]:
    """Return the layer, the weight and what is added, also while their controls are not drawn."""
    return (
        current("layer", LAYER, whole_number(1, LAYERS)),
        WEIGHTS.get(current("weight", WEIGHT, str), "feed-forward"),
        current("amount", AMOUNT, whole_number(0, MOST_AMOUNT)),
    )
