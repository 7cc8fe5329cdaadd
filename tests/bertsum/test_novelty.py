"""Copied and invented words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variants.bertsum.novelty import marked_words, novel_share, words_in

SOURCE = "The queen of the garden was late. Her cat, too."


def test_words_are_copied_or_invented_and_pairs_are_seen() -> None:
    marked = marked_words("the queen was early, her cat too", SOURCE)
    said = [(each.text, each.copied, each.pair) for each in marked if each.copied is not None]
    assert said == [
        ("the", True, True),
        ("queen", True, True),
        ("was", True, False),
        ("early", False, False),
        ("her", True, True),
        ("cat", True, True),
        ("too", True, True),
    ]


def test_shares_are_those_of_the_runs() -> None:
    assert novel_share("the queen was early", SOURCE, 1) == pytest.approx(1 / 4)
    assert novel_share("the queen was early", SOURCE, 2) == pytest.approx(2 / 3)
    assert novel_share("queen", SOURCE, 2) == novel_share("", SOURCE, 1) == 0.0


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_is_lost_and_every_word_is_marked(summary: str, source: str) -> None:
    marked = marked_words(summary, source)
    assert "".join(each.text for each in marked) == summary
    words = [each for each in marked if each.copied is not None]
    known = words_in(source)
    assert all(each.copied == (each.text.lower() in known) for each in words)
    assert all(each.copied for each in words if each.pair)


@given(st.text(max_size=60))
def test_a_text_is_nothing_new_to_itself(text: str) -> None:
    assert novel_share(text, text, 1) == novel_share(text, text, 2) == 0.0
