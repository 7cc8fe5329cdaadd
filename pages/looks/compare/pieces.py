"""Who splits where: the words of a text above each other, as every model cuts them."""

from collections.abc import Mapping, Sequence

import streamlit as st

from pages.ui.aligned import Column, aligned_rows
from variants.core.shown_pieces import Piece
from variants.core.side_by_side import Cut
from variants.core.variant import Variant

MANY = 48  # words that are drawn cut up


def draw_pieces(running: Sequence[Variant], cuts: Mapping[str, Cut]) -> None:
    """Draw the words, and below each how every model cuts it."""
    words = next(iter(cuts.values())).words
    columns = [_column(number, word.shown, [cuts[v.slug] for v in running]) for number, word in enumerate(words[:MANY])]
    names = ["the word", *(variant.name for variant in running)]
    aligned_rows(names, columns, label="The words as each model cuts them", colour="transparent")
    more = f" The first {MANY} of {len(words):,} words." if len(words) > MANY else ""
    st.caption(
        "A dot stands between pieces; ␣ is the space before a word as a piece of its own. A character that is cut too "
        "is shown as its bytes, in hexadecimal. An unknown piece is read as the same token whatever it says. Tinted: "
        f"not all cut it alike. A dash: nothing of it is read.{more}"
    )


def _column(number: int, word: str, cuts: Sequence[Cut]) -> Column:
    cells = ["·".join(map(_named, each.pieces[number])) or "–" for each in cuts]
    return Column(tokens=(word, *cells), share=0.0, value="", style="cut differs" if len(set(cells)) > 1 else "cut")


def _named(piece: Piece) -> str:
    return f"{piece.text} (unknown)" if piece.kind == "unknown" else piece.text
