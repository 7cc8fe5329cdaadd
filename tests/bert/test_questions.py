"""The right answers are measured; where they follow from the sampler, they are known."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.asked import assert_well_asked
from variants import find_variant
from variants.bert import questions
from variants.bert.demo import Bert, read
from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.question import Marked, Question

Mark = Callable[[Bert, Encoded], Marked]

EXAMPLE = find_variant("bert").example
TEXTS = [EXAMPLE, "cats sleep", EXAMPLE * 20, "The [MASK] sat on the [MASK].", "漢 \U0001f600 cat"]
KNOWN: dict[str, tuple[Question, Mark, str]] = {
    "every position": (questions.EVERY_POSITION, questions.mark_every_position, "at about eight in ten"),
    "wrong words": (questions.WRONG_WORDS, questions.mark_wrong_words, "about 1.5 %"),
    "loss everywhere": (questions.LOSS_EVERYWHERE, questions.mark_loss_everywhere, "from the chosen 15 %"),
    "jointly": (questions.JOINTLY, questions.mark_jointly, "no"),
}
QUESTIONS = [question for question, _, _ in KNOWN.values()] + [questions.TOPIC]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.prompt[:20])
def test_every_option_is_answered_in_its_own_words(question: Question) -> None:
    assert_well_asked(question)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", KNOWN)
def test_the_measurement_bears_out_the_known_answer(bert: Bert, name: str, text: str) -> None:
    question, mark, answer = KNOWN[name]
    marked = mark(bert, read(bert, text))
    assert question.options[marked.right].text == answer
    assert re.search(r"\d", marked.evidence) and marked.evidence.endswith(".")


def test_a_measurement_can_be_repeated(bert: Bert) -> None:
    for _, mark, _ in KNOWN.values():
        assert mark(bert, read(bert, EXAMPLE)) == mark(bert, read(bert, EXAMPLE))


def test_evidence_for_the_fates_is_near_80_10_10(bert: Bert) -> None:
    evidence = questions.mark_every_position(bert, read(bert, EXAMPLE)).evidence
    shares = [float(share) for share in re.findall(r"([\d.]+)%", evidence)]
    assert shares == pytest.approx([80, 10, 10], abs=2.5)
    wrong = questions.mark_wrong_words(bert, read(bert, EXAMPLE)).evidence
    assert float(re.findall(r"([\d.]+)%", wrong)[-1]) == pytest.approx(1.5, abs=0.3)


def test_evidence_for_the_loss_counts_the_chosen_outputs(bert: Bert) -> None:
    """15 % of all tokens, rounded."""
    encoded = read(bert, EXAMPLE)
    chosen = round(0.15 * len(encoded))
    evidence = questions.mark_loss_everywhere(bert, encoded).evidence
    assert evidence == f"{chosen} of the {len(encoded)} outputs have a gradient, and {chosen} tokens were chosen."
    assert all(parameter.grad is None for parameter in bert.model.parameters())


@pytest.mark.parametrize("name", KNOWN)
def test_a_text_without_a_word_is_refused(bert: Bert, name: str) -> None:
    """Typed special tokens are never chosen, so there is nothing to measure."""
    with pytest.raises(InputError):
        KNOWN[name][1](bert, read(bert, "[CLS] [SEP]"))


def test_two_words_are_needed_to_hide_two(bert: Bert) -> None:
    with pytest.raises(InputError, match="two words"):
        questions.mark_jointly(bert, read(bert, "cat"))


def test_the_topic_question_can_be_marked(bert: Bert) -> None:
    marked = questions.mark_topic(bert)
    assert marked.right in range(len(questions.TOPIC.options))
    shares = [float(share) for share in re.findall(r"(\d+)%", marked.evidence)]
    assert len(shares) == 3 and all(0 <= share <= 100 for share in shares)


def test_cls_is_not_a_measure_of_meaning(bert: Bert) -> None:
    marked = questions.mark_similarity(bert)
    assert marked.right == 1
    assert f"of {len(questions.TRIPLES)} trials" in marked.evidence
