"""The right answers are measured or published; where they follow from either, they are known."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from variants.bert.demo import load as load_bert
from variants.core.question import Marked, Question
from variants.tinybert import VARIANT, questions
from variants.tinybert.demo import Pair, compare, read
from variants.tinybert.published import ABLATIONS, AVERAGE, CLAIMS, FULL, GLUE


def mark_copied(pair: Pair, text: str = "There are seven days in a week.") -> Marked:
    return questions.mark_copied(compare(pair, read(pair.checkpoint, text)))


KNOWN: dict[str, tuple[Question, Callable[[Pair], Marked], str]] = {
    "copied": (questions.COPIED, mark_copied, "it rises by about 1"),
    "narrower": (
        questions.NARROWER,
        lambda pair: questions.mark_narrower(pair, compare(pair, read(pair.checkpoint, "A day."))),
        "yes, through a learned map W_h",
    ),
    "second": (
        questions.SECOND,
        lambda _: questions.mark_second(load_bert()),
        "a BERT that was fine-tuned on the task",
    ),
    "least": (questions.LEAST, lambda _: questions.mark_least(), "the attention scores"),
    "mapping": (questions.MAPPING, lambda _: questions.mark_mapping(), "every third: 3, 6, 9, 12"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_measurement_bears_out_the_known_answer(shipped_pair: Pair, name: str) -> None:
    question, mark, right = KNOWN[name]
    marked = mark(shipped_pair)
    assert question.options[marked.right].text == right
    assert re.search(r"\d", marked.evidence) and marked.evidence.endswith(".")


@pytest.mark.parametrize("name", KNOWN)
def test_every_option_is_answered_in_its_own_words(name: str) -> None:
    question = KNOWN[name][0]
    assert question.prompt.endswith("?") and len(question.options) >= 2
    assert all(option.text and option.why.endswith(".") for option in question.options)
    assert len({option.text for option in question.options}) == len(question.options)


@pytest.mark.parametrize("text", ["cat", "[MASK]", "a b c " * 60, "\U0001f600"])
def test_the_shift_is_seen_on_any_text(shipped_pair: Pair, text: str) -> None:
    assert mark_copied(shipped_pair, text).right == 1


def test_the_averages_follow_from_the_tasks() -> None:
    for who in ("teacher", "student"):
        mean = sum(getattr(row, who).value for row in GLUE) / len(GLUE)
        assert f"{mean:.1f}" == f"{getattr(AVERAGE, who).value}"
    assert (FULL.value, ABLATIONS["maps"][0].value) == (75.6, 75.6)


def test_every_published_number_is_in_the_record() -> None:
    shown = {claim for claims in ABLATIONS.values() for claim in claims}
    assert shown < set(VARIANT.claims) == set(CLAIMS) and len(CLAIMS) == len(set(CLAIMS))
    assert all(claim.source.startswith("Jiao et al., 2019, Table ") for claim in CLAIMS)
