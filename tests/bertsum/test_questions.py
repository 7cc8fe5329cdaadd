"""Questions: the measurement bears out the right answer, and says when it cannot tell."""

from __future__ import annotations

import pytest

from tests.bertsum.tiny import SENTENCES
from variants.bertsum import demo, questions
from variants.bertsum.demo import Summarizer
from variants.bertsum.sample_articles import sample_articles
from variants.core.errors import InputError
from variants.core.question import Question

SAMPLE = sample_articles()[0]


def test_it_is_bert_fine_tuned(bertsum: Summarizer) -> None:
    assert questions.mark_pre_trained(bertsum).right == 1


def test_labels_come_from_the_oracle(tiny: Summarizer) -> None:
    marked = questions.mark_labels(demo.read(tiny, " ".join(SENTENCES)), SENTENCES[2])
    assert marked.right == 2 and "sentence 3 (2.000)" in marked.evidence
    for reference, said in ((" ", "needs a summary"), ("zebra", "no word")):
        with pytest.raises(InputError, match=said):
            questions.mark_labels(demo.read(tiny, " ".join(SENTENCES)), reference)


def test_published_questions_are_computed_from_the_claims() -> None:
    ceiling, trick = questions.mark_ceiling(), questions.mark_trick()
    assert ceiling.right == 0 and "23%" in ceiling.evidence
    assert trick.right == 2 and "+0.66" in trick.evidence and "+0.05" in trick.evidence
    writing = questions.mark_writing()
    assert writing.right == 1 and all(said in writing.evidence for said in ("43.25", "42.13", "46.66", "49.02"))
    assert all("2019" in marked.origin for marked in (ceiling, trick, writing))


def test_a_segment_says_odd_or_even(tiny: Summarizer) -> None:
    marked = questions.mark_parity(tiny, demo.read(tiny, " ".join(SENTENCES)))
    assert marked.right == 1 and "5 sentences" in marked.evidence and "2 different" in marked.evidence
    with pytest.raises(InputError):
        questions.mark_parity(tiny, demo.read(tiny, SENTENCES[0]))


def test_the_reference_prints_best_first(bertsum: Summarizer) -> None:
    marked = questions.mark_order(bertsum, demo.read(bertsum, SAMPLE.text))
    assert marked.right == 1 and "best" not in marked.evidence
    with pytest.raises(InputError, match="another article"):
        questions.mark_order(bertsum, demo.read(bertsum, SENTENCES[0]))


@pytest.mark.parametrize("name", ["PRE_TRAINED", "LABELS", "CEILING", "TRICK", "PARITY", "ORDER", "WRITING"])
def test_every_option_says_why(name: str) -> None:
    question: Question = getattr(questions, name)
    assert all(option.text and option.why.endswith(".") for option in question.options)
