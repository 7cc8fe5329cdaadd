"""Exact match and F1 as SQuAD's own scorer computes them, on cases worked out by hand."""

from __future__ import annotations

import pytest

from variants.core.answer_scores import exact_match, likeliest_sentence, normalized, overlap_f1
from variants.core.labelled import AskedPassage


@pytest.mark.parametrize(
    ("found", "plain"),
    [("The Eiffel  Tower!", "eiffel tower"), ("a cat, an owl", "cat owl"), ("theory", "theory"), ("the", "")],
)
def test_case_punctuation_articles_and_spaces_do_not_count(found: str, plain: str) -> None:
    assert normalized(found) == plain


def test_the_answer_that_fits_best_counts() -> None:
    answers = ["in the garden", "the garden"]
    assert exact_match("Garden.", answers) == 1.0
    assert exact_match("a garden gate", answers) == 0.0
    assert overlap_f1("garden gate", answers) == pytest.approx(2 * (1 / 2) * 1 / (1 / 2 + 1))  # against “garden”


def test_f1_counts_words_as_often_as_they_occur() -> None:
    assert overlap_f1("very very good", ["very good"]) == pytest.approx(2 * (2 / 3) * 1 / (2 / 3 + 1))
    assert overlap_f1("cat", ["dog"]) == 0.0
    assert overlap_f1("the", ["a"]) == 1.0  # both are nothing


def test_the_baseline_takes_the_sentence_that_shares_most_words() -> None:
    passage = "The cat slept. The dog barked at the moon. Nobody cared."
    asked = AskedPassage("At what did the dog bark in the night, the moon?", passage, ("the moon",), 33)
    assert likeliest_sentence(asked).strip() == "The dog barked at the moon."
