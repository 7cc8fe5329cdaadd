"""A text's words, and the pieces that a vocabulary cuts each of them into.

Two models with different vocabularies can only be asked the same question by hiding the same
*words*: all pieces of each. A mask that the learner types counts as a hidden word, in whichever
model's spelling. A plain word stands in for it while the text is cut, because what is cut right
behind a mask token looks different from what is cut behind a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from transformers import PreTrainedTokenizerFast

from variants.core.checkpoint import Checkpoint
from variants.core.encoding import MAX_CHARACTERS, Encoded, encode
from variants.core.reading import hide
from variants.core.tokenization import readable

MASKS = ("[MASK]", "<mask>")
STAND_IN = "the"  # one piece in every vocabulary, also behind a bracket
_SPACES = "▁Ġ"  # how vocabularies write the space before a word
# Signs that are drawn together with the one before them: accents of their own, joiners, tones of skin.
_JOINED = ("Mn", "Mc", "Me", "Cf")  # their categories
_TONES = range(0x1F3FB, 0x1F400)
_MARKS = "".join(
    re.escape(sign)
    for sign in map(chr, range(0xAD, _TONES.stop))
    if unicodedata.category(sign) in _JOINED or ord(sign) in _TONES
)
_LETTERS = rf"[^\W_](?:[^\W_]|[{_MARKS}])*"
_WORD = re.compile(rf"\[MASK\]|<mask>|{_LETTERS}(?:['’]{_LETTERS})*|\S(?:\u200d\S|[{_MARKS}])*")  # or a single sign

Span = tuple[int, int]  # characters, from the first to the one behind the last


@dataclass(frozen=True)
class Word:
    """A word or a single sign, and where it stands."""

    text: str
    start: int  # characters
    end: int
    is_mask: bool  # the learner typed a mask here

    @property
    def shown(self) -> str:
        """Return the word as it was typed."""
        return MASKS[0] if self.is_mask else self.text


@dataclass(frozen=True)
class Worded:
    """A text as one model reads it, and where each of its words went."""

    encoded: Encoded  # typed masks are in their places
    words: tuple[Word, ...]
    places: tuple[tuple[int, ...], ...]  # of each word's pieces; none where it was cut off

    def masks_of(self, chosen: tuple[int, ...]) -> tuple[int, ...]:
        """Return the places of all pieces of some words, by the words' numbers."""
        return tuple(sorted({place for word in chosen if word < len(self.words) for place in self.places[word]}))


def words_of(text: str) -> tuple[str, tuple[Word, ...]]:
    """Return the text with a stand-in for every typed mask, and its words."""
    parts, words, length, end = list[str](), list[Word](), 0, 0
    for found in _WORD.finditer(text):
        is_mask = found[0] in MASKS
        between, word = text[end : found.start()], STAND_IN if is_mask else found[0]
        start = length + len(between)
        end, length = found.end(), start + len(word)
        parts += [between, word]
        words.append(Word(word, start, length, is_mask))
    return "".join([*parts, text[end:]]), tuple(words)


def spans_of(tokenizer: PreTrainedTokenizerFast, text: str) -> tuple[Span, ...]:
    """Return the characters that each piece of a text stands for; one of the space before a word stands for none.

    An accent that a vocabulary drops stays with the piece before it, one of two quotes with the piece behind it.
    """
    cut: Any = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    tokens: list[str] = list(tokenizer.convert_ids_to_tokens(cut["input_ids"]))
    found: list[Span] = cut["offset_mapping"]
    following = [*(start for start, _ in found[1:]), len(text)]
    spans: list[Span] = []
    covered = 0
    for token, (start, end), limit in zip(tokens, found, following, strict=False):  # an empty text has no piece
        if not token.strip(_SPACES) and text[start:end].strip(_SPACES):
            spans.append((start, start))
            continue
        while covered < start < end and not text[start - 1].isspace():
            start -= 1
        while start < end < limit and unicodedata.category(text[end]) in _JOINED:
            end += 1
        spans.append((start, end))
        covered = end
    return tuple(spans)


def places_of(spans: Sequence[Span], words: tuple[Word, ...], *, first: int = 1) -> tuple[tuple[int, ...], ...]:
    """Return the places of each word's pieces, its space included; the first piece stands at ``first``."""
    owner = {place: number for number, word in enumerate(words) for place in range(word.start, word.end)}
    places: list[list[int]] = [[] for _ in words]
    for place, (start, end) in enumerate(spans, start=first):
        for number in sorted(
            {owner[character] for character in range(start, max(end, start + 1)) if character in owner}
        ):
            places[number].append(place)
    return tuple(map(tuple, places))


def read_words(checkpoint: Checkpoint[Any], text: str) -> Worded:
    """Cut a text for one model and find the pieces of its words."""
    plain, words = words_of(readable(text))
    encoded = encode(checkpoint.tokenizer, plain, max_length=checkpoint.max_length)
    readable_places = {place for place, special in enumerate(encoded.special) if not special}
    places = tuple(
        tuple(place for place in pieces if place in readable_places)
        for pieces in places_of(spans_of(checkpoint.tokenizer, plain[:MAX_CHARACTERS]), words)
    )
    typed = tuple(place for word, pieces in zip(words, places, strict=True) if word.is_mask for place in pieces)
    return Worded(hide(checkpoint, encoded, typed), words, places)
