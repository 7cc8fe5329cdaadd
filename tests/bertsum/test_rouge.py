"""ROUGE: the library's numbers, counted by hand on small cases; marks that lose nothing."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from variants.bertsum.rouge import rouge_of, shared_words

WORDS = st.lists(
    st.sampled_from(["cat", "dogs", "dog", "Running", "ran", "the", "hat.", "(is)"]), min_size=1, max_size=9
)


def f1(one: Counter[str], other: Counter[str]) -> float:
    shared = sum((one & other).values())
    return 2 * shared / (sum(one.values()) + sum(other.values())) if shared else 0.0


def test_words_and_pairs_counted_by_hand() -> None:
    found = rouge_of(["the cat sat"], "the cat ran")
    assert found["rouge1"] == pytest.approx(f1(Counter(["the", "cat", "sat"]), Counter(["the", "cat", "ran"])))
    assert found["rouge2"] == pytest.approx(1 / 2)
    assert found["rougeL"] == pytest.approx(2 / 3)


def test_stems_count_as_one_word() -> None:
    assert rouge_of(["the dogs"], "the dog")["rouge1"] == 1
    assert rouge_of(["running"], "runs")["rouge1"] == 1


@given(WORDS, WORDS)
@settings(deadline=None)
def test_the_words_marked_are_those_that_rouge_counts(one: list[str], other: list[str]) -> None:
    text, reference = " ".join(one), " ".join(other)
    marked = shared_words(text, reference)
    assert "".join(each.text for each in marked) == text
    precision = RougeScorer(["rouge1", "rouge2"], use_stemmer=True).score(reference, text)
    assert any(each.shared for each in marked) == (precision["rouge1"].precision > 0)
    assert any(each.shared == 2 for each in marked) == (precision["rouge2"].precision > 0)


def test_marks_keep_every_sign() -> None:
    text = "  <b>Cats</b> & naïve dogs – “quoted”… İ K 漢字 "
    assert "".join(each.text for each in shared_words(text, "dogs cats")) == text
    assert shared_words("", "a") == ()
    assert [each.shared for each in shared_words("the cat sat", "a cat sat")] == [0, 0, 2, 0, 2]
