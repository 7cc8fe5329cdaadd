"""Questions are marked by what the sampler, the model or the paper's table says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.asked import assert_well_asked
from tests.tiny import HOSTILE, refusal_of
from variants.core.question import Marked, Question
from variants.spanbert import questions
from variants.spanbert.demo import SpanBert, default_span, read

TEXT = "When the old king died in the winter of that year, his eldest son took the crown."
Mark = Callable[[SpanBert, str], Marked]
ASKED: dict[str, tuple[Question, Mark]] = {
    "rate": (questions.MASK_RATE, lambda model, text: questions.mark_mask_rate(model, read(model, text))),
    "fate": (questions.ONE_FATE, lambda model, text: questions.mark_one_fate(model, read(model, text))),
    "sight": (questions.WHAT_SBO_SEES, lambda model, text: questions.mark_what_sbo_sees(model, read(model, text))),
    "length": (questions.MEAN_LENGTH, lambda _model, _text: questions.mark_mean_length()),
    "entities": (questions.ENTITIES, lambda _model, _text: questions.mark_entities()),
}
# What the paper says, option by option.
EXPECTED = {"rate": "no, 15 %", "fate": "one draw", "sight": "the two beside", "length": "about 3.8", "entities": "no,"}


@pytest.mark.parametrize("name", ASKED)
def test_the_measurement_bears_out_the_paper(spanbert: SpanBert, name: str) -> None:
    question, mark = ASKED[name]
    marked = mark(spanbert, TEXT)
    assert EXPECTED[name] in question.options[marked.right].text
    assert marked.evidence.endswith(".") and "\n" not in marked.evidence
    assert marked == mark(spanbert, TEXT)


@pytest.mark.parametrize("name", ASKED)
def test_every_option_says_why(name: str) -> None:
    assert_well_asked(ASKED[name][0])


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_typed_a_question_is_marked_or_refused(spanbert: SpanBert, name: str, text: str) -> None:
    found: list[Marked] = []
    sentence = refusal_of(lambda: found.append(ASKED[name][1](spanbert, text)))
    assert bool(found) != bool(sentence) and "\n" not in sentence


def test_the_evidence_counts_what_was_drawn(spanbert: SpanBert) -> None:
    evidence = questions.mark_mask_rate(spanbert, read(spanbert, "the " * 20)).evidence
    assert evidence.count("15.0%") == 2 and "20 tokens" in evidence  # 3 of 20, both ways
    assert " 0 of " in questions.mark_one_fate(spanbert, read(spanbert, TEXT)).evidence


def test_the_head_is_seen_to_read_two_states(spanbert: SpanBert) -> None:
    encoded = read(spanbert, TEXT)
    span = default_span(spanbert, encoded)
    evidence = questions.mark_what_sbo_sees(spanbert, encoded).evidence
    for place in (span.start - 1, span.stop):
        assert f"“{encoded.tokens[place]}” (token {place})" in evidence
    assert evidence.count("(token") == 2


def test_a_published_answer_names_its_table() -> None:
    assert questions.mark_entities().origin == "Joshi et al., 2019, Table 6"
    assert "6 of 6" in questions.mark_entities().evidence
    assert questions.mark_mean_length().origin == "Measured just now"
