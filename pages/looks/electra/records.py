"""What is on record: our models and what they had in common; the paper's tables, and where its code differs."""

from collections.abc import Sequence

import streamlit as st

from pages.ui.beside import show_beside_bert
from pages.ui.cache import remember
from pages.ui.measured import claims_table, show_metrics
from pages.ui.table import show_table
from variants.core.checkpoint import read_metrics
from variants.electra import VARIANT
from variants.electra.published import (
    ABLATION,
    LARGE,
    ODDITIES,
    SMALL_AND_BASE,
    Budget,
    share_chosen_with_replacement,
)

WINDOW = 128  # tokens, two of them special
DRAWS = 19  # 15 % of them
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def records() -> None:
    """Draw measures of our models where they exist, then the published ones."""
    if remember(read_metrics)(VARIANT.slug):
        show_metrics(VARIANT)
        show_beside_bert(VARIANT)
    st.markdown(
        "**Published, at full size: where the gain comes from.** Most of it comes from the loss on all tokens; that "
        "the kept network never meets [MASK] adds little."
    )
    claims_table(ABLATION)
    st.markdown(
        "**Published, at full size: what a pre-training costs.** “More efficient” means this. A fine-tuned ELECTRA "
        "takes as long to answer as a BERT of its size."
    )
    _budgets(SMALL_AND_BASE)
    _budgets(LARGE)
    st.caption(f"FLOPs of the whole pre-training: {LARGE[0].flops.source}.")
    _released()
    _popular_accounts()


def _budgets(rows: Sequence[Budget]) -> None:
    show_table(
        [
            {
                "model": row.model,
                "training FLOPs": _power(row.flops.value),
                row.score.text.split(",")[0]: f"{row.score.value}",
                "score from": row.score.source,
            }
            for row in rows
        ]
    )


def _power(number: float) -> str:
    """Write a large number as 6.4 × 10¹⁹."""
    digits, power = f"{number:.1e}".split("e+")
    return f"{digits} × 10{power.translate(RAISED)}"


def _released() -> None:
    with st.expander("The released models and code differ from the paper"):
        claims_table(ODDITIES)
        share = share_chosen_with_replacement(DRAWS, WINDOW - 2)
        st.markdown(
            f"The code also draws positions with replacement: {DRAWS} draws among {WINDOW - 2} tokens hit "
            f"{share * (WINDOW - 2) / WINDOW:.1%} of a window of {WINDOW} on average, not 15 %, and a place drawn "
            "twice gets the mean of two token ids, which is some other word. Ours draws without replacement and hides "
            "every chosen token."
        )


def _popular_accounts() -> None:
    with st.expander("What popular accounts mix up"):
        st.markdown(
            "- “The generator masks words”: chance does; the generator **fills** them in.\n"
            "- “Replaced token detection *instead of* masked language modelling”: the generator is trained with "
            "masked language modelling; only the network that is kept is not.\n"
            "- “Faster”: **pre-training** reaches a score with less computation. The finished model is as fast as a "
            "BERT of its size."
        )
