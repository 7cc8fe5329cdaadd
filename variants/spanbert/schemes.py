"""Three ways to hide the same 15 % of a text: scattered tokens, whole words, spans.

- tokens: BERT's, any pieces of the text (Devlin et al., 2018, section 3.1);
- whole words: all pieces of a word or none, as BERT's code does since May 2019; a word that would
  exceed the 15 % is skipped;
- spans: SpanBERT's (see ``spans``).

The three hide the same number of tokens, SpanBERT's, so that only the choice differs; BERT itself
counts [CLS] and [SEP] too and rounds to the nearest. Nothing here runs a model.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.masking import Fate, corrupt
from variants.core.samples import sample_documents
from variants.core.tokenization import tokens_of
from variants.core.vocabularies import word_starts
from variants.spanbert.spans import LENGTHS, Drawn, MaskedSpans, Span, mask_spans, merged, number_to_mask


class Scheme(StrEnum):
    """What is chosen as one piece."""

    TOKENS = "tokens"
    WORDS = "whole words"
    SPANS = "spans"


@dataclass(frozen=True)
class Hidden:
    """A text with 15 % of it hidden; positions count [CLS] and [SEP]."""

    encoded: Encoded  # as a model reads it
    fates: tuple[Fate | None, ...]  # None where a token was not chosen
    runs: tuple[Span, ...]  # neighbouring chosen tokens, in the order of the text
    drawn: tuple[Drawn, ...]  # spans as they were drawn; none under the other schemes


@dataclass(frozen=True)
class Tally:
    """What many draws from one text came to."""

    texts: int
    tokens: int  # hidden, in all
    runs: tuple[int, ...]  # how many runs had 1, 2, … tokens
    fates: tuple[int, int, int]  # runs that were all [MASK], all random or all kept
    mixed: int  # runs whose tokens met different fates
    drawn: tuple[int, ...]  # how many spans were to have 1, 2, … 10 words
    cut: int  # of them, those that ended early because enough was hidden
    merged: int  # how many became part of another

    @property
    def number_of_runs(self) -> int:
        """Return how many runs of neighbouring tokens were hidden."""
        return sum(self.runs)

    @property
    def mean_run(self) -> float:
        """Return how many tokens a run has on average, 0 where there is none."""
        return self.tokens / max(1, self.number_of_runs)

    @property
    def run_shares(self) -> tuple[float, ...]:
        """Return which share of the runs has 1, 2, … tokens."""
        return tuple(count / self.number_of_runs for count in self.runs)

    @property
    def mean_words(self) -> float:
        """Return how many words a drawn span was to have on average, 0 where none was drawn."""
        return sum(length * count for length, count in zip(LENGTHS, self.drawn, strict=False)) / max(1, sum(self.drawn))


def hide_text(checkpoint: Checkpoint[Any], encoded: Encoded, scheme: Scheme, *, seed: int) -> Hidden:
    """Hide 15 % of a text under a scheme; the same seed gives the same draw."""
    found = _drawer(checkpoint, encoded, scheme)(random.Random(seed))
    ids = (encoded.input_ids[0], *found.masked.input_ids, encoded.input_ids[-1])
    return Hidden(
        encoded=replace(encoded, input_ids=ids, tokens=tuple(tokens_of(checkpoint.tokenizer, ids))),
        fates=(None, *found.masked.fates, None),
        runs=tuple(run.shifted(1) for run in found.spans),
        drawn=tuple(replace(one, asked=one.asked.shifted(1), span=one.span.shifted(1)) for one in found.drawn),
    )


def tally(checkpoint: Checkpoint[Any], encoded: Encoded, scheme: Scheme, *, texts: int) -> Tally:
    """Hide the text once with each seed from 0 to ``texts`` - 1, and count."""
    draw = _drawer(checkpoint, encoded, scheme)
    lengths: Counter[int] = Counter()
    words: Counter[int] = Counter()
    fates: Counter[frozenset[Fate | None]] = Counter()
    cut = merged_away = 0
    for seed in range(texts):
        found = draw(random.Random(seed))
        lengths.update(map(len, found.spans))
        fates.update(frozenset(found.masked.fates[run.start : run.stop]) for run in found.spans)
        words.update(one.words for one in found.drawn)
        cut += sum(one.is_cut for one in found.drawn)
        merged_away += len(found.drawn) - len(found.spans) if found.drawn else 0
    whole = [fates[frozenset({fate})] for fate in (Fate.MASK, Fate.RANDOM, Fate.KEEP)]
    return Tally(
        texts=texts,
        tokens=sum(length * count for length, count in lengths.items()),
        runs=tuple(lengths[length] for length in range(1, max(lengths, default=0) + 1)),
        fates=(whole[0], whole[1], whole[2]),
        mixed=fates.total() - sum(whole),
        drawn=tuple(words[length] for length in LENGTHS) if words else (),
        cut=cut,
        merged=merged_away,
    )


def choose_tokens(count: int, rng: random.Random, length: int) -> list[int]:
    """Return ``count`` of ``length`` positions, each as likely as any other."""
    positions = list(range(length))
    rng.shuffle(positions)
    return positions[:count]


def choose_words(count: int, rng: random.Random, starts: Sequence[bool]) -> list[int]:
    """Return at most ``count`` positions, those of whole words; ``starts`` says where words start."""
    words: list[list[int]] = []
    for position, begins in enumerate(starts):
        if begins or not words:
            words.append([position])
        else:
            words[-1].append(position)
    rng.shuffle(words)
    chosen: list[int] = []
    for word in words:
        if len(chosen) + len(word) <= count:
            chosen += word
    return chosen


def _drawer(checkpoint: Checkpoint[Any], encoded: Encoded, scheme: Scheme) -> Callable[[random.Random], MaskedSpans]:
    """Return what hides this text under a scheme; positions count from its first token."""
    inside = [place for place, special in enumerate(encoded.special) if special][1:-1]
    if inside:
        raise InputError(f"Only plain text is hidden, and yours holds {encoded.tokens[inside[0]]}: take it out.")
    text, vocabulary = encoded.input_ids[1:-1], checkpoint.vocabulary
    starts = [_word_starts(checkpoint)[token] for token in text]
    running, count = _running_text(checkpoint), number_to_mask(len(text))

    def spans(rng: random.Random) -> MaskedSpans:
        return mask_spans(text, starts, rng, mask_id=vocabulary.mask, draw_token=lambda rng: rng.choice(running))

    def pieces(rng: random.Random) -> MaskedSpans:
        whole = scheme is Scheme.WORDS
        chosen = choose_words(count, rng, starts) if whole else choose_tokens(count, rng, len(text))
        masked = corrupt(text, chosen, rng, mask_id=vocabulary.mask, vocabulary_size=vocabulary.size)
        return MaskedSpans(masked, merged(chosen), ())

    return spans if scheme is Scheme.SPANS else pieces


@cache
def _word_starts(checkpoint: Checkpoint[Any]) -> tuple[bool, ...]:
    return tuple(word_starts(checkpoint.tokenizer))


@cache
def _running_text(checkpoint: Checkpoint[Any]) -> tuple[int, ...]:
    """Return the sample text as ids: what random tokens are drawn from, in place of the training text."""
    paragraphs = [paragraph for document in sample_documents() for paragraph in document.paragraphs]
    ids = checkpoint.tokenizer(paragraphs, add_special_tokens=False, verbose=False)["input_ids"]
    return tuple(token for paragraph in ids for token in paragraph)
