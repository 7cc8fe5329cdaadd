"""Four ways to fill a training sequence, on real text.

Liu et al., 2019, section 4.2:

- ``segment-pair``: BERT's own, two segments of several sentences each, and NSP;
- ``sentence-pair``: two single sentences, and NSP; far shorter than the window;
- ``full-sentences``: whole sentences until the window is full, over the ends of documents;
- ``doc-sentences``: the same, but a window ends where its document does.

BERT's format is the idea that the others depart from, so it is cut by BERT's own code. The packers
only move tokens about: they are given the tokens' places in the text, and each box can be traced to
its document.

Left out: the paper enlarges a batch whose sequences are short; here all sequences have one window.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import Literal

from variants.bert.objective import segment_pairs
from variants.core.packing import pack_sentences
from variants.core.samples import sample_documents
from variants.core.segments import cut_sentences, fit_pair
from variants.core.token_store import Sentence, split_sentences
from variants.core.tokenization import readable
from variants.roberta.demo import Roberta

Format = Literal["segment-pair", "sentence-pair", "full-sentences", "doc-sentences"]
FORMATS: tuple[Format, ...] = ("segment-pair", "sentence-pair", "full-sentences", "doc-sentences")
START, SEPARATOR = -1, -2  # stand for <s> and </s> among the places of tokens
SAMPLES = (3, 4, 5)  # of the sample's documents: two fables, one of them short, and a longer piece
MOST_CHARACTERS = 5000  # of the learner's text


@dataclass(frozen=True)
class Box:
    """A run of tokens of one document within a sequence, or one special token."""

    document: int | None  # None for a special token
    start: int  # place in the sequence
    length: int  # tokens
    text: str


@dataclass(frozen=True)
class Packed:
    """All training sequences that one format makes of the text."""

    window: int  # tokens, special ones included
    sequences: tuple[tuple[Box, ...], ...]

    @property
    def lengths(self) -> tuple[int, ...]:
        """Return the number of tokens of each sequence."""
        return tuple(boxes[-1].start + boxes[-1].length for boxes in self.sequences)

    @property
    def padding(self) -> float:
        """Return the share of all places that hold no token."""
        return 1 - sum(self.lengths) / (self.window * len(self.sequences))

    @property
    def across_documents(self) -> float:
        """Return the share of sequences that hold text of more than one document."""
        mixed = [len({box.document for box in boxes} - {None}) > 1 for boxes in self.sequences]
        return sum(mixed) / len(mixed)


@dataclass(frozen=True, eq=False)
class Text:
    """Documents as sentences of token places, counted through the whole text."""

    ids: tuple[int, ...]  # the token at each place
    documents: tuple[tuple[Sentence, ...], ...]

    def document_of(self, place: int) -> int:
        """Return the document that a token belongs to."""
        return bisect_right([document[0][0] for document in self.documents], place) - 1


def text_with_samples(checkpoint: Roberta, text: str) -> Text:
    """Return the learner's text as document 0, and some documents of the sample behind it."""
    paragraphs = [[readable(text[:MOST_CHARACTERS])], *(sample_documents()[number].paragraphs for number in SAMPLES)]
    cut = [
        [
            checkpoint.tokenizer.encode(s, add_special_tokens=False, verbose=False)
            for p in each
            for s in split_sentences(p)
        ]
        for each in paragraphs
    ]
    documents = [kept for document in cut if (kept := [sentence for sentence in document if sentence])]
    ends = [0, *accumulate(len(sentence) for document in documents for sentence in document)]
    sentences = iter([list(range(start, end)) for start, end in pairwise(ends)])
    placed = tuple(tuple(next(sentences) for _ in document) for document in documents)
    return Text(tuple(token for document in documents for s in document for token in s), placed)


def pack(checkpoint: Roberta, text: Text, kind: Format, *, window: int, seed: int) -> Packed:
    """Cut the text into training sequences of at most ``window`` tokens."""
    rows = _PACKERS[kind](text, window, random.Random(seed))
    return Packed(window, tuple(_boxes(checkpoint, text, row) for row in rows))


def _segment_pairs(text: Text, window: int, rng: random.Random) -> list[list[int]]:
    rows: list[list[int]] = []
    for number, document in enumerate(text.documents):
        others = [other for place, other in enumerate(text.documents) if place != number]
        pairs = segment_pairs(document, lambda others=others: rng.choice(others), max_length=window, rng=rng)
        rows += [_row(pair.first, pair.second) for pair in pairs]
    return rows


def _sentence_pairs(text: Text, window: int, rng: random.Random) -> list[list[int]]:
    rows: list[list[int]] = []
    for number, document in enumerate(text.documents):
        others = [other for place, other in enumerate(text.documents) if place != number]
        sentences = iter(cut_sentences(document, window - 3))
        for first in sentences:
            follows = next(sentences, None) if rng.random() < 0.5 else None
            second = follows or rng.choice(rng.choice(others))
            rows.append(_row(*fit_pair(first, second, window - 3, rng)))
    return rows


def _full_sentences(text: Text, window: int, _rng: random.Random) -> list[list[int]]:
    opened = [[SEPARATOR, *sentence] if not n else sentence for doc in text.documents for n, sentence in enumerate(doc)]
    windows = pack_sentences(opened, window - 2)
    # A document that begins a window needs no separator before it.
    return [_row(packed[1:] if packed[0] == SEPARATOR else packed) for packed in windows]


def _doc_sentences(text: Text, window: int, _rng: random.Random) -> list[list[int]]:
    return [_row(packed) for document in text.documents for packed in pack_sentences(document, window - 2)]


_PACKERS: dict[Format, Callable[[Text, int, random.Random], list[list[int]]]] = {
    "segment-pair": _segment_pairs,
    "sentence-pair": _sentence_pairs,
    "full-sentences": _full_sentences,
    "doc-sentences": _doc_sentences,
}


def _row(*segments: Sentence) -> list[int]:
    return [START, *(token for segment in segments for token in (*segment, SEPARATOR))]


def _boxes(checkpoint: Roberta, text: Text, row: list[int]) -> tuple[Box, ...]:
    """Group the places of a sequence by what they hold; two separators are two boxes."""
    boxes: list[Box] = []
    start = 0
    for (place, document), run in groupby(row, key=lambda place: _owner(text, place)):
        tokens = list(run)
        if document is None:
            special = checkpoint.tokenizer.cls_token if place == START else checkpoint.tokenizer.sep_token
            boxes.append(Box(None, start, len(tokens), str(special)))
        else:
            shown = str(checkpoint.tokenizer.decode([text.ids[token] for token in tokens])).strip()
            boxes.append(Box(document, start, len(tokens), shown))
        start += len(tokens)
    return tuple(boxes)


def _owner(text: Text, place: int) -> tuple[int, int | None]:
    """Return what tells a place's box from its neighbours: the special token, or the document."""
    return (place, None) if place < 0 else (0, text.document_of(place))
