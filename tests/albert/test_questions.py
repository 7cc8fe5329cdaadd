"""Each question has one right answer, and the measurement finds it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.albert.tiny import tiny_checkpoint
from variants.albert import questions
from variants.albert.stopwatch import SIZES as RACED
from variants.albert.stopwatch import Lap, Race
from variants.core.encoding import encode

ALBERT = tiny_checkpoint()


def test_published_answers() -> None:
    assert questions.mark_which().right == 1 and "80.2" in questions.mark_which().evidence
    assert questions.mark_tasks().right == 1 and "78.9 %" in questions.mark_tasks().evidence
    assert questions.mark_width().right == 1 and "79.8" in questions.mark_width().evidence
    for mark in (questions.mark_which, questions.mark_tasks, questions.mark_width):
        assert mark().origin.startswith("Lan et al., 2019, Table")


def test_xxlarge_is_counted() -> None:
    marked = questions.mark_arithmetic()
    assert marked.right == 2 and "222,595,584" in marked.evidence and "109,482,240" in marked.evidence


def test_the_gradient_is_the_sum() -> None:
    marked = questions.mark_gradient(ALBERT, encode(ALBERT.tokenizer, "The river flows into the sea."))
    assert marked.right == 2


@pytest.mark.parametrize(("seconds", "right"), [(0.11, 0), (1.0, 1), (0.97, 1), (2.1, 2)])
def test_the_race_decides(monkeypatch: pytest.MonkeyPatch, seconds: float, right: int) -> None:
    lap = Lap(RACED[0], {"BERT": (1.0,), "ALBERT": (seconds,)}, {"BERT": 9, "ALBERT": 1}, {})

    def decided(*_: object, rounds: int) -> Iterator[Race]:
        return iter([Race(rounds, rounds, (lap,))])

    monkeypatch.setattr(questions, "race", decided)
    assert questions.mark_faster().right == right
