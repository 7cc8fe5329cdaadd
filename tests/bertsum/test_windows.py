"""Windows: every sentence once, in order, whole where it fits, and segments that alternate."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.tiny import VOCABULARY
from variants.bertsum.windows import windows_of

SENTENCES = st.lists(st.lists(st.integers(5, 60), min_size=1, max_size=40), min_size=1, max_size=30)


@given(SENTENCES, st.integers(8, 64))
def test_every_sentence_is_in_exactly_one_window(sentences: list[list[int]], max_length: int) -> None:
    windows = windows_of(sentences, VOCABULARY, max_length)
    assert [number for window in windows for number in window.sentences] == list(range(len(sentences)))
    for window in windows:
        assert len(window.input_ids) == len(window.token_type_ids) <= max_length
        ends = [*window.places[1:], len(window.input_ids)]
        for number, place, end in zip(window.sentences, window.places, ends, strict=True):
            kept = sentences[number][: max_length - 2]
            assert list(window.input_ids[place:end]) == [VOCABULARY.cls, *kept, VOCABULARY.sep]
            assert set(window.token_type_ids[place:end]) == {number % 2}


@given(SENTENCES)
def test_a_window_is_closed_only_when_the_next_sentence_does_not_fit(sentences: list[list[int]]) -> None:
    windows = windows_of(sentences, VOCABULARY, 64)
    for window, following in pairwise(windows):
        first = sentences[following.sentences[0]]
        assert len(window.input_ids) + len(first[:62]) + 2 > 64


def test_five_sentences_alternate() -> None:
    (window,) = windows_of([[9]] * 5, VOCABULARY, 64)
    assert [window.token_type_ids[place] for place in window.places] == [0, 1, 0, 1, 0]
    (plain,) = windows_of([[9]] * 5, VOCABULARY, 64, interval_segments=False)
    assert set(plain.token_type_ids) == {0} and plain.input_ids == window.input_ids
