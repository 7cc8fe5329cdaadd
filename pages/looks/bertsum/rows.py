"""An article and a summary as the page draws them: the learner's words escaped, one sentence a row."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.ui.controls import slider
from variants.bertsum.pasted import Piece, Reading
from variants.bertsum.rouge import Marked
from variants.bertsum.summary import Blocked, Choice

MOST_ROWS = 150  # in the page at once
SHADES = ("", "word", "pair")


def article_rows(reading: Reading, scores: Sequence[float], choice: Choice, colour: str) -> None:
    """Draw the article in the order of its sentences; of a long one, a part."""
    rows = [(piece, place == 0) for pieces in reading.paragraphs for place, piece in enumerate(pieces)]
    number = 1
    if len(rows) > MOST_ROWS:
        last = -(-len(rows) // MOST_ROWS)
        number = slider(f"Part shown, {MOST_ROWS} sentences each", key="shown", low=1, high=last, default=1)
    blocked = {each.sentence: each for each in choice.blocked}
    highest = max(scores)
    shown = rows[(number - 1) * MOST_ROWS : number * MOST_ROWS]
    cells = [_row(piece, scores, choice, blocked, highest, opens=opens) for piece, opens in shown]
    st.html(
        f'<div class="article" tabindex="0" role="region" aria-label="The article, sentence by sentence" '
        f'style="--accent:{colour}"><ol>{"".join(cells)}</ol></div>'
    )


def _row(
    piece: Piece,
    scores: Sequence[float],
    choice: Choice,
    blocked: dict[int, Blocked],
    highest: float,
    *,
    opens: bool,
) -> str:
    first = " opens" if opens else ""
    if piece.number is None:
        said = "<small>not read: five words or fewer</small>"
        return f'<li class="unread{first}"><span></span><span>{escape(piece.text)}{said}</span><span></span></li>'
    number, score = piece.number, scores[piece.number]
    kind, said = "", ""
    if number in choice.taken:
        kind, said = "taken", f"<small><strong>taken, {_ordinal(choice.taken.index(number))}</strong></small>"
    elif number in blocked:
        by = blocked[number]
        said = f"<small>passed over: shares “{escape(' '.join(by.trigram))}” with sentence {by.by + 1}</small>"
        kind = "blocked"
    bar = f'<span class="bar" style="width:{100 * score / highest:.1f}%"></span>'
    return (
        f'<li class="{kind}{first}"><span class="number">{number + 1}</span><span>{escape(piece.text)}{said}</span>'
        f'<span class="score">{bar}{score:.1%}</span></li>'
    )


def _ordinal(place: int) -> str:
    return "the best" if place == 0 else f"number {place + 1}"


def summary_box(sentences: Sequence[tuple[int, str]], colour: str) -> None:
    """Draw a summary; each sentence carries its number in the article."""
    said = " ".join(f"{escape(text)}<sup>{number + 1}</sup>" for number, text in sentences)
    st.html(f'<blockquote class="summary" style="--accent:{colour}">{said}</blockquote>')


def shared_box(marked: Sequence[Marked], colour: str) -> None:
    """Draw a text with the words that another one shares."""
    said = "".join(
        f'<mark class="{SHADES[each.shared]}">{escape(each.text)}</mark>' if each.shared else escape(each.text)
        for each in marked
    )
    st.html(f'<blockquote class="summary" style="--accent:{colour}">{said}</blockquote>')
