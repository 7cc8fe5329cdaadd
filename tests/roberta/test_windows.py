"""Windows are full sentences over document boundaries, and their masks are new at every serving."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache, partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.roberta.tiny import SPECIAL, STORE, VOCABULARY
from tests.tiny import make_store
from variants.core.masking import IGNORED, Fate
from variants.core.token_store import Sentence
from variants.roberta.objective import Example, full_sentences, make_examples, mask_anew, number_to_mask

WINDOWS = [16, 32, 64, 128]
SEP = VOCABULARY.sep
LENGTHS = st.lists(st.integers(1, 40), min_size=1, max_size=12)
make = partial(make_examples, vocabulary=VOCABULARY, special=SPECIAL, seed=0, rows=128)


def numbered(lengths: list[int], start: int = 100) -> list[Sentence]:
    """Sentences of these lengths; every token is its own place, counted from ``start``."""
    ends = [start + sum(lengths[: i + 1]) for i in range(len(lengths))]
    return [list(range(end - length, end)) for end, length in zip(ends, lengths, strict=True)]


def originals(example: Example) -> list[int]:
    """What stood there before masking."""
    masked = example.masked
    return [shown if label == IGNORED else label for shown, label in zip(masked.input_ids, masked.labels, strict=True)]


@cache
def every_example(window: int, copies: int = 1) -> tuple[Example, ...]:
    servings = [(index, copy) for index in range(len(STORE)) for copy in range(copies)]
    return tuple(e for index, copy in servings for e in make(STORE, index, copy=copy, max_length=window))


@given(lengths=LENGTHS, others=st.lists(LENGTHS, max_size=4), room=st.sampled_from([14, 30, 62, 126]))
def test_windows_are_the_document_and_then_whole_sentences_of_the_next_ones(
    lengths: list[int], others: list[list[int]], room: int
) -> None:
    following = [numbered(other, 1000 * (number + 1)) for number, other in enumerate(others)]
    windows = full_sentences(numbered(lengths), following, room=room, separator=SEP)
    assert all(1 <= len(window) <= room for window in windows)
    assert all(SEP not in window for window in windows[:-1])
    text = [token for window in windows for token in window]
    own, rest = text[: sum(lengths)], text[sum(lengths) :]
    assert own == list(range(100, 100 + sum(lengths)))
    stream = [[SEP, *sentence] if i == 0 else sentence for other in following for i, sentence in enumerate(other)]
    taken: list[int] = []
    while stream and len(windows[-1]) - len(rest) + len(taken) + len(stream[0]) <= room:
        taken += stream.pop(0)
    assert rest == taken


def test_a_window_may_hold_the_ends_of_several_documents() -> None:
    following = [numbered([3], 200), numbered([2, 2], 300), numbered([9], 400), numbered([1], 500)]
    (window,) = full_sentences(numbered([4]), following, room=20, separator=SEP)
    assert window == [100, 101, 102, 103, SEP, 200, 201, 202, SEP, 300, 301, 302, 303]


def test_the_next_document_is_the_next_one_of_the_store() -> None:
    store = make_store([[[10] * 3], [[11] * 3, [12] * 9], [[13] * 3]])
    shown = [originals(make(store, index, copy=0, max_length=12)[-1]) for index in range(3)]
    assert shown[0] == [0, 10, 10, 10, SEP, 11, 11, 11, SEP]
    assert shown[1] == [0, *[12] * 9, SEP]
    assert shown[2] == [0, 13, 13, 13, SEP, 10, 10, 10, SEP]  # the first follows the last


def test_a_store_of_one_document_has_nothing_to_go_on_with() -> None:
    (example,) = make(make_store([[[9] * 5]]), 0, copy=0, max_length=64)
    assert originals(example) == [0, *[9] * 5, SEP]


@pytest.mark.parametrize("window", WINDOWS)
def test_examples_are_one_segment_between_two_special_tokens(window: int) -> None:
    for example in every_example(window):
        ids = originals(example)
        assert len(example) == len(ids) <= window
        assert ids[0] == VOCABULARY.cls and ids[-1] == SEP
        assert not set(ids[1:-1]) & (SPECIAL - {SEP})


def test_windows_are_nearly_full() -> None:
    """Documents end within windows, and the next ones fill them: BERT would pad."""
    for window in WINDOWS:
        lengths = [len(example) for example in every_example(window)]
        assert sum(lengths) / len(lengths) > 0.75 * window


@given(length=st.integers(1, 512), seed=st.integers(0, 10**6))
def test_the_number_of_masks_is_rounded_up_or_down(length: int, seed: int) -> None:
    assert number_to_mask(length, random.Random(seed)) in {max(1, int(0.15 * length)), int(0.15 * length) + 1}


@pytest.mark.parametrize("length", [10, 16, 33, 128])
def test_the_number_of_masks_is_15_percent_on_average(length: int) -> None:
    rng, draws = random.Random(length), 4000
    mean = sum(number_to_mask(length, rng) for _ in range(draws)) / draws
    assert mean == pytest.approx(0.15 * length, abs=4 * 0.5 / draws**0.5)


@given(ids=st.lists(st.integers(0, 63), min_size=1, max_size=128), seed=st.integers(0, 10**6))
def test_properties_of_every_mask(ids: list[int], seed: int) -> None:
    masked = mask_anew(ids, VOCABULARY, SPECIAL, random.Random(seed))
    assert masked == mask_anew(ids, VOCABULARY, SPECIAL, random.Random(seed))
    possible = sum(token not in SPECIAL for token in ids)
    assert masked.number_chosen in {min(n, possible) for n in (max(1, int(0.15 * len(ids))), int(0.15 * len(ids)) + 1)}
    for token, shown, label, fate in zip(ids, masked.input_ids, masked.labels, masked.fates, strict=True):
        assert (label == IGNORED) == (fate is None)
        if fate is None or fate is Fate.KEEP:
            assert shown == token
        elif fate is Fate.MASK:
            assert shown == VOCABULARY.mask
        else:
            assert shown not in SPECIAL
        assert fate is None or (label == token and token not in SPECIAL)


def test_fates_are_80_10_10() -> None:
    fates = Counter(fate for example in every_example(32, 10) for fate in example.masked.fates if fate)
    assert fates.total() > 2000
    for fate, share in ((Fate.MASK, 0.8), (Fate.RANDOM, 0.1), (Fate.KEEP, 0.1)):
        deviation = (share * (1 - share) / fates.total()) ** 0.5
        assert fates[fate] / fates.total() == pytest.approx(share, abs=4 * deviation)


def test_random_pieces_are_uniform_over_all_that_are_not_special() -> None:
    rng, shown = random.Random(1), Counter[int]()
    for _ in range(4000):
        masked = mask_anew([9] * 40, VOCABULARY, SPECIAL, rng)
        shown.update(
            piece for piece, fate in zip(masked.input_ids, masked.fates, strict=True) if fate is Fate.RANDOM
        )  # the original is drawn as well
    expected = shown.total() / 59
    assert set(shown) == set(range(5, 64))
    assert all(abs(count - expected) < 4.5 * expected**0.5 for count in shown.values())


def test_masks_are_dynamic() -> None:
    """No serving looks like another, and the text stays what it is."""
    for index in (5, 11, 23):
        servings = [make(STORE, index, copy=copy, max_length=64) for copy in range(40)]
        assert len({tuple(example.masked for example in examples) for examples in servings}) == 40
        assert all([originals(e) for e in examples] == [originals(e) for e in servings[0]] for examples in servings)


def test_forty_servings_hide_almost_every_position() -> None:
    """1 - 0.85^k of the positions after k servings; ten masks that repeat would stay at 80 %."""
    text = [[7, *range(5, 64), *range(5, 64)]]
    ever: set[int] = set()
    reached: dict[int, float] = {}
    for copy in range(40):
        (example,) = make(make_store([text]), 0, copy=copy, max_length=128)
        ever |= {place for place, fate in enumerate(example.masked.fates) if fate}
        reached[copy + 1] = len(ever) / (len(example) - 2)
    assert reached[1] == pytest.approx(0.15, abs=0.01)
    assert reached[10] == pytest.approx(1 - 0.85**10, abs=0.12)
    assert reached[40] > 0.97


@given(index=st.integers(0, 39), copy=st.integers(0, 30), window=st.sampled_from(WINDOWS))
def test_examples_are_a_pure_function(index: int, copy: int, window: int) -> None:
    random.seed(index)
    once = make(STORE, index, copy=copy, max_length=window)
    random.seed(copy)
    assert make(STORE, index, copy=copy, max_length=window) == once


def test_masks_depend_on_seed_and_window() -> None:
    first = make(STORE, 5, copy=0, max_length=64)
    other = make_examples(STORE, 5, copy=0, max_length=64, vocabulary=VOCABULARY, special=SPECIAL, seed=1, rows=128)
    assert first != other
    assert first != make(STORE, 5, copy=0, max_length=32)


def test_short_windows_start_anywhere_and_full_ones_at_the_first_row() -> None:
    assert {example.offset for example in every_example(128)} == {0}
    offsets = [example.offset for example in every_example(16)]
    assert offsets.count(0) / len(offsets) == pytest.approx(0.5, abs=0.1)
    assert min(offsets) >= 0 and 90 < max(offsets) <= 112


def test_golden_example() -> None:
    """A run that is resumed by later code must see the same text."""
    example = make(STORE, 3, copy=1, max_length=16)[0]
    assert (example.masked.input_ids, example.offset) == GOLDEN[:2]
    assert {place: label for place, label in enumerate(example.masked.labels) if label != IGNORED} == GOLDEN[2]


GOLDEN: tuple[tuple[int, ...], int, dict[int, int]] = ((0, 4, 27, 28, 29, 30, 31, 32, 2), 0, {1: 26})
