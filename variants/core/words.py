"""A text's words, and the pieces that a vocabulary cuts each of them into.

Two models with different vocabularies can only be asked the same question by hiding the same
*words*: all pieces of each. A mask that the learner types counts as a hidden word, in whichever
model's spelling. A plain word stands in for it while the text is cut, because what is cut right
behind a mask token looks different from what is cut behind a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from transformers import PreTrainedTokenizerFast

from variants.core.checkpoint import Checkpoint
from variants.core.encoding import MAX_CHARACTERS, Encoded, encode
from variants.core.reading import hide
from variants.core.tokenization import readable

MASKS = ("[MASK]", "<mask>")
STAND_IN = "the"  # one piece in every vocabulary, also behind a bracket
_WORD = re.compile(r"\[MASK\]|<mask>|[^\W_]+(?:['’][^\W_]+)*|\S")  # or a single sign


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


def places_of(
    tokenizer: PreTrainedTokenizerFast, text: str, words: tuple[Word, ...], *, first: int = 1
) -> tuple[tuple[int, ...], ...]:
    """Return the places of each word's pieces; the first piece of the text stands at ``first``."""
    owner = {place: number for number, word in enumerate(words) for place in range(word.start, word.end)}
    places: list[list[int]] = [[] for _ in words]
    cut: Any = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    for place, (start, end) in enumerate(cut["offset_mapping"], start=first):
        for number in sorted({owner[character] for character in range(start, end) if character in owner}):
            places[number].append(place)
    return tuple(map(tuple, places))


def read_words(checkpoint: Checkpoint[Any], text: str) -> Worded:
    """Cut a text for one model and find the pieces of its words."""
    plain, words = words_of(readable(text))
    encoded = encode(checkpoint.tokenizer, plain, max_length=checkpoint.max_length)
    readable_places = {place for place, special in enumerate(encoded.special) if not special}
    places = tuple(
        tuple(place for place in pieces if place in readable_places)
        for pieces in places_of(checkpoint.tokenizer, plain[:MAX_CHARACTERS], words)
    )
    typed = tuple(place for word, pieces in zip(words, places, strict=True) if word.is_mask for place in pieces)
    return Worded(hide(checkpoint, encoded, typed), words, places)
