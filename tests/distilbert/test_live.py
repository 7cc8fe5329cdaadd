"""The training in front of the reader is pre-training's own, step by step, and can be left at any step."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice

import pytest
import torch
from torch.optim import AdamW

from variants.core import inference
from variants.core.errors import InputError
from variants.core.masking import IGNORED
from variants.core.sample_store import sample_store
from variants.core.task import Batch
from variants.distilbert import live
from variants.distilbert.demo import DistilBert, Lesson, Teacher
from variants.distilbert.live import LiveRun, Moment, Progress, Standing, held_out_batch, standing, training_batches
from variants.distilbert.model import start_from
from variants.distilbert.objective import Example, Objective
from variants.distilbert.soft_targets import Losses


@pytest.fixture
def run(teacher: Teacher, student: DistilBert) -> LiveRun:
    return LiveRun(teacher, student, seed=3)


def weights(run: LiveRun) -> list[torch.Tensor]:
    return [p.detach().clone() for apprentice in (run.taught, run.alone) for p in apprentice.model.parameters()]


def first_batches(student: DistilBert, count: int, seed: int = 3) -> list[Batch]:
    return list(islice(training_batches(student, seed), count))


def test_both_start_as_the_teacher_cut_in_half(teacher: Teacher, run: LiveRun) -> None:
    start = start_from(teacher.model).state_dict()
    for apprentice in (run.taught, run.alone):
        assert all(torch.equal(value, start[name]) for name, value in apprentice.model.state_dict().items())
    first = next(run.advance(1))
    assert first.step == 0 and len(first.moments) == 1
    assert first.moments[0].taught == first.moments[0].alone


def test_every_step_is_one_of_pre_training(teacher: Teacher, student: DistilBert, run: LiveRun) -> None:
    """The same objective, descended by torch's own AdamW written out here."""
    list(run.advance(2))
    for taught, apprentice in ((True, run.taught), (False, run.alone)):
        model = start_from(teacher.model)
        objective = Objective(model, teacher.model if taught else None)
        parameters = list(model.parameters())
        groups = [
            {"params": [p for p in parameters if p.ndim >= 2], "weight_decay": 0.01},
            {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
        ]
        optimizer = AdamW(groups, lr=live.LEARNING_RATE, betas=(0.9, 0.98), fused=True)
        for batch in first_batches(student, 2):
            optimizer.zero_grad()
            objective(batch)["loss"].backward()
            optimizer.step()
        for ours, expected in zip(apprentice.model.parameters(), parameters, strict=True):
            assert torch.allclose(ours, expected, atol=1e-6)


def test_the_text_comes_round_after_an_epoch(student: DistilBert, monkeypatch: pytest.MonkeyPatch) -> None:
    made, epochs = live._examples, set[int]()  # pyright: ignore[reportPrivateUsage]

    def note(student: DistilBert, documents: range, *, seed: int, epoch: int) -> list[Example]:
        epochs.add(epoch)
        return made(student, documents, seed=seed, epoch=epoch)

    steps = live.steps_of_an_epoch(student, seed=3)
    monkeypatch.setattr(live, "_examples", note)
    batches = training_batches(student, seed=3)
    assert len(list(islice(batches, steps))) == steps > 1 and epochs == {0}
    next(batches)
    assert epochs == {0, 1}


def test_the_best_moment_of_the_one_alone_is_found() -> None:
    def stand(nats: float) -> Standing:
        return Standing(Losses(distillation=1.0, mlm=nats, cosine=0.1), agreement=0.5)

    moments = tuple(Moment(step, stand(9.0), stand(nats)) for step, nats in ((0, 8.0), (10, 5.5), (20, 5.5), (30, 6.0)))
    assert Progress(30, 1.0, moments).best_alone.step == 10


def test_the_taught_one_comes_nearer_to_the_teacher(teacher: Teacher, student: DistilBert) -> None:
    *_, last = LiveRun(teacher, student).advance(20)
    first, end = last.moments[0], last.moments[-1]
    assert end.step == 20
    assert end.taught.losses.distillation < first.taught.losses.distillation
    assert end.taught.losses.cosine < end.alone.losses.cosine


def test_same_seed_same_run(teacher: Teacher, student: DistilBert) -> None:
    one, same = (list(LiveRun(teacher, student, seed=5).advance(4))[-1].moments for _ in range(2))
    assert one == same
    *_, other = LiveRun(teacher, student, seed=6).advance(4)
    assert one[0] == other.moments[0] and one[-1] != other.moments[-1]


def test_stopped_and_continued_is_the_same_as_in_one_go(teacher: Teacher, student: DistilBert) -> None:
    whole, parts = LiveRun(teacher, student, seed=1), LiveRun(teacher, student, seed=1)
    *_, at_once = whole.advance(5)
    going = parts.advance(50)
    for progress in going:
        if progress.step == 2:
            going.close()
    *_, later = parts.advance(3)
    assert later.step == at_once.step == 5
    assert later.moments[-1] == at_once.moments[-1]
    assert all(torch.equal(one, other) for one, other in zip(weights(whole), weights(parts), strict=True))


def test_it_looks_at_held_out_text_now_and_then_and_at_the_end(run: LiveRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "EVERY", 2)
    *_, last = run.advance(5)
    assert [moment.step for moment in last.moments] == [0, 2, 4, 5]
    *_, last = run.advance(2)
    assert [moment.step for moment in last.moments] == [0, 2, 4, 5, 6, 7]


def test_time_ends_it_between_two_steps(run: LiveRun, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000, 25))
    monkeypatch.setattr(live.time, "perf_counter", lambda: next(clock))
    *_, last = run.advance(100, seconds=60)
    assert 0 < last.step < 5 and last.moments[-1].step == last.step


def test_only_one_runs_at_a_time_and_a_closed_one_makes_room(
    run: LiveRun, teacher: Teacher, student: DistilBert
) -> None:
    going = run.advance(3)
    next(going)
    with pytest.raises(InputError, match="under way"):
        next(LiveRun(teacher, student).advance(1))
    going.close()
    assert next(LiveRun(teacher, student).advance(1)).step == 0
    assert not inference._LONG.locked()  # pyright: ignore[reportPrivateUsage]


def test_what_the_site_shares_is_never_changed(teacher: Teacher, student: DistilBert, run: LiveRun) -> None:
    before = [p.clone() for model in (teacher.model, student.model) for p in model.parameters()]
    list(run.advance(3))
    after = [p for model in (teacher.model, student.model) for p in model.parameters()]
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))
    assert not any(p.requires_grad or p.grad is not None for p in after)


def test_no_gradient_is_kept_between_steps(run: LiveRun) -> None:
    list(run.advance(1))
    assert all(p.grad is None for apprentice in (run.taught, run.alone) for p in apprentice.model.parameters())


def test_nobody_learns_from_held_out_text(student: DistilBert) -> None:
    def windows(batches: Iterator[Batch] | list[Batch]) -> set[tuple[int, ...]]:
        found: set[tuple[int, ...]] = set()
        for batch in batches:
            seen = torch.where(batch["labels"] == IGNORED, batch["input_ids"], batch["labels"])
            found |= {tuple(row[mask.bool()].tolist()) for row, mask in zip(seen, batch["attention_mask"], strict=True)}
        return found

    store = sample_store(student.tokenizer)
    count = math.ceil(int(store.document_lengths().sum()) / live.WINDOW)
    learned = windows(first_batches(student, count))
    held_out = windows([held_out_batch(student)])
    assert len(held_out) == live.HELD_OUT and len(learned) > 50
    assert not learned & held_out


def test_held_out_text_is_the_same_for_every_seed(student: DistilBert) -> None:
    one, other = held_out_batch(student), held_out_batch(student)
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_two_equal_networks_agree(teacher: Teacher, student: DistilBert) -> None:
    batch = held_out_batch(student)
    answers = live.teacher_answers(teacher.model, batch)
    found = standing(answers, answers, batch)
    assert found.agreement == 1 and found.losses.distillation == pytest.approx(0, abs=1e-5)
    assert found.losses.cosine == pytest.approx(0, abs=1e-5)


def test_what_they_say_of_the_learners_text_changes_as_they_learn(run: LiveRun, lesson: Lesson) -> None:
    place = lesson.masks[0]
    before, same = run.said_of(lesson, place)
    assert (before == same).all() and before.shape == lesson.teacher.logits[place].shape
    list(run.advance(2))
    passes = [0]
    run.taught.model.distilbert.register_forward_hook(lambda *_: passes.append(1))  # pyright: ignore[reportUnknownLambdaType]
    taught, alone = run.said_of(lesson, place)
    run.said_of(lesson, lesson.masks[1])
    assert sum(passes) == 1  # another place of the same text costs nothing
    assert (taught != before).any() and (taught != alone).any()
