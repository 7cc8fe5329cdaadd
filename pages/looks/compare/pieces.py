"""Who splits where: the words of a text above each other, as every model cuts them."""

from collections.abc import Mapping, Sequence

import streamlit as st

from pages.ui.aligned import Column, aligned_rows
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
        "A dot stands between pieces. WordPiece, byte-level BPE and Unigram write the space before a word in their "
        f"own ways; here it is left away. Tinted: not all cut it alike. A dash: beyond what the model reads.{more}"
    )


def _column(number: int, word: str, cuts: Sequence[Cut]) -> Column:
    cells = ["·".join(_bare(piece) for piece in each.pieces(number)) or "–" for each in cuts]
    return Column(tokens=(word, *cells), share=0.0, value="", style="cut differs" if len(set(cells)) > 1 else "cut")


def _bare(piece: str) -> str:
    return piece.removeprefix("##").lstrip("▁Ġ") or "␣"
