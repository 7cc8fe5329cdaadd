"""Factorisation: BERT's real token table at any rank."""

import streamlit as st

from pages.ui.address import current, value_of, whole_number
from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import slider, words
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.albert import VARIANT, factorization, figures
from variants.albert.factorization import Neighbour
from variants.bert.demo import Bert

RANK, WIDEST, WORD, COUNT = 64, 256, "walked", 8


def smaller_table(bert: Bert) -> None:
    """Draw what is lost at a rank, what is saved, and a word's neighbours before and after."""
    factors = factorization.factorize(bert)
    vocabulary, hidden = factors.shape
    st.markdown(
        f"Our BERT's token table holds {vocabulary:,} × {hidden} numbers. ALBERT says: {hidden} numbers are for what a "
        "word means *here*; what it means on its own needs fewer. A table of rank E is V × E times E × H. How much of "
        "BERT's table fits through?"
    )
    rank = slider("Rank E", key="rank", low=1, high=WIDEST, default=RANK)
    whole, parts = vocabulary * hidden, factors.parameters(rank)
    left, right = st.columns([3, 2], gap="large")
    with left:
        curve = figures.error_curve("What the nearest table of rank E has lost", factors.lost(), rank, accent(VARIANT))
        show_figure(
            curve, key="lost", note="As a share of the table's length (Frobenius norm), at the best of ranks E."
        )
    with right:
        st.metric("numbers in the table", f"{whole:,}")
        change = f"{parts / whole - 1:+.0%}" if parts != whole else "no change"
        st.metric(f"in two factors of rank {rank}", f"{parts:,}", change, delta_color="off")
        st.caption(f"From rank {factors.pays_below} on, two factors hold more numbers than the table.")
    word = words("A word, and its nearest neighbours", key="near", default=WORD)
    if word:
        attempt(lambda: _neighbours(bert, word, rank))
    st.caption(
        "ALBERT cuts no trained table: it learns both factors from the start. So this is not what ALBERT lost, but how "
        "far from rank E a table is that was free to use all of its width."
    )


def _neighbours(bert: Bert, word: str, rank: int) -> None:
    find = remember(factorization.neighbours_at_rank)
    before, after = find(bert, word, WIDEST, COUNT), find(bert, word, rank, COUNT)
    show_table(
        [
            {"": f"{place}", "in BERT's table": _written(full), f"at rank {rank}": _written(cut)}
            for place, (full, cut) in enumerate(zip(before, after, strict=True), start=1)
        ]
    )
    same = factorization.kept(before, after)
    st.caption(
        f"{same} of the {len(before)} neighbours are the same. The numbers are cosines: high for all pieces, as their "
        "vectors share a direction."
    )


def _written(neighbour: Neighbour) -> str:
    return f"{neighbour.token} {neighbour.cosine:.2f}"


def chosen_rank() -> tuple[int, str]:
    """Return the rank and the word, also while their controls are not drawn."""
    return current("rank", RANK, whole_number(1, WIDEST)), value_of("near", WORD, str)
