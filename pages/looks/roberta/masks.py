"""The mask matrix: static masks beside dynamic ones, epoch by epoch."""

from collections.abc import Callable

import streamlit as st

from pages.ui.address import current, whole_number
from pages.ui.cache import remember
from pages.ui.controls import slider
from pages.ui.figure import show_figure
from pages.ui.measured import claims_table
from pages.ui.play import stepper
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.core.encoding import Encoded
from variants.roberta import VARIANT, figures, masks
from variants.roberta.demo import Roberta
from variants.roberta.masks import COPIES, EPOCHS, SEED
from variants.roberta.published import MASKING

MOST_EPOCHS, MOST_COPIES, MOST_SEEDS = 60, 20, 99


def mask_matrix(roberta: Roberta, encoded: Encoded) -> None:
    """Draw both matrices up to an epoch, the counters and the closed form."""
    left, middle, right = st.columns(3)
    with left:
        copies = slider("Static copies", key="copies", low=1, high=MOST_COPIES, default=COPIES)
    with middle:
        epochs = slider("Epochs in all", key="epochs", low=1, high=MOST_EPOCHS, default=EPOCHS)
    with right:
        seed = slider("Seed", key="seed", low=0, high=MOST_SEEDS, default=SEED)
    epoch = stepper("Up to epoch", key="epoch", last=epochs, most=MOST_EPOCHS)
    draw = remember(masks.draw_masks)
    static = draw(roberta, encoded, epochs=epochs, seed=seed, copies=copies)
    dynamic = draw(roberta, encoded, epochs=epochs, seed=seed)
    titles = (f"Static: {copies} masks, then again", "Dynamic: a new mask each time")
    for column, title, matrix, key in zip(st.columns(2), titles, (static, dynamic), ("static", "dynamic"), strict=True):
        with column:
            show_figure(figures.mask_matrix(title, encoded.tokens, matrix, epoch, accent(VARIANT)), key=key)
    st.caption(
        "A row is an epoch; a filled token is one to predict. Grey: this pattern was seen before. Ġ stands for the "
        f"space before a word. Up to epoch {copies} both sides are the same; then static masking starts again."
    )
    _counters(roberta, encoded, static, dynamic, epoch, copies)
    _popular_accounts()


def _counters(
    roberta: Roberta,
    encoded: Encoded,
    static: masks.MaskMatrix,
    dynamic: masks.MaskMatrix,
    epoch: int,
    copies: int,
) -> None:
    candidates = masks.number_that_may_be_hidden(roberta, encoded)
    chance = masks.chance_of_a_token(len(encoded), candidates)
    st.markdown(f"**After epoch {epoch}**")
    counted = {
        "static": masks.count(roberta, encoded, static, epoch, copies),
        "dynamic": masks.count(roberta, encoded, dynamic, epoch),
    }
    show_table([{"": name} | sides for name, sides in _rows(counted, chance).items()])
    curve = figures.ever_masked_curve(
        "Share of the tokens ever hidden",
        static,
        dynamic,
        epoch=epoch,
        candidates=candidates,
        chance=chance,
        accent=accent(VARIANT),
    )
    show_figure(
        curve,
        key="ever",
        note=f"15 % of all {len(encoded)} tokens are drawn, at least one, and never a special one: "
        f"{chance:.1%} of the {candidates} others.",
    )


def _rows(counted: dict[str, masks.Counters], chance: float) -> dict[str, dict[str, str]]:
    """Return what each counter says of each side."""

    def of_both(said: Callable[[masks.Counters], str]) -> dict[str, str]:
        return {side: said(found) for side, found in counted.items()}

    return {
        "k, the draws so far": of_both(lambda found: f"{found.draws}"),
        "different patterns seen": of_both(lambda found: f"{found.patterns}"),
        "tokens ever hidden": of_both(
            lambda found: f"{found.ever_masked} of {found.candidates} ({found.ever_masked / found.candidates:.1%})"
        ),
        f"expected of this text, 1 − {1 - chance:.3g}ᵏ": of_both(lambda found: f"{found.expected:.1%}"),
        "expected of a long text, 1 − 0.85ᵏ": of_both(lambda found: f"{found.on_long_text:.1%}"),
    }


def _popular_accounts() -> None:
    with st.expander("What popular accounts mix up"):
        st.markdown(
            "“15 % of the *sequences* are masked, after being *multiplied*”: it is 15 % of the **tokens**, and the "
            "multiplying is BERT's **static** way, ten copies with a mask each. Dynamic masking copies nothing. "
            "Nor is it what made RoBERTa good; the paper measured a small difference, in both directions:"
        )
        claims_table(MASKING)


def chosen_seed() -> int:
    """Return the seed of all that is drawn on the page."""
    return current("seed", SEED, whole_number(0, MOST_SEEDS))


def chosen_matrix() -> dict[str, int]:
    """Return the matrix's controls as the address has them."""
    epochs = current("epochs", EPOCHS, whole_number(1, MOST_EPOCHS))
    return {
        "seed": chosen_seed(),
        "epochs": epochs,
        "copies": current("copies", COPIES, whole_number(1, MOST_COPIES)),
        "epoch": min(epochs, current("epoch", epochs, whole_number(1, MOST_EPOCHS))),
    }
