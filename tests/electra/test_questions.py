"""The right answers are measured; where they follow from sampler, gradient or paper, they are known."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import torch

from tests.asked import assert_well_asked
from variants.core.checkpoint import Checkpoint
from variants.core.question import Marked, Question
from variants.core.variant import Claim
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
    "accuracy": (questions.ACCURACY, questions.mark_accuracy, "about 87%"),
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


@pytest.mark.parametrize("replaced", range(0, 1001, 20))
def test_the_option_nearest_to_the_measured_share_is_marked(
    monkeypatch: pytest.MonkeyPatch, electra: Model, replaced: int
) -> None:
    def samples(_: Model) -> tuple[torch.Tensor, int, int]:
        return torch.tensor([False]), replaced, 1000

    monkeypatch.setattr(questions, "_samples", samples)
    marked = questions.mark_accuracy(electra)
    shares = [int(re.findall(r"\d+", option.text)[0]) / 100 for option in questions.ACCURACY.options]
    distances = [abs(1 - replaced / 1000 - share) for share in shares]
    assert distances[marked.right] == min(distances)
    assert f"{1 - replaced / 1000:.1%}" in marked.evidence


@pytest.mark.parametrize(("low", "high", "right"), [(0.25, 0.5, 1), (0.9, 1.0, 0), (0.0, 0.1, 2)])
def test_the_published_widths_decide_which_generator_is_best(
    monkeypatch: pytest.MonkeyPatch, low: float, high: float, right: int
) -> None:
    claims = tuple(Claim(text="width", value=value, source="a paper") for value in (low, high))
    monkeypatch.setattr(questions, "SHARES", claims)
    assert questions.mark_generator_size().right == right


@pytest.mark.parametrize("text", ["the", "a b", "the " * 500])
def test_short_and_long_texts_have_an_answer(tiny: Model, text: str) -> None:
    encoded = read(tiny, text)
    assert questions.mark_gan(tiny, encoded).right == 1
    assert questions.mark_which_model(tiny, encoded).right == 1
