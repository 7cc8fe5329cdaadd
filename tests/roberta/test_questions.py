"""The right answers are measured; where they follow from sampler, model or paper, they are known."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.asked import assert_well_asked
from variants.core.errors import InputError
from variants.core.question import Marked, Question
from variants.roberta import VARIANT, questions
from variants.roberta.demo import Roberta, read
from variants.roberta.published import BATCH_SIZES, CLAIMS

KNOWN: dict[str, tuple[Question, Callable[[Roberta], Marked], str]] = {
    "never hidden": (
        questions.NEVER_HIDDEN,
        lambda model: questions.mark_never_hidden(model, read(model, VARIANT.example)),
        "about a fifth of a long text",
    ),
    "architecture": (questions.ARCHITECTURE, questions.mark_architecture, "none of them"),
    "gain": (questions.GAIN, lambda _: questions.mark_gain(), "ten times the data and five times the steps"),
    "compute": (questions.SAME_COMPUTE, lambda _: questions.mark_same_compute(), "2K sequences, 125,000 steps"),
    "unknown": (questions.UNKNOWN, questions.mark_unknown, "none"),
    "segments": (questions.SEGMENTS, questions.mark_segments, "separators alone"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_measurement_bears_out_the_known_answer(roberta: Roberta, name: str) -> None:
    question, mark, answer = KNOWN[name]
    marked = mark(roberta)
    assert question.options[marked.right].text == answer
    assert re.search(r"\d", marked.evidence) and marked.evidence.endswith(".")
    assert mark(roberta) == marked


@pytest.mark.parametrize("name", KNOWN)
def test_every_option_is_answered_in_its_own_words(name: str) -> None:
    assert_well_asked(KNOWN[name][0])


def test_published_answers_name_their_table(roberta: Roberta) -> None:
    origins = {name: mark(roberta).origin for name, (_, mark, _) in KNOWN.items()}
    assert {name for name, origin in origins.items() if "Liu et al., 2019, Table" in origin} == {"gain", "compute"}


@pytest.mark.parametrize("text", ["cat", "[MASK] [MASK]", "a b c d"])
def test_a_short_text_is_refused_in_one_line(roberta: Roberta, text: str) -> None:
    with pytest.raises(InputError, match="longer"):
        questions.mark_never_hidden(roberta, read(roberta, text))


@pytest.mark.parametrize("text", ["one two three four five six seven eight", VARIANT.example * 6])
def test_texts_of_eight_words_and_more_have_an_answer(roberta: Roberta, text: str) -> None:
    assert questions.mark_never_hidden(roberta, read(roberta, text)).right == 1


def test_the_evidence_is_the_papers() -> None:
    assert "-0.3 on MNLI and +0.4 on SQuAD 2.0 F1" in questions.mark_gain().evidence
    assert "+1.2 and +2.1" in questions.mark_gain().evidence


def test_the_three_runs_read_about_as_many_sequences() -> None:
    seen = [row.sequences_seen for row in BATCH_SIZES]
    assert seen == [256_000_000, 256_000_000, 253_952_000]
    assert max(BATCH_SIZES, key=lambda row: row.mnli.value).sequences == 2048
    assert min(BATCH_SIZES, key=lambda row: row.perplexity.value).sequences == 2048
    assert {row.mnli for row in BATCH_SIZES} <= set(CLAIMS) and VARIANT.claims == CLAIMS
