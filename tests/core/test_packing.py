"""Windows hold whole sentences, as many as fit, and every token once."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from variants.core.packing import pack_sentences
from variants.core.token_store import Sentence

LENGTHS = st.lists(st.integers(1, 40), min_size=1, max_size=30)


def numbered(lengths: list[int]) -> list[Sentence]:
    """Sentences of these lengths; every token is its own place in the document."""
    ends = [sum(lengths[: i + 1]) for i in range(len(lengths))]
    return [list(range(end - length, end)) for end, length in zip(ends, lengths, strict=True)]


@given(lengths=LENGTHS, room=st.integers(1, 126))
def test_every_token_is_used_once_in_the_order_of_the_text(lengths: list[int], room: int) -> None:
    windows = pack_sentences(numbered(lengths), room)
    assert all(1 <= len(window) <= room for window in windows)
    assert [token for window in windows for token in window] == list(range(sum(lengths)))


@given(lengths=LENGTHS, room=st.integers(40, 126))
def test_windows_begin_with_sentences_and_end_where_the_next_does_not_fit(lengths: list[int], room: int) -> None:
    sentences = {sentence[0]: sentence for sentence in numbered(lengths)}
    windows = pack_sentences(sentences.values(), room)
    assert all(window[0] in sentences for window in windows)
    assert all(len(window) + len(sentences[after[0]]) > room for window, after in pairwise(windows))


def test_a_sentence_longer_than_the_window_is_cut() -> None:
    assert pack_sentences(numbered([3, 10, 2]), 4) == [[0, 1, 2], [3, 4, 5, 6], [7, 8, 9, 10], [11, 12, 13, 14]]


def test_sentences_are_left_as_they_are() -> None:
    sentences = numbered([3, 4])
    pack_sentences(sentences, 20)
    assert sentences == numbered([3, 4])


def test_no_text_makes_no_window() -> None:
    assert pack_sentences([], 14) == []
