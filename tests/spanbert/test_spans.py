"""Spans are whole words, 15 % of the text in all, with one fate each."""

from __future__ import annotations

import math
import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variants.core.masking import IGNORED, Fate
from variants.spanbert.model import MAX_SPAN_TARGETS
from variants.spanbert.spans import (
    LENGTHS,
    MaskedSpans,
    Span,
    draw_span_length,
    draw_spans,
    mask_spans,
    merged,
    number_to_mask,
    positions_of,
)

MASK, DRAWN = 4, 77  # 77 stands for every token from running text
WORDS = st.lists(st.booleans(), min_size=1, max_size=126)
SEEDS = st.integers(0, 10**6)


def masked_of(word_starts: list[bool], seed: int) -> MaskedSpans:
    text = range(100, 100 + len(word_starts))
    return mask_spans(text, word_starts, random.Random(seed), mask_id=MASK, draw_token=lambda _: DRAWN)


@given(word_starts=WORDS, seed=SEEDS)
def test_exactly_15_percent_rounded_up_are_chosen(word_starts: list[bool], seed: int) -> None:
    chosen = positions_of(draw_spans(word_starts, random.Random(seed)))
    assert len(chosen) == math.ceil(0.15 * len(word_starts)) == number_to_mask(len(word_starts)) >= 1
    assert chosen <= set(range(len(word_starts)))
    assert chosen == positions_of(draw_spans(word_starts, random.Random(seed)))


@given(word_starts=WORDS, seed=SEEDS)
def test_spans_are_whole_words_but_for_the_last_one_drawn(word_starts: list[bool], seed: int) -> None:
    bounds = {0, len(word_starts)} | {position for position, starts in enumerate(word_starts) if starts}
    spans = masked_of(word_starts, seed).spans
    assert all(span.start in bounds for span in spans)
    assert sum(span.stop not in bounds for span in spans) <= 1  # cut off where there were enough


@given(positions=st.sets(st.integers(0, 60)))
def test_merged_spans_are_the_runs(positions: set[int]) -> None:
    spans = merged(positions)
    assert [p for span in spans for p in range(span.start, span.stop)] == sorted(positions)
    assert all(len(span) == span.stop - span.start > 0 for span in spans)
    assert all(before.stop < after.start for before, after in pairwise(spans))


def test_touching_spans_become_one() -> None:
    assert merged({3, 4, 5, 7, 8, 12}) == (Span(3, 6), Span(7, 9), Span(12, 13))
    assert Span(3, 6).shifted(2) == Span(5, 8)


@given(word_starts=WORDS, seed=SEEDS)
def test_every_span_has_a_single_fate(word_starts: list[bool], seed: int) -> None:
    hidden = masked_of(word_starts, seed)
    masked = hidden.masked
    assert hidden == masked_of(word_starts, seed)
    assert {p for span in hidden.spans for p in range(span.start, span.stop)} == {
        position for position, label in enumerate(masked.labels) if label != IGNORED
    }
    for span in hidden.spans:
        (fate,) = set(masked.fates[span.start : span.stop])
        for position in range(span.start, span.stop):
            assert masked.labels[position] == 100 + position
            shown = {Fate.MASK: MASK, Fate.RANDOM: DRAWN, Fate.KEEP: 100 + position, None: None}[fate]
            assert masked.input_ids[position] == shown
    for position, (label, fate) in enumerate(zip(masked.labels, masked.fates, strict=True)):
        if label == IGNORED:
            assert fate is None and masked.input_ids[position] == 100 + position


def test_fates_of_spans_are_80_10_10() -> None:
    fates: Counter[Fate | None] = Counter()
    for seed in range(600):
        hidden = masked_of([True] * 100, seed)
        fates.update(hidden.masked.fates[span.start] for span in hidden.spans)
    assert fates.total() > 2000
    for fate, share in ((Fate.MASK, 0.8), (Fate.RANDOM, 0.1), (Fate.KEEP, 0.1)):
        deviation = (share * (1 - share) / fates.total()) ** 0.5
        assert fates[fate] / fates.total() == pytest.approx(share, abs=4 * deviation)


def test_each_random_token_is_drawn_for_itself() -> None:
    seen: set[int] = set()
    for seed in range(60):
        hidden = mask_spans(
            [9] * 60, [True] * 60, random.Random(seed), mask_id=MASK, draw_token=lambda rng: rng.randrange(1000, 9999)
        )
        shown = [token for token in hidden.masked.input_ids if token >= 1000]
        assert len(shown) == hidden.masked.fates.count(Fate.RANDOM)
        seen |= set(shown)
    assert len(seen) > 30


def test_lengths_are_geometric_and_renormalised() -> None:
    """3.8 words on average; clipped to ten they would be 4.5, and ten would come in 13 % of the draws."""
    rng, draws = random.Random(0), 20_000
    counts = Counter(draw_span_length(rng) for _ in range(draws))
    total = 1 - 0.8**10
    assert set(counts) == set(LENGTHS) == set(range(1, 11))
    for length in LENGTHS:
        share = 0.2 * 0.8 ** (length - 1) / total
        assert counts[length] / draws == pytest.approx(share, abs=4 * (share * (1 - share) / draws) ** 0.5)
    mean = sum(length * count for length, count in counts.items()) / draws
    assert mean == pytest.approx(3.797, abs=4 * 2.6 / draws**0.5)


def test_length_is_counted_in_words() -> None:
    """With words of three pieces a span is three times as long."""
    spans = [span for seed in range(300) for span in masked_of([True, False, False] * 40, seed).spans]
    whole = [len(span) for span in spans if len(span) % 3 == 0]
    assert len(whole) > 0.7 * len(spans)
    assert max(map(len, spans)) == number_to_mask(120) == 18  # a single span, cut off


def test_anchors_are_everywhere() -> None:
    starts = Counter(span.start for seed in range(2000) for span in masked_of([True] * 20, seed).spans)
    assert set(starts) == set(range(20))


def test_merging_makes_runs_longer_than_ten_words() -> None:
    longest = max(len(span) for seed in range(300) for span in masked_of([True] * 126, seed).spans)
    assert 10 < longest <= 19


def test_no_window_of_ours_hides_a_run_behind_the_last_place() -> None:
    assert number_to_mask(126) == 19 and MAX_SPAN_TARGETS == 20
