"""The controls of the parameter lab: a published network to start from, sizes, and what the layers share."""

import streamlit as st

from pages.ui.address import current, whole_number
from pages.ui.controls import choice, slider
from variants.albert.sizes import MOST, PRESETS, SHARINGS, Sharing, Sizes, divisors
from variants.core.errors import InputError

CONTROLS = {  # field of Sizes -> label, range of the slider, step
    "layers": ("Layers L", (1, 48), 1),
    "hidden": ("Hidden size H", (64, 4096), 64),
    "feed_forward": ("Feed-forward size F", (256, 16384), 256),
    "heads": ("Heads A", (1, 64), 1),
    "vocabulary": ("Vocabulary V", (1000, 120_000), 1),
    "embedding": ("Embedding size E", (16, 4096), 16),
}
SHARED = {
    "none": "nothing",
    "attention": "attention",
    "feed-forward": "feed-forward",
    "all": "all",
    "groups": "in groups",
}
KINDS: dict[str, Sharing] = {str(sharing): sharing for sharing in SHARINGS}
SHARING_HELP = "ALBERT shares all. Groups of two: layers 1 and 2 have one set of weights, layers 3 and 4 another."
PRESET = "base"


def choose_sizes() -> Sizes:
    """Draw the controls; return the sizes, or raise InputError for those that no network can have."""
    name = choice(
        "Start from",
        {key: name for key, (name, _) in PRESETS.items()},
        key="preset",
        default=PRESET,
        resets=[*CONTROLS, "sharing", "group"],
    )
    preset = PRESETS[name][1]
    sharing = KINDS[
        choice("What do the layers share?", SHARED, key="sharing", default=str(preset.sharing), help=SHARING_HELP)
    ]
    chosen: dict[str, int] = {}
    columns = [*st.columns(3), *st.columns(3)]
    for column, (key, (label, (low, high), step)) in zip(columns, CONTROLS.items(), strict=True):
        with column:
            chosen[key] = slider(label, key=key, low=low, high=high, default=getattr(preset, key), step=step)
    group = 1
    if sharing == "groups":
        possible = {part: f"{part}" for part in divisors(chosen["layers"])}
        group = choice("Neighbouring layers in a group", possible, key="group", default=1)
    return Sizes(**chosen, sharing=sharing, group=group, positions=preset.positions)


def chosen_sizes() -> Sizes | None:
    """Return the sizes as the address has them, also while their controls are not drawn; None if they are illegal."""
    try:
        preset = PRESETS[current("preset", PRESET, str)][1]
        numbers = {key: current(key, getattr(preset, key), whole_number(1, MOST[key])) for key in CONTROLS}
        sharing = KINDS[current("sharing", str(preset.sharing), str)]
        group = current("group", 1, whole_number(1, MOST["layers"]))
        return Sizes(**numbers, sharing=sharing, group=group, positions=preset.positions)
    except (InputError, KeyError):  # said where they are chosen
        return None
