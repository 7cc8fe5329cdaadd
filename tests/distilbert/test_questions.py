"""The right answers are measured or published; where they follow from either, they are known."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.asked import assert_well_asked
from variants.core.question import Marked, Question
from variants.distilbert import questions
from variants.distilbert.demo import DistilBert, Teacher, hear, read
from variants.distilbert.published import (
    ABLATION,
    AVERAGE,
    CLAIMS,
    GLUE,
    MILLIONS,
    MNLI_IN_CODE,
    RIVALS,
    SECONDS,
    meaning,
)

Shipped = tuple[Teacher, DistilBert]


def mark_squared(models: Shipped, text: str = "There are seven days in a week.") -> Marked:
    return questions.mark_squared(hear(*models, read(models[1], text)))


KNOWN: dict[str, tuple[Question, Callable[[Shipped], Marked], str]] = {
    "smaller": (questions.SMALLER, lambda _: questions.mark_smaller(), "six layers"),
    "faster": (questions.FASTER, lambda _: questions.mark_faster(), "about 39 %"),
    "fine-tuning": (
        questions.FINE_TUNING,
        lambda models: questions.mark_fine_tuning(models[1]),
        "in pre-training, once for all tasks",
    ),
    "least": (questions.LEAST, lambda _: questions.mark_least(), "the hidden words"),
    "segments": (
        questions.SEGMENTS,
        lambda models: questions.mark_segments(*models),
        "nowhere: the student has no such table",
    ),
    "squared": (questions.SQUARED, mark_squared, "it falls to about a sixteenth"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_measurement_bears_out_the_known_answer(shipped: Shipped, name: str) -> None:
    question, mark, answer = KNOWN[name]
    marked = mark(shipped)
    assert question.options[marked.right].text == answer
    assert re.search(r"\d", marked.evidence) and marked.evidence.endswith(".")
    assert mark(shipped) == marked


@pytest.mark.parametrize("name", KNOWN)
def test_every_option_is_answered_in_its_own_words(name: str) -> None:
    assert_well_asked(KNOWN[name][0])


@pytest.mark.parametrize("text", ["cat", "[MASK]", "a b c " * 60, "\U0001f600"])
def test_the_gradient_falls_with_the_square_on_any_text(shipped: Shipped, text: str) -> None:
    assert mark_squared(shipped, text).right == 2


def test_published_answers_name_their_table(shipped: Shipped) -> None:
    origins = {name: mark(shipped).origin for name, (_, mark, _) in KNOWN.items()}
    assert {name for name, origin in origins.items() if "Sanh et al., 2019, Table" in origin} == {"faster", "least"}


def test_the_headlines_follow_from_the_tables() -> None:
    found = meaning()
    assert f"{found.kept:.1%}" == "96.9%"
    assert (f"{found.kept_without_wnli:.1%}", f"{found.kept_corrected:.1%}") == ("95.9%", "96.2%")
    assert f"{found.throughput:.2f}" == "1.63" and f"{found.less_time:.0%}" == "39%" and f"{found.smaller:.0%}" == "40%"
    student = sum(row.student.value for row in GLUE) / len(GLUE)
    teacher = sum(row.teacher.value for row in GLUE) / len(GLUE)
    assert f"{student:.1f}" == f"{AVERAGE.student.value}"
    assert f"{teacher - 2 / 9:.1f}" == f"{AVERAGE.teacher.value}"  # with 84.7, not the 86.7 that is printed
    kept = {row.task: f"{row.kept:.0%}" for row in GLUE}
    assert kept["RTE"] == "86%" and kept["CoLA"] == "91%"


def test_every_published_number_is_in_the_record() -> None:
    from variants.distilbert import VARIANT

    shown = [claim for row in (*GLUE, AVERAGE) for claim in (row.teacher, row.student)]
    assert set(VARIANT.claims) == {*shown, MNLI_IN_CODE, *MILLIONS, *SECONDS, *ABLATION, *RIVALS} == set(CLAIMS)
