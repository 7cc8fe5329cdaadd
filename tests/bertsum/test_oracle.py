"""The oracle against every possible choice, on texts where that can be tried."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bertsum.tiny import SENTENCES
from variants.bertsum.oracle import MOST, oracle_labels, oracle_steps, words_of

WORDS = st.sampled_from(["cat", "dog", "sat", "ran", "hat", "the"])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=6)


def grams(text: str, n: int) -> set[str]:
    words = words_of(text)
    return {" ".join(words[start : start + n]) for start in range(len(words) - n + 1)}


def rouge(taken: list[str], summary: str) -> float:
    """ROUGE-1 + ROUGE-2 over sets, pairs within a sentence only, computed another way."""
    total = 0.0
    for n in (1, 2):
        found = {gram for sentence in taken for gram in grams(sentence, n)}
        wanted = grams(summary, n)
        if found and wanted:
            precision, recall = len(found & wanted) / len(found), len(found & wanted) / len(wanted)
            total += 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return total


@pytest.mark.parametrize("number", range(len(SENTENCES)))
def test_a_summary_that_is_a_sentence_is_found_first(number: int) -> None:
    steps = oracle_steps(SENTENCES, SENTENCES[number])
    assert [(step.sentence, step.score) for step in steps] == [(number, pytest.approx(2.0))]


@given(TEXTS, st.lists(WORDS, min_size=1, max_size=8).map(" ".join))
@settings(deadline=None)
def test_each_step_is_the_best_that_could_be_added(sentences: list[str], summary: str) -> None:
    taken: list[str] = []
    best = 0.0
    for step in oracle_steps(sentences, summary):
        choices = [rouge([*taken, sentence], summary) for sentence in sentences]
        assert step.score == pytest.approx(rouge([*taken, sentences[step.sentence]], summary))
        assert step.score == pytest.approx(max(choices)) and step.score > best
        taken.append(sentences[step.sentence])
        best = step.score
    if len(taken) < min(MOST, len(sentences)):
        assert all(rouge([*taken, sentence], summary) <= best + 1e-12 for sentence in sentences)


def test_it_stops_at_three_and_labels_what_it_took() -> None:
    sentences = [f"word{n} and other{n}" for n in range(6)]
    summary = " ".join(sentences)
    assert len(oracle_steps(sentences, summary)) == MOST
    assert sum(oracle_labels(sentences, summary)) == MOST


def test_the_known_case_of_the_reference_comes_in_the_order_of_taking() -> None:
    """The third sentence says most of it, the first adds the rest; there the list stops early."""
    sentences = ["a small cat", "nothing like it", "dogs bark at night loudly"]
    assert [step.sentence for step in oracle_steps(sentences, "dogs bark at night a cat")] == [2, 0]


def test_nothing_in_common_takes_nothing() -> None:
    assert oracle_steps(["a cat", "a dog"], "zebra") == []
    assert oracle_steps([], "zebra") == []
    assert words_of("It's 3.5 o'clock — now!") == ["its", "35", "oclock", "now"]
