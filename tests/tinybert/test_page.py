"""The TinyBERT page through the real frame; what needs a browser is in ``tests/browser``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.cache import remember
from tests.test_pages import HOSTILE, open_page, shown
from tests.tinybert.conftest import a_task
from variants.tinybert import demo, tasks
from variants.tinybert.demo import Pair, TinyBert, compare, fit_width, load_pair, read
from variants.tinybert.imitation import answer, head_error, losses
from variants.tinybert.parameters import count
from variants.tinybert.published import COSTS, PARAMETERS, RIVALS

LOOKS = ["states", "layers", "softmax"]
TEXT = "The film was slow, but the ending was worth it."


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Return an empty folder in which the page looks for the task's networks."""
    monkeypatch.setattr(tasks, "folder_of", lambda _student: tmp_path)  # pyright: ignore[reportUnknownLambdaType]
    forget()
    yield tmp_path
    monkeypatch.undo()
    forget()


def forget() -> None:
    functions: tuple[Any, ...] = (demo.stages_of, demo.load_pair, tasks.recorded)
    for function in functions:
        cached: Any = remember(function)
        cached.cache_clear()


def tables(page: AppTest) -> str:
    return "\n".join(table.value.to_string() for table in page.table)


@pytest.mark.parametrize(("layer", "head"), [(1, 1), (2, 4), (4, 3)])
def test_the_numbers_are_those_of_the_library(shipped_pair: Pair, layer: int, head: int) -> None:
    page = open_page("tinybert", text=TEXT, layer=str(layer), head=str(head))
    comparison = compare(shipped_pair, read(shipped_pair.checkpoint, TEXT))
    found, text = losses(comparison, fit_width(shipped_pair)), tables(page)
    for value in (*found.attention, *found.hidden, found.embedding, found.total):
        assert f"{value:.4f}" in text
    assert f"**{head_error(comparison, layer, layer, head):.4f}**" in shown(page)
    assert page.segmented_control(key="control_layer").value == layer


def test_a_control_never_runs_a_model(shipped_pair: Pair) -> None:
    page = open_page("tinybert", text="A text that no other test of this page reads, about a market.")
    ran: list[int] = []
    hooks = [
        network.register_forward_hook(lambda *_: ran.append(1))  # pyright: ignore[reportUnknownLambdaType]
        for network in (shipped_pair.student, shipped_pair.teacher)
    ]
    for key, value in (("layer", 2), ("head", 3), ("drawn", "weights"), ("look", "layers"), ("size", "six")):
        page.segmented_control(key=f"control_{key}").set_value(value).run()
    for hook in hooks:
        hook.remove()
    assert not page.exception and ran == []


def test_controls_are_restored_from_the_address_and_written_back() -> None:
    page = open_page(
        "tinybert", text=TEXT, layer="3", head="2", map="top", size="six", look="softmax", shift="4", counted="ours"
    )
    assert page.slider(key="control_shift").value == 4 and "16.0000" in tables(page)
    for key, value in (("layer", 3), ("head", 2), ("map", "top"), ("size", "six"), ("look", "softmax")):
        assert page.segmented_control(key=f"control_{key}").value == value
    assert "The last ones only" in shown(page) and "5,355,776" in shown(page)
    page.segmented_control(key="control_map").set_value("bottom").run()
    assert page.query_params["map"] in ("bottom", ["bottom"])
    page.segmented_control(key="control_map").set_value("uniform").run()
    assert "map" not in page.query_params


@pytest.mark.parametrize(
    ("key", "value"),
    [("layer", "0"), ("layer", "99"), ("head", "x"), ("map", "<script>"), ("size", "huge"), ("drawn", "both"),
     ("look", "prediction"), ("counted", "1e9"), ("shift", "-1")],
)  # fmt: skip
def test_a_senseless_value_in_the_address_falls_back_and_is_said(stages: Path, key: str, value: str) -> None:
    page = open_page("tinybert", **({"look": "softmax"} | {key: value}))
    assert stages.exists() and any(f"The link asks for {key}" in info.value for info in page.info)
    assert "<script>" not in shown(page)


@pytest.mark.parametrize(
    "text", ["", "[MASK] [MASK]", "cat", "\U0001f600", HOSTILE["5,000 words"], HOSTILE["script"], "a\0"]
)
def test_every_close_up_bears_every_text(text: str) -> None:
    page = open_page("tinybert", text=text)
    for look in LOOKS if text else ():
        page.segmented_control(key="control_look").set_value(look).run()
        assert not page.exception
    assert page.text_area(key="control_text").value == text


def test_without_a_task_stage_there_is_no_trace_of_one(stages: Path) -> None:
    page = open_page("tinybert", text=TEXT, stage="task")
    assert stages.exists() and "The general stage has no task" in "\n".join(c.value for c in page.caption)
    assert "control_stage" not in {each.key for each in page.segmented_control}
    assert "film review" not in shown(page)


def test_with_a_task_stage_the_page_toggles(stages: Path, shipped: TinyBert) -> None:
    a_task(stages, shipped)
    page = open_page("tinybert", text=TEXT, stage="task", look="prediction")
    pair = load_pair(shipped, "task")
    comparison = compare(pair, read(shipped, TEXT))
    answered, found = answer(comparison), losses(comparison, fit_width(pair))
    assert answered and found.prediction is not None
    for value in (answered.cross_entropy, answered.floor, found.prediction, found.total):
        assert f"{value:.4f}" in tables(page)
    assert "75.0% ± 1.0%" in tables(page) and "87.5%" in tables(page)
    page.segmented_control(key="control_stage").set_value("general").run()
    assert not page.exception and f"{found.prediction:.4f}" not in tables(page)


def test_a_task_stage_of_another_student_counts_as_absent(stages: Path, shipped: TinyBert) -> None:
    a_task(stages, shipped)
    assert demo.stages_of(shipped) == ("general", "task")
    card = (stages / "recipe.json").read_text()
    (stages / "recipe.json").write_text(card.replace(tasks.origins("tinybert")["student"], "0" * 64))
    assert demo.stages_of(shipped) == ("general",)


def test_the_time_is_measured_when_asked() -> None:
    page = open_page("tinybert", text=TEXT)
    assert "time beside BERT" not in tables(page)
    page.button(key="start_time").click().run()
    assert not page.exception
    assert "time beside BERT" in tables(page) and "1,875,072" in tables(page)


def test_the_distilbert_page_measures_it_too() -> None:
    page = open_page("distilbert", text=TEXT)
    page.button(key="start_time").click().run()
    assert "TinyBERT" in tables(page) and "1,875,072" in tables(page)


def test_published_numbers_stand_on_the_page() -> None:
    text = tables(open_page("tinybert"))
    for claim in (*COSTS, *RIVALS):
        assert f"{claim.value:g}" in text


@pytest.mark.parametrize(("size", "said"), [("four", "reached with the heads"), ("six", "this count, rounded")])
def test_the_printed_count_is_the_cited_one(size: str, said: str) -> None:
    claim, counted = PARAMETERS[size], count(size, 8192)
    text = shown(open_page("tinybert", counted=size))
    assert f"The {claim.value:.1f} million of {claim.source} are {said}" in text and f"{counted.with_heads:,}" in text
    reached = counted.student if counted.rounds_to(claim.value) else counted.with_heads
    assert f"{reached / 1e6:.1f}" == f"{claim.value:.1f}"


@pytest.mark.parametrize("number", range(1, 6))
def test_questions_are_marked_only_after_the_learner_commits(number: int) -> None:
    page = open_page("tinybert")
    assert page.button(key=f"check_q{number}").disabled
    wrong = 1 if number == 5 else 0
    page.radio(key=f"q{number}").set_value(wrong).run()
    page.button(key=f"check_q{number}").click().run()
    assert page.error[0].value.startswith("Not quite.")
