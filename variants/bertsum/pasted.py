"""A learner's text as an article: paragraphs, the sentences that are read, and what is to be said of it.

The reference drops sentences of five words or fewer before its model reads anything, and ours learned
so. They keep their place here, marked as not read. Only a text with fewer than two longer sentences is
read whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from transformers import PreTrainedTokenizerFast

from variants.bertsum.articles import SHORTEST
from variants.core.encoding import never_masked
from variants.core.errors import InputError
from variants.core.token_store import split_sentences
from variants.core.tokenization import readable, vocabulary_of

MOST_CHARACTERS = 200_000
MOST_SENTENCES = 3_000  # the layers between sentences compare each with every other
FEW = 20  # words, of which nothing is said about their language
ENGLISH = {"the", "of", "and", "to", "in", "a", "is", "that", "it", "was", "for", "on", "with", "as", "are", "by"}
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(frozen=True)
class Piece:
    """A sentence of the text as it stands."""

    text: str
    number: int | None  # among the sentences that are read, from 0; None where it is too short


@dataclass(frozen=True)
class Reading:
    """A text in paragraphs and pieces, and the sentences that the model reads."""

    paragraphs: tuple[tuple[Piece, ...], ...]
    sentences: tuple[str, ...]
    token_ids: tuple[tuple[int, ...], ...]  # of each sentence, without [CLS] and [SEP], cut to the window
    notices: tuple[str, ...]  # what the learner should know: a cut, another language

    def __len__(self) -> int:
        """Return the number of tokens, one [CLS] and one [SEP] a sentence included."""
        return sum(len(ids) + 2 for ids in self.token_ids)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return the sentences that are not read."""
        return tuple(piece.text for pieces in self.paragraphs for piece in pieces if piece.number is None)


def read_article(tokenizer: PreTrainedTokenizerFast, text: str, window: int) -> Reading:
    """Split a text into sentences and tokenize them for windows of so many tokens; raise InputError for none."""
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"At most {MOST_CHARACTERS:,} characters can be read, and this text has {len(text):,}.")
    parts = [split_sentences(line) for line in readable(text).splitlines()]
    found = [sentence for part in parts for sentence in part]
    ids = [each.ids for each in tokenizer.backend_tokenizer.encode_batch_fast(found, add_special_tokens=False)]
    says = [bool(set(each) - never_masked(tokenizer)) for each in ids]
    if not any(says):
        raise InputError("There is nothing to read in the text yet: paste an article, or choose one of ours.")
    long = [len(sentence.split()) >= SHORTEST and spoken for sentence, spoken in zip(found, says, strict=True)]
    read = [place for place, kept in enumerate(long if sum(long) > 1 else says) if kept]
    if len(read) > MOST_SENTENCES:
        raise InputError(f"At most {MOST_SENTENCES:,} sentences can be read, and this text has {len(read):,}.")
    whole = [ids[place] for place in read]
    return Reading(
        paragraphs=_numbered(parts, read),
        sentences=tuple(found[place] for place in read),
        token_ids=tuple(tuple(each[: window - 2]) for each in whole),
        notices=tuple(_notices(text, found, whole, window, vocabulary_of(tokenizer).unk, few=sum(long) < 2)),
    )


def _numbered(parts: Sequence[Sequence[str]], read: Sequence[int]) -> tuple[tuple[Piece, ...], ...]:
    numbers = {place: number for number, place in enumerate(read)}
    places = count()
    return tuple(tuple(Piece(sentence, numbers.get(next(places))) for sentence in part) for part in parts if part)


def _notices(
    text: str, found: Sequence[str], ids: Sequence[Sequence[int]], window: int, unknown: int, *, few: bool
) -> Iterator[str]:
    if len(ids) == 1:
        yield "There is one sentence: with nothing to choose from, it is its own summary."
    elif few:
        yield f"Fewer than two sentences have {SHORTEST} words or more, so the short ones are read too."
    cut = [(number, len(each) - (window - 2)) for number, each in enumerate(ids, start=1) if len(each) > window - 2]
    if cut:
        number, missing = cut[0]
        yield f"Sentence {number} is longer than the window of {window} tokens: the last {missing:,} were left out."
        if len(cut) > 1:
            yield f"{len(cut) - 1:,} more sentences are cut in the same way."
    tokens = [token for each in ids for token in each]
    if unknown in tokens and "[UNK]" not in text:
        share = tokens.count(unknown) / len(tokens)
        yield f"{share:.1%} of the tokens are [UNK]: signs or words that the vocabulary cannot spell."
    words = [word.strip(".,;:!?\"'()") for sentence in found for word in sentence.lower().split()]
    if len(words) >= FEW and sum(word in ENGLISH for word in words) < len(words) / 10:
        yield "This does not read like English prose. The model knows nothing else, so its scores mean little here."
    if len(TAG.findall(text)) > 2:
        yield "There is HTML in this text, and its tags are read as words: paste what a browser shows instead."
