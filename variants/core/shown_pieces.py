"""Pieces as a reader can read them: the part of the text that each stands for, not a vocabulary's way to write it.

Three kinds of piece are no part of a text. One of byte-level BPE may hold a part of a character: it is shown
as its bytes. A space before a word may be a piece of its own. And one character may become several others
before it is cut (½ becomes 1⁄2): those are shown as the vocabulary writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from transformers import PreTrainedTokenizerFast, RobertaTokenizer

from variants.core.byte_level import bytes_of, hexadecimal
from variants.core.tokenization import tokens_of
from variants.core.words import Span, Word

SPACE = "␣"


@dataclass(frozen=True)
class Piece:
    """One piece of a word."""

    text: str  # of the learner's where it stands for whole characters
    kind: Literal["text", "bytes", "unknown", "space"] = "text"


def pieces_of(
    tokenizer: PreTrainedTokenizerFast, text: str, word: Word, ids: Sequence[int], spans: Sequence[Span]
) -> tuple[Piece, ...]:
    """Return the pieces of one word; ``ids`` and ``spans`` are those of the pieces that touch it."""
    of_bytes = isinstance(tokenizer, RobertaTokenizer)
    found: list[Piece] = []
    for place, (token, (start, end)) in enumerate(zip(tokens_of(tokenizer, ids), spans, strict=True)):
        covered = text[max(start, word.start) : min(end, word.end)]
        if start == end:
            found.append(Piece(SPACE, "space"))
        elif ids[place] == tokenizer.unk_token_id:
            found.append(Piece(covered, "unknown"))
        elif of_bytes and not _is_text(bytes_of(token)):
            found.append(Piece(hexadecimal(bytes_of(token).removeprefix(b" ")), "bytes"))
        elif not of_bytes and _shares(spans, place):
            found.append(Piece(token.removeprefix("##").lstrip("▁")))
        else:
            found.append(Piece(covered))
    return tuple(found)


def _is_text(values: bytes) -> bool:
    """Say whether bytes are whole characters."""
    try:
        values.decode()
    except UnicodeDecodeError:
        return False
    return True


def _shares(spans: Sequence[Span], place: int) -> bool:
    """Say whether a piece shares a character with one beside it."""
    start, end = spans[place]
    return any(other > start for _, other in spans[max(0, place - 1) : place]) or any(
        other < end for other, _ in spans[place + 1 : place + 2]
    )
