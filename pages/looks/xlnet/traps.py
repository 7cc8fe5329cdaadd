"""Four traps of permutation language modelling, each measured on the learner's text."""

import streamlit as st

from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.plain import plain
from pages.ui.table import show_table
from variants.xlnet import traps
from variants.xlnet.demo import OrderReading, XLNet


def four_traps(xlnet: XLNet, reading: OrderReading) -> None:
    """Draw each trap with what it does to this text in this order."""
    st.markdown("None of these raises an error. The fourth is how a widely used library prepares its batches.")
    _first_token(xlnet, reading)
    _polarity(xlnet, reading)
    _partial_prediction(reading)
    attempt(lambda: _overwritten(xlnet, reading))


def _first_token(xlnet: XLNet, reading: OrderReading) -> None:
    found = remember(traps.first_token)(xlnet, reading.encoded, reading.factorization)
    st.markdown("**1. The first token of a full order sees everything**")
    st.markdown(
        f"“{plain(found.token)}” comes first. Nothing is before it, all its scores are the same huge negative number, "
        f"and the softmax over them is uniform: in the first layer each of the {found.tokens} tokens, itself included, "
        f"gets {_between(found.lowest, found.highest)} of its attention. Editing the token moves its own prediction "
        f"by {found.moved:.2%}. With `<sep>` and `<cls>` before it, as on this page, log p is "
        f"{found.sees_specials:.2f}; without them it would have read {found.sees_nothing:.2f}."
    )


def _between(lowest: float, highest: float) -> str:
    low, high = f"{lowest:.2%}", f"{highest:.2%}"
    return low if low == high else f"{low} to {high}"


def _polarity(xlnet: XLNet, reading: OrderReading) -> None:
    found = remember(traps.wrong_masks)(xlnet, reading.encoded, reading.factorization)
    st.markdown("**2. In the mask, 1 means “must not look”**")
    show_table(
        [
            {
                "perm_mask": masked.name,
                "“log p” of the text": f"{masked.total:.2f}",
                "last token edited: its own prediction moves by": f"{masked.moved:.2%}",
            }
            for masked in found
        ]
    )
    st.caption(
        "To hide a token, hide its column. Hidden from itself alone, it comes in through its neighbours, which saw it. "
        "Only the first row is a probability of the text."
    )


def _partial_prediction(reading: OrderReading) -> None:
    found = traps.late_and_early(reading)
    st.markdown("**3. Not all of the order is predicted**")
    measured = ""
    if found:
        measured = (
            f" In the order above, nothing given, the mean log p of the first half of the tokens is {found[0]:.2f}, of "
            f"the last sixth {found[1]:.2f}."
        )
    st.markdown(
        "Early tokens of an order have next to nothing to see, and learning from them is slow. Pre-training predicts "
        f"the last sixth only and gives the rest.{measured} Move the slider *Given* above to do the same."
    )


def _overwritten(xlnet: XLNet, reading: OrderReading) -> None:
    st.markdown("**4. A collator that hides the targets from each other**")
    found = remember(traps.overwritten)(xlnet, reading.encoded)
    first, second = plain(found.first), plain(found.second)
    st.markdown(
        "The transformers library's `DataCollatorForPermutationLanguageModeling` writes `<mask>` over every target, "
        f"so that no target informs another. log p of “{second}” is {found.real:.2f} after the real “{first}”, and "
        f"{found.mask:.2f} after `<mask>` in its place; the reference implementation keeps the real tokens."
    )
