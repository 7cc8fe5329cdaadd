"""The controls of the pipeline: what is hidden, and how the generator's guesses become tokens."""

import streamlit as st

from pages.ui.address import current, keep, whole_number
from pages.ui.controls import choice, slider, token_picker
from pages.ui.decimal import decimal_slider
from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded
from variants.core.reading import default_masks
from variants.electra.model import Electra
from variants.electra.pipeline import candidates_of, draw_masks

MOST_SEEDS = 99
FRACTION, HOTTEST = 15, 3.0
WAYS = {"draw": "a share, drawn", "click": "words that I click"}
PICKS = {"sample": "a sample", "best": "the best guess"}


def hidden(electra: Checkpoint[Electra], encoded: Encoded) -> tuple[int, ...]:
    """Draw how tokens are hidden; return the places."""
    way = choice("What is hidden?", WAYS, key="hide", default="draw")
    if way == "click":
        return token_picker(
            "Click a token to hide it, click again to show it",
            encoded.tokens,
            candidates_of(electra, encoded),
            key="mask",
            default=default_masks(electra, encoded),
        )
    left, right = st.columns(2)
    with left:
        percent = slider("Share of the tokens, in %", key="fraction", low=1, high=100, default=FRACTION)
    with right:
        seed = slider("Draw number (the seed)", key="seed", low=0, high=MOST_SEEDS, default=0)
    return draw_masks(electra, encoded, fraction=percent / 100, seed=seed)


def sampling() -> tuple[float, int]:
    """Draw how the generator's guesses become tokens; return the temperature, 0 for the best guess, and the draw."""
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        pick = choice("The generator fills in", PICKS, key="pick", default="sample")
    seed = current("seed", 0, whole_number(0, MOST_SEEDS))  # also of the samples, until they are drawn again
    sample = current("sample", seed, whole_number(0, MOST_SEEDS))
    if pick == "best":
        right.caption("ELECTRA is not trained so: the best guess is right too often and always says the same.")
        return 0.0, sample
    with right:
        temperature = decimal_slider(
            "Temperature", key="temperature", low=0.1, high=HOTTEST, step=0.1, default=1.0,
            help="1 as in training; lower is surer, higher is wilder. Only the discriminator runs again.",
        )  # fmt: skip
    st.button(
        f"Sample again (draw {sample})",
        key="resample",
        on_click=keep,
        args=("sample", str((sample + 1) % (MOST_SEEDS + 1)), str(seed)),
    )
    return temperature, sample
