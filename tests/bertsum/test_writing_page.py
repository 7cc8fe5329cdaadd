"""The page's summary in the model's own words, with a writer that was tuned for a moment, and without one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.looks.bertsum import writing, writing_measured
from tests.bertsum.test_page import drawn, table
from tests.bertsum.tiny import SENTENCES
from tests.test_pages import HOSTILE, open_page, shown
from variants.bertsum import demo, writer_store
from variants.bertsum.beams import Settings
from variants.bertsum.comparison import compare_written
from variants.bertsum.demo import Summarizer
from variants.bertsum.sample_articles import sample_articles
from variants.bertsum.summary import choose
from variants.bertsum.writer_store import TrainedWriter
from variants.bertsum.writing import write, writing_windows

FIRST = sample_articles()[0]


@pytest.fixture
def shipped(models: Path, writer: TrainedWriter, monkeypatch: pytest.MonkeyPatch) -> TrainedWriter:
    """Let the page find the writer of the tests."""
    for look in (writing, writing_measured):
        monkeypatch.setattr(look, "recorded", lambda: writer_store.recorded(models))
    monkeypatch.setattr(writing, "load_writer", lambda: writer)
    return writer


@pytest.fixture
def passes(shipped: TrainedWriter) -> Iterator[list[str]]:
    ran: list[str] = []
    hook = shipped.model.norm.register_forward_hook(lambda *_: ran.append("writer"))  # pyright: ignore[reportUnknownLambdaType]
    yield ran
    hook.remove()


def opened(**query: str) -> AppTest:
    page = open_page("bertsum", look="writing", **query)
    assert not page.exception
    return page


def test_the_page_writes_what_the_library_writes(shipped: TrainedWriter, bertsum: Summarizer) -> None:
    page = opened(beams="3", longest="12", read="2", alpha="60")
    reading = demo.read(bertsum, FIRST.text)
    windows = writing_windows(shipped, reading.token_ids)
    written = write(shipped, windows[1], reading.sentences, Settings(beams=3, longest=12, alpha=0.6))
    box = next(element.body for element in page.html if "summary written" in element.body)
    for kind in ("pair", "word", "invented"):
        wanted = [s.text for s in written.stretches if s.copied is not None and _kind(s.copied, s.pair) == kind]
        assert [part.split("<")[0] for part in box.split(f'<mark class="{kind}">')[1:]] == wanted
    assert f"sentences {windows[1].sentences[0] + 1} to {windows[1].sentences[-1] + 1}" in shown(page)
    beams = table(page, "written so far")
    assert len(beams) == len(written.search.steps[written.search.last[0]].beams)
    taken = choose(reading.sentences, demo.score(bertsum, reading), 3).ordered("document")
    entries = compare_written(written.summary, reading.sentences, taken, reference=FIRST.summary)
    beside = table(page, "pairs not in it")
    assert [str(cell) for cell in beside["ROUGE-1"]] == [f"{100 * e.rouge['rouge1']:.1f}" for e in entries if e.rouge]


def _kind(copied: bool, pair: bool) -> str:
    return "pair" if pair else "word" if copied else "invented"


def test_stepping_through_the_beams_runs_nothing(passes: list[str]) -> None:
    page = opened(text=" ".join(SENTENCES), longest="10")
    assert passes
    passes.clear()
    first = table(page, "written so far").to_string()
    page.slider(key="control_beam_step").set_value(2).run()
    assert not page.exception and table(page, "written so far").to_string() != first
    page.text_area(key="control_reference").set_value("A queen was late.").run()
    assert passes == []
    page.slider(key="control_beams").set_value(2).run()
    assert passes


@pytest.mark.parametrize(
    "text", ["cat", "- milk\n- bread", "no stop " * 400, "今天天气很好。我们去公园。", HOSTILE["script"]]
)
@pytest.mark.usefixtures("shipped")
def test_it_bears_every_text(text: str) -> None:
    page = opened(text=text, longest="8")
    assert "<script>" not in drawn(page)


@pytest.mark.parametrize(
    ("key", "value"), [("beams", "0"), ("longest", "999"), ("alpha", "7"), ("trigrams", "x"), ("read", "0")]
)
@pytest.mark.usefixtures("shipped")
def test_a_senseless_value_falls_back_and_is_said(key: str, value: str) -> None:
    page = opened(**{key: value})
    assert any(f"The link asks for {key}" in info.value for info in page.info)


@pytest.mark.usefixtures("shipped")
def test_what_was_measured_is_shown_with_a_verdict(models: Path) -> None:
    record = writer_store.recorded(models)
    assert record is not None
    page = opened()
    measured = table(page, "texts")
    lead = record["metrics"]["rouge"]["lead"]["openstax"]
    assert f"{100 * lead['rouge1']:.1f} ± {100 * lead['rouge1_error']:.1f}" in measured.to_string()
    said = shown(page)
    assert "the first words of the text on" in said and "3 steps of 16" in said
    assert any(row["written"] in t.value.to_string() for row in record["metrics"]["examples"][:1] for t in page.table)


def test_without_weights_the_page_shows_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for look in (writing, writing_measured):
        monkeypatch.setattr(look, "recorded", lambda: None)
    page = open_page("bertsum")
    assert not page.exception
    assert "writing" not in page.button_group(key="control_look").options
    assert "written, not chosen" not in str(page.button_group(key="control_look").options)
    assert "our BERTSUMABS" not in shown(page)
    assert not any("texts" in each.value for each in page.table)
