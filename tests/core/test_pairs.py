"""Passages: drawn in order from one document, and counted as each question asks."""

from __future__ import annotations

from collections.abc import Sequence

from variants.core.corpus import Document
from variants.core.pairs import WORDS, Pair, draw_passages, pair_scores

DOCUMENTS = [Document("made", (" ".join(f"d{d}w{w}" for w in range(100)),)) for d in range(6)]
SHORT = Document("made", ("too short",))


def test_passages_follow_each_other() -> None:
    passages = draw_passages([SHORT, *DOCUMENTS], 4)
    assert len(passages) == 4
    for number, each in enumerate(passages):
        assert each.first.split() == [f"d{number}w{w}" for w in range(WORDS)]
        assert each.second.split() == [f"d{number}w{w}" for w in range(WORDS, 2 * WORDS)]
        assert each.elsewhere.split()[0] == f"d{(number + 1) % 4}w{WORDS}"


def same_document(pairs: Sequence[Pair]) -> list[float]:
    return [float(first.split("w")[0] == second.split("w")[0]) for first, second in pairs]


def in_order(pairs: Sequence[Pair]) -> list[float]:
    return [
        float(int(first.split()[0].split("w")[1]) < int(second.split()[0].split("w")[1])) for first, second in pairs
    ]


def test_topic_answers_one_question_and_order_the_other() -> None:
    passages = draw_passages(DOCUMENTS, 6)
    by_topic, by_order = pair_scores(same_document, passages), pair_scores(in_order, passages)
    assert (by_topic["nsp_accuracy"], by_topic["sop_accuracy"]) == (1.0, 0.5)
    assert (by_order["nsp_accuracy"], by_order["sop_accuracy"]) == (0.5, 1.0)


def test_the_spread_is_that_of_two_binomials() -> None:
    """Half of the passages are followed rightly, all from elsewhere refused: one of the two shares varies."""
    passages = draw_passages(DOCUMENTS, 6)
    known = {(each.first, each.second) for each in passages[:3]}
    found = pair_scores(lambda pairs: [float(pair in known) for pair in pairs], passages)
    assert (found["in_order"], found["elsewhere"], found["passages"]) == (0.5, 1.0, 6)
    assert found["nsp_standard_error"] == (0.5 * 0.5 / 6) ** 0.5 / 2
    assert pair_scores(same_document, passages)["nsp_standard_error"] == 0.0
