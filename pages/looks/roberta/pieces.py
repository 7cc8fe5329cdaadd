"""WordPiece and byte-level BPE on the same text."""

import streamlit as st

from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import choice
from pages.ui.table import show_table
from pages.ui.tokens import token_strip
from variants.bert.demo import Bert
from variants.roberta.demo import Roberta
from variants.roberta.pieces import MOST_CHARACTERS, Pieces, cut

SPECIMENS = {
    "emoji": "I \U0001f600 love \U0001f355 and \U0001f9ca tea.",
    "accents": "Zoë ordered crème brûlée at the café.",
    "typos": "Teh quikc brwon fox jmups ovr the lzay dog.",
    "script": "Привет, мир! こんにちは。",
}
NAMES = {"yours": "your text", "emoji": "emoji", "accents": "accents", "typos": "typos", "script": "other scripts"}


def byte_pieces(models: tuple[Bert, Roberta], text: str) -> None:
    """Cut a text with both vocabularies, and count."""
    st.markdown(
        "WordPiece spells with the characters that it met in training, byte-level BPE with the 256 bytes, so that it "
        f"never needs an “unknown”. Both have {models[1].vocabulary.size:,} pieces here, learned from the same text."
    )
    chosen = choice("Which text?", NAMES, key="specimen", default="yours")
    shown = SPECIMENS.get(chosen, text)
    found = attempt(lambda: [remember(cut)(model, shown) for model in models])
    if found is None:
        return
    named = dict(zip(("WordPiece (BERT)", "byte-level BPE (RoBERTa)"), found, strict=True))
    for name, pieces in named.items():
        st.markdown(f"**{name}**")
        token_strip(
            pieces.tokens,
            label=name,
            marks={place: "random" for place, token in enumerate(pieces.tokens) if token == "[UNK]"},
            under=pieces.spelled,
        )
    st.caption(
        "Ġ is the space before a word. Below a piece that is no plain text stand its bytes: one piece can be a "
        "part of a letter." + (f" Only the first {MOST_CHARACTERS} characters are cut." if _is_cut(shown) else "")
    )
    show_table([_row(name, pieces) for name, pieces in named.items()])


def _is_cut(text: str) -> bool:
    return len(text) > MOST_CHARACTERS


def _row(name: str, pieces: Pieces) -> dict[str, str]:
    return {
        "vocabulary": name,
        "tokens": f"{len(pieces.tokens)}",
        "unknown": f"{pieces.unknown}",
        "characters per token": f"{pieces.characters_per_token:.2f}",
        "gives the text back": "to the letter" if pieces.is_lossless else f"no: {pieces.back[:60]}",
    }
