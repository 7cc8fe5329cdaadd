"""The DistilBERT page through the real frame; what needs a browser is in ``tests/browser``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pages.looks.distilbert import watched
from pages.ui import kept
from tests.passes import noted_passes
from tests.test_pages import HOSTILE, open_page, shown, tables
from variants.core import inference
from variants.core.figures import Figure
from variants.distilbert import live
from variants.distilbert.demo import DistilBert, Teacher, hear, read
from variants.distilbert.live import LiveRun
from variants.distilbert.published import ABLATION, RIVALS
from variants.distilbert.soft_targets import divergence_at, losses, words_in_play

LOOKS = ["dark", "squared", "play", "along", "start"]
TEXT = "The woman went to the market and bought some bread."
Shipped = tuple[Teacher, DistilBert]


@pytest.fixture
def passes(shipped: Shipped) -> Iterator[list[str]]:
    """Names the models that ran, one entry a pass."""
    encoders = {"teacher": shipped[0].model.bert.embeddings, "student": shipped[1].model.distilbert}
    with noted_passes(encoders) as ran:
        yield ran


@pytest.mark.parametrize("temperature", [1, 2, 7])
def test_the_numbers_are_those_of_the_library(shipped: Shipped, temperature: int) -> None:
    page = open_page("distilbert", text=TEXT, mask="2,5", place="5", temperature=str(temperature))
    teacher, student = shipped
    lesson = hear(teacher, student, read(student, TEXT), (2, 5))
    found, text = losses(lesson, temperature), tables(page)
    for value in (found.distillation, found.mlm or 0, found.cosine, *found.weighted.values(), found.total):
        assert f"{value:.4f}" in text
    assert f"{divergence_at(lesson, 5, temperature):.4f} nats" in text
    assert f"{words_in_play(lesson.teacher.logits[5], temperature):,.0f} words" in text


def test_a_slider_never_runs_a_model(passes: list[str]) -> None:
    page = open_page("distilbert", text="A text that no other test of this page reads, about a market.", mask="2,3")
    assert sorted(set(passes)) == ["student", "teacher"] and len(passes) == 2
    passes.clear()
    page.slider(key="control_temperature").set_value(5).run()
    page.slider(key="control_steps").set_value(5).run()
    for look in ("squared", "play", "along", "dark"):
        page.segmented_control(key="control_look").set_value(look).run()
    assert not page.exception and passes == []


def test_controls_are_restored_from_the_address_and_written_back() -> None:
    page = open_page(
        "distilbert", text=TEXT, mask="2,5", temperature="4", look="play", steps="7", live_seed="3", size="ours"
    )
    for key, value in (("temperature", 4), ("steps", 7), ("live_seed", 3)):
        assert page.slider(key=f"control_{key}").value == value
    assert "5,355,776 parameters" in shown(page)
    page.slider(key="control_temperature").set_value(6).run()
    assert page.query_params["temperature"] in ("6", ["6"])
    page.slider(key="control_temperature").set_value(2).run()
    assert "temperature" not in page.query_params


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("temperature", "0"),
        ("temperature", "hot"),
        ("temperature", "11"),
        ("mask", "1,x"),
        ("place", "-4"),
        ("look", "<script>"),
        ("steps", "1e9"),
        ("live_seed", "-1"),
        ("size", "huge"),
    ],
)
def test_a_senseless_value_in_the_address_falls_back_and_is_said(key: str, value: str) -> None:
    page = open_page("distilbert", **{key: value})
    assert any(f"The link asks for {key}" in info.value for info in page.info)
    assert "<script>" not in shown(page)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("text", ["", "[MASK]", "cat", "\U0001f600", HOSTILE["5,000 words"], HOSTILE["script"], "a\0"])
def test_every_close_up_bears_every_text(look: str, text: str) -> None:
    page = open_page("distilbert", text=text, look=look)
    assert not page.exception
    assert page.text_area(key="control_text").value == text


def test_a_typed_mask_alone_leaves_the_hidden_words_out() -> None:
    page = open_page("distilbert", text="The cat sat on the [MASK].")
    assert "cross-entropy, 0 known" in tables(page) and "–" in tables(page)


def test_nothing_hidden_is_said_and_the_training_stays() -> None:
    page = open_page("distilbert", text=TEXT, mask="none")
    assert any("Nothing is hidden yet" in info.value for info in page.info)
    assert page.button(key="start_live")


def test_a_student_learns_step_by_step_and_starts_over(shipped: Shipped) -> None:
    page = open_page("distilbert", text=TEXT, steps="2", live_seed="5")
    page.button(key="start_live").click().run()
    assert not page.exception and "taught, step 2" in tables(page)
    page.slider(key="control_steps").set_value(1).run()
    assert "taught, step 2" in tables(page)
    page.button(key="start_live").click().run()
    *_, expected = LiveRun(*shipped, seed=5).advance(3)
    last = expected.moments[-1]
    for found in (last.taught, last.alone):
        assert f"{found.losses.distillation:.3f}" in tables(page) and f"{found.losses.cosine:.3f}" in tables(page)
    assert "taught, step 3" in tables(page)
    page.button(key="live_over").click().run()
    assert "taught, step" not in tables(page)
    assert not inference._LONG.locked()  # pyright: ignore[reportPrivateUsage]


def test_sentence_and_agreement_are_drawn_at_every_look(shipped: Shipped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "EVERY", 2)
    drawn: list[Figure] = []

    def note(chart: Figure, key: str) -> None:
        assert key.endswith(f"_{len(drawn) // 3 * 2}")
        drawn.append(chart)

    monkeypatch.setattr(watched, "_plain_chart", note)
    page = open_page("distilbert", text=TEXT, steps="4", live_seed="6", mask="5")
    page.button(key="start_live").click().run()
    assert not page.exception and len(drawn) == 9
    run, lesson = LiveRun(*shipped, seed=6), hear(*shipped, read(shipped[1], TEXT), (5,))
    expected = [watched.sentence(shipped[1], run, lesson, 5) for progress in run.advance(4) if progress.step % 2 == 0]
    assert [chart.rows for chart in drawn[2::3]] == [chart.rows for chart in expected]
    assert [len(chart.rows) for chart in drawn[1::3]] == [1, 2, 3]
    assert expected[0].rows != expected[-1].rows and "after 4 steps" in drawn[-1].title


def test_how_soon_the_sample_comes_round_is_counted(shipped: Shipped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "EVERY", 1)
    page = open_page("distilbert", text=TEXT, steps="2", live_seed="4")
    page.button(key="start_live").click().run()
    assert f"comes round again after {live.steps_of_an_epoch(shipped[1], 4)} steps" in shown(page)
    *_, last = LiveRun(*shipped, seed=4).advance(2)
    assert ("by heart" in shown(page)) == (last.best_alone.step < last.step)


def test_another_seed_is_another_run() -> None:
    page = open_page("distilbert", text=TEXT, steps="1")
    page.button(key="start_live").click().run()
    assert "taught, step 1" in tables(page)
    page.slider(key="control_live_seed").set_value(9).run()
    assert "taught, step" not in tables(page)


def test_two_readers_take_turns() -> None:
    with inference.long_run():
        page = open_page("distilbert", text=TEXT, steps="1")
        page.button(key="start_live").click().run()
        assert any("under way" in warning.value for warning in page.warning)
        assert not page.exception


def test_a_third_run_makes_the_oldest_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions: list[dict[str, Any]] = [{} for _ in range(4)]
    monkeypatch.setattr(kept, "_boxes", [])

    def enter(session: dict[str, Any]) -> None:
        monkeypatch.setattr(kept.st, "session_state", session)

    for number, session in enumerate(sessions[:3]):
        enter(session)
        assert kept.keep_large("run", lambda: [number]) == [number]  # noqa: B023 - called at once
    found: list[list[int] | None] = []
    for session in sessions:
        enter(session)
        found.append(kept.kept("run", list))
    assert found == [None, [1], [2], None]
    sessions[1].clear()  # a session ends: its place is free
    enter(sessions[3])
    kept.keep_large("run", lambda: [3])
    enter(sessions[2])
    assert kept.kept("run", list) == [2] and kept.kept("run", dict) is None
    kept.let_go("run")
    assert kept.kept("run", list) is None


def test_the_time_is_measured_when_asked() -> None:
    page = open_page("distilbert", text=TEXT)
    assert "time beside BERT" not in tables(page)
    page.button(key="start_time").click().run()
    assert not page.exception
    assert "time beside BERT" in tables(page) and "3,784,448" in tables(page)
    assert "**Small is not the same as fast**" in shown(page)


def test_published_numbers_stand_on_the_page() -> None:
    page = open_page("distilbert")
    text = tables(page)
    assert "39% less time" in text and "95.9% as printed and 96.2% with BERT's MNLI score" in text
    said = shown(page)
    assert "prints 86.7 for BERT-base on MNLI; only 84.7" in said and "printed average of 79.5" in said
    for claim in (*ABLATION, *RIVALS):
        assert f"{claim.value:g}" in text


@pytest.mark.parametrize("number", range(1, 7))
def test_questions_are_marked_only_after_the_learner_commits(number: int) -> None:
    page = open_page("distilbert")
    assert page.button(key=f"check_q{number}").disabled
    page.radio(key=f"q{number}").set_value(0).run()
    page.button(key=f"check_q{number}").click().run()
    assert page.error[0].value.startswith("Not quite.")
