"""The right answers are measured; where they follow from sampler, gradient or paper, they are known."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.asked import assert_well_asked
from variants.core.checkpoint import Checkpoint
from variants.core.question import Marked, Question
from variants.electra import VARIANT, questions
from variants.electra.demo import read
from variants.electra.model import Electra

Model = Checkpoint[Electra]
KNOWN: dict[str, tuple[Question, Callable[[Model], Marked], str]] = {
    "GAN": (
        questions.GAN,
        lambda model: questions.mark_gan(model, read(model, VARIANT.example)),
        "no: the generator learns by likelihood alone",
    ),
    "lucky": (questions.LUCKY, questions.mark_lucky, "original"),
    "generator": (
        questions.GENERATOR_SIZE,
        lambda _: questions.mark_generator_size(),
        "one of a quarter to a half of the discriminator's width",
    ),
    "weight": (
        questions.WEIGHT,
        lambda model: questions.mark_weight(model, read(model, VARIANT.example)),
        "a yes/no loss is small beside one over a whole vocabulary",
    ),
    "which": (
        questions.WHICH_MODEL,
        lambda model: questions.mark_which_model(model, read(model, VARIANT.example)),
        "no: it says of each token how suspicious it is",
    ),
    "accuracy": (questions.ACCURACY, questions.mark_accuracy, "about nine in ten"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_measurement_bears_out_the_known_answer(electra: Model, name: str) -> None:
    question, mark, answer = KNOWN[name]
    marked = mark(electra)
    assert question.options[marked.right].text.startswith(answer)
    assert re.search(r"\d", marked.evidence) and marked.evidence.endswith(".")
    assert mark(electra) == marked


@pytest.mark.parametrize("name", KNOWN)
def test_every_option_is_answered_in_its_own_words(name: str) -> None:
    assert_well_asked(KNOWN[name][0])


def test_lucky_samples_are_counted_and_all_original(tiny: Model, electra: Model) -> None:
    assert " 0 samples" not in questions.mark_lucky(electra).evidence
    assert questions.mark_lucky(tiny).right == 1
    assert "section 3.2" in questions.mark_generator_size().origin


@pytest.mark.parametrize("text", ["the", "a b", "the " * 500])
def test_short_and_long_texts_have_an_answer(tiny: Model, text: str) -> None:
    encoded = read(tiny, text)
    assert questions.mark_gan(tiny, encoded).right == 1
    assert questions.mark_which_model(tiny, encoded).right == 1
