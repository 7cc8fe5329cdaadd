"""Every number of the soft targets beside a second way to compute it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, cross_entropy, kl_div, log_softmax

from variants.core.errors import InputError
from variants.core.guesses import best_guesses
from variants.core.masking import IGNORED
from variants.core.tokenization import id_of
from variants.distilbert.demo import DistilBert, Lesson, Teacher, hear, read
from variants.distilbert.soft_targets import (
    Losses,
    beside,
    best_ids,
    dark_share,
    divergence_at,
    divergences,
    losses,
    push,
    soft_guesses,
    strongest_pulls,
    words_in_play,
)

every_temperature = pytest.mark.parametrize("temperature", [0.5, 1, 2, 7, 10])


def logits_of(lesson: Lesson) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(lesson.teacher.logits).double(), torch.from_numpy(lesson.student.logits).double()


def agreeing(lesson: Lesson) -> Lesson:
    return replace(lesson, student=lesson.teacher)


def test_both_say_what_the_library_computes(teacher: Teacher, student: DistilBert, lesson: Lesson) -> None:
    ids = torch.tensor([lesson.encoded.input_ids])
    assert np.allclose(lesson.teacher.logits, teacher.model(ids).prediction_logits[0], atol=1e-4)
    assert np.allclose(lesson.student.logits, student.model(ids).logits[0], atol=1e-4)
    assert np.allclose(lesson.teacher.states, teacher.model.bert(ids).last_hidden_state[0], atol=1e-4)
    assert np.allclose(lesson.student.states, student.model.distilbert(ids).last_hidden_state[0], atol=1e-4)


def test_hidden_words_have_an_answer_and_typed_masks_have_none(teacher: Teacher, student: DistilBert) -> None:
    encoded = read(student, "The cat [MASK] on the mat.")
    lesson = hear(teacher, student, encoded, (1,))
    assert lesson.masks == (1, encoded.tokens.index("[MASK]"))
    assert [(place, label) for place, label in enumerate(lesson.labels) if label != IGNORED] == [
        (1, encoded.input_ids[1])
    ]
    with pytest.raises(InputError, match="not hidden"):
        lesson.said_by("teacher", 2)


@every_temperature
def test_losses_by_an_independent_recomputation(lesson: Lesson, temperature: float) -> None:
    theirs, ours = logits_of(lesson)
    apart = kl_div(log_softmax(ours / temperature, -1), (theirs / temperature).softmax(-1), reduction="batchmean")
    hidden = list(lesson.masks)
    right = torch.tensor(lesson.original.input_ids)[hidden]
    states = [torch.from_numpy(heard.states).double() for heard in (lesson.teacher, lesson.student)]
    found = losses(lesson, temperature)
    assert found.distillation == pytest.approx(float(temperature**2 * apart), abs=1e-5)
    assert found.mlm == pytest.approx(float(cross_entropy(ours[hidden], right)), rel=1e-5)
    assert found.cosine == pytest.approx(float(1 - cosine_similarity(*states, dim=-1).mean()), abs=1e-5)
    assert found.total == pytest.approx(5 * found.distillation + 2 * (found.mlm or 0) + found.cosine, rel=1e-6)


@every_temperature
def test_equal_models_are_nothing_apart(lesson: Lesson, temperature: float) -> None:
    same = agreeing(lesson)
    found = losses(same, temperature)
    assert found.distillation == pytest.approx(0, abs=1e-5)
    assert found.cosine == pytest.approx(0, abs=1e-6)
    assert all(divergence_at(same, place, temperature) == pytest.approx(0, abs=1e-12) for place in same.masks)
    assert push(same, same.masks[0], 3).scaled == 0


def test_without_an_answer_there_is_no_mlm_loss(teacher: Teacher, student: DistilBert) -> None:
    found = losses(hear(teacher, student, read(student, "The [MASK] sat.")), 2)
    assert found.mlm is None
    assert found.total == pytest.approx(5 * found.distillation + found.cosine)
    assert found.weighted["mlm"] == 0


@pytest.mark.parametrize("temperature", [0, -1, math.nan])
def test_a_senseless_temperature_is_refused(lesson: Lesson, temperature: float) -> None:
    with pytest.raises(InputError, match="above 0"):
        losses(lesson, temperature)


def test_losses_are_weighted_as_in_the_reference() -> None:
    found = Losses(distillation=0.1, mlm=10.0, cosine=3.0)
    assert found.weighted == {"distillation": pytest.approx(0.5), "mlm": 20.0, "cosine": 3.0}
    assert found.total == pytest.approx(23.5)


@every_temperature
def test_the_bars_along_the_text_average_to_the_loss(lesson: Lesson, temperature: float) -> None:
    bars = divergences(lesson, temperature)
    assert len(bars) == len(lesson.encoded) and min(bars) >= 0
    assert sum(bars) / len(bars) == pytest.approx(losses(lesson, temperature).distillation, abs=1e-5)


@every_temperature
def test_soft_guesses_are_the_softmax_of_divided_logits(
    student: DistilBert, lesson: Lesson, temperature: float
) -> None:
    place = lesson.masks[1]
    theirs, ours = ((logits[place] / temperature).softmax(-1) for logits in logits_of(lesson))
    for each in beside(student, lesson, place, temperature=temperature, top_k=6):
        token = id_of(student.tokenizer, each.token)
        assert each.teacher == pytest.approx(float(theirs[token]), rel=1e-5)
        assert each.student == pytest.approx(float(ours[token]), rel=1e-5)
        assert each.difference == each.teacher - each.student
    best = soft_guesses(student, lesson, "student", place, temperature=temperature, top_k=4)
    assert [guess.probability for guess in best] == pytest.approx(ours.topk(4).values.tolist(), rel=1e-5)


def test_a_temperature_changes_no_order_and_levels_the_differences(student: DistilBert, lesson: Lesson) -> None:
    place = lesson.masks[0]
    cool, hot = (beside(student, lesson, place, temperature=t, top_k=5) for t in (1, 10))
    assert [each.token for each in cool] == [each.token for each in hot]
    assert best_ids(lesson.teacher.logits[place], 5) == best_ids(lesson.teacher.logits[place] / 7, 5)
    logits = lesson.teacher.logits[place]
    sure = [words_in_play(logits, t) for t in (0.5, 1, 2, 5, 10)]
    assert sure == sorted(sure) and sure[-1] <= len(logits)
    assert dark_share(logits, 1) < dark_share(logits, 5)
    assert dark_share(logits, 1) == pytest.approx(1 - best_guesses(student, logits, 1)[0].probability)


def test_words_in_play_of_known_distributions() -> None:
    assert words_in_play(np.zeros(50, np.float32), 3) == pytest.approx(50)
    assert words_in_play(np.array([100, 0, 0], np.float32), 1) == pytest.approx(1)


@pytest.mark.parametrize("temperature", [1, 2, 5, 10])
def test_pulls_are_the_gradient_of_the_loss(student: DistilBert, lesson: Lesson, temperature: int) -> None:
    """T² KL at one place, differentiated by autograd in double precision."""
    place = lesson.masks[2]
    theirs, ours = (logits[place] for logits in logits_of(lesson))
    ours = ours.clone().requires_grad_()
    apart = kl_div(log_softmax(ours / temperature, -1), (theirs / temperature).softmax(-1), reduction="sum")
    (gradient,) = torch.autograd.grad(apart, ours)
    pulls = strongest_pulls(student, lesson, place, temperature=temperature, count=3)
    for pull in pulls:
        token = id_of(student.tokenizer, pull.token)
        assert -temperature * float(gradient[token]) == pytest.approx(pull.difference, abs=1e-6)
    extremes = (-temperature * gradient).sort(descending=True).values.tolist()
    assert [pull.difference for pull in pulls] == pytest.approx([*extremes[:3], *extremes[-3:]], abs=1e-6)
    found = push(lesson, place, temperature)
    assert found.plain == pytest.approx(float(gradient.norm()), rel=1e-5)
    assert found.scaled == pytest.approx(temperature**2 * float(gradient.norm()), rel=1e-5)


def test_the_squared_temperature_keeps_the_size_of_the_gradient(lesson: Lesson) -> None:
    """Far above all logits KL's gradient falls as 1/T², to (student's - teacher's logits) / V when centred."""
    place = lesson.masks[0]
    hot, hotter = push(lesson, place, 1_000), push(lesson, place, 10_000)
    assert hot.plain / hotter.plain == pytest.approx(100, rel=0.01)
    assert hot.scaled == pytest.approx(hotter.scaled, rel=0.01)
    theirs, ours = (logits[place] - logits[place].mean() for logits in logits_of(lesson))
    assert hotter.scaled == pytest.approx(float((ours - theirs).norm()) / len(ours), rel=0.01)


def test_hearing_changes_neither_model(teacher: Teacher, student: DistilBert) -> None:
    before = [p.clone() for model in (teacher.model, student.model) for p in model.parameters()]
    hear(teacher, student, read(student, "The cat sat."), (1,))
    after = [p for model in (teacher.model, student.model) for p in model.parameters()]
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))
    assert not any(p.requires_grad for p in after)
