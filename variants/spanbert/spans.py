"""Which spans are hidden, and what stands in their place: SpanBERT's masker, to the letter.

Joshi et al., 2019, section 3.1 and the reference ``masking.py``: spans of whole words are drawn until
15 % of the tokens are chosen. A span has one to ten words, short ones more often: the probability of
l words is proportional to 0.2 x 0.8^(l-1), 3.8 on average. Spans that touch become one, and each
has a single fate: all of it [MASK] (80 %), all of it random tokens (10 %), or all of it kept (10 %).
A random token is drawn from running text, so that frequent ones come more often.

Left out: entities, noun phrases and single words as spans, the paper's comparisons.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from variants.core.masking import IGNORED, Fate, Masked, draw_fate

MLM_PROBABILITY = 0.15
GEOMETRIC_P = 0.2
LENGTHS = range(1, 11)  # words
LENGTH_WEIGHTS = [GEOMETRIC_P * (1 - GEOMETRIC_P) ** (length - 1) for length in LENGTHS]


@dataclass(frozen=True)
class Span:
    """A run of hidden positions."""

    start: int
    stop: int  # the position behind the last one

    def __len__(self) -> int:
        """Return the number of tokens."""
        return self.stop - self.start

    def shifted(self, by: int) -> Span:
        """Return the span ``by`` positions further on."""
        return Span(self.start + by, self.stop + by)


@dataclass(frozen=True)
class Drawn:
    """One span as it was drawn, before it is merged with those that it touches."""

    words: int  # how long it was to be
    asked: Span  # these words, as far as the text goes
    span: Span  # what of them is hidden: the last span ends where there are enough

    @property
    def is_cut(self) -> bool:
        """Say whether it had to end before its last token."""
        return self.span != self.asked


@dataclass(frozen=True)
class MaskedSpans:
    """A text with spans hidden."""

    masked: Masked
    spans: tuple[Span, ...]  # in the order of the text; no two touch
    drawn: tuple[Drawn, ...]  # in the order of the draws


def mask_spans(
    text: Sequence[int],
    word_starts: Sequence[bool],
    rng: random.Random,
    *,
    mask_id: int,
    draw_token: Callable[[random.Random], int],
) -> MaskedSpans:
    """Choose spans and corrupt them; the same ``rng`` state gives the same spans.

    Args:
        text: ids without special tokens.
        word_starts: for each of them, whether a word starts there.
        rng: where chance comes from.
        mask_id: the id of [MASK].
        draw_token: draws a token from running text.
    """
    drawn = draw_spans(word_starts, rng)
    spans = merged(positions_of(drawn))
    corrupted, labels = list(text), [IGNORED] * len(text)
    fates: list[Fate | None] = [None] * len(text)
    for span in spans:
        fate = draw_fate(rng)  # one draw for all of the span
        for position in range(span.start, span.stop):
            labels[position], fates[position] = text[position], fate
            if fate is Fate.MASK:
                corrupted[position] = mask_id
            elif fate is Fate.RANDOM:
                corrupted[position] = draw_token(rng)
    return MaskedSpans(Masked(tuple(corrupted), tuple(labels), tuple(fates)), spans, drawn)


def number_to_mask(length: int) -> int:
    """Return how many of ``length`` tokens, special ones not counted, are predicted: 15 %, rounded up."""
    return math.ceil(MLM_PROBABILITY * length)


def length_probabilities() -> tuple[float, ...]:
    """Return how probable a span of 1, 2, … 10 words is: a geometric distribution, made to sum to one."""
    return tuple(weight / sum(LENGTH_WEIGHTS) for weight in LENGTH_WEIGHTS)


def clipped_probabilities() -> tuple[float, ...]:
    """Return what they would be if longer draws were cut to ten words instead; not what SpanBERT does."""
    shorter = LENGTH_WEIGHTS[:-1]
    return (*shorter, 1 - sum(shorter))


def mean_length(probabilities: Sequence[float]) -> float:
    """Return the mean of a distribution over 1, 2, … words."""
    return sum(length * probability for length, probability in enumerate(probabilities, start=1))


def draw_span_length(rng: random.Random) -> int:
    """Draw how many words a span has; the ten probabilities are made to sum to one, not clipped to ten."""
    return rng.choices(LENGTHS, LENGTH_WEIGHTS)[0]


def draw_spans(word_starts: Sequence[bool], rng: random.Random) -> tuple[Drawn, ...]:
    """Draw spans until enough positions are chosen; the last span ends where there are enough."""
    count = len(word_starts)
    # A window may begin in the middle of a word; what there is of it counts as a word.
    bounds = [position for position in range(count) if position == 0 or word_starts[position]] + [count]
    chosen: set[int] = set()
    drawn: list[Drawn] = []
    while len(chosen) < number_to_mask(count):
        length, anchor = draw_span_length(rng), rng.randrange(count)
        if anchor in chosen:
            continue
        word = bisect_right(bounds, anchor) - 1
        asked = Span(bounds[word], bounds[min(word + length, len(bounds) - 1)])
        stop = asked.start
        while stop < asked.stop and (stop in chosen or len(chosen) < number_to_mask(count)):
            chosen.add(stop)
            stop += 1
        drawn.append(Drawn(length, asked, Span(asked.start, stop)))
    return tuple(drawn)


def positions_of(drawn: Iterable[Drawn]) -> set[int]:
    """Return the positions that the spans hide."""
    return {position for one in drawn for position in range(one.span.start, one.span.stop)}


def merged(positions: Collection[int]) -> tuple[Span, ...]:
    """Return the runs of neighbouring positions."""
    spans: list[Span] = []
    for position in sorted(positions):
        if spans and spans[-1].stop == position:
            spans[-1] = Span(spans[-1].start, position + 1)
        else:
            spans.append(Span(position, position + 1))
    return tuple(spans)
