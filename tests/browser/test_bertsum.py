"""The BERTSUM chapter as a learner uses it, in a real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EVERY_LOOK, LOOKS, Visit, in_looks
from variants.bertsum import demo
from variants.bertsum.beams import Settings
from variants.bertsum.comparison import compare
from variants.bertsum.oracle import oracle_steps
from variants.bertsum.sample_articles import sample_articles
from variants.bertsum.summary import Choice, choose, within
from variants.bertsum.writer_store import load_writer
from variants.bertsum.writing import write, writing_windows

pytestmark = pytest.mark.browser
FIRST, SECOND, *_ = sample_articles()
TEXT = "The storm closed the harbour for a week. Ships waited outside with their cargo. Trade came to a full stop."


def expect_summary(
    visit: Visit,
    text: str,
    *,
    take: int = 3,
    blocking: bool = True,
    part: tuple[int, int] = (0, 100),
    segments: bool = True,
    between: bool = True,
) -> Choice:
    """Wait until the page shows what the library chooses when it runs here."""
    bertsum = demo.load()
    reading = demo.read(bertsum, text)
    scores = demo.score(bertsum, reading, interval_segments=segments, between=between)
    found = choose(reading.sentences, scores, take, blocking=blocking, candidates=within(len(scores), *part))
    taken = visit.page.locator(".article .taken .number")
    expect(taken).to_have_text([str(number + 1) for number in sorted(found.taken)])
    expect(visit.page.locator(".article .blocked")).to_have_count(len(found.blocked))
    expect(visit.page.locator(".article .score")).to_have_text([f"{score:.1%}" for score in scores])
    return found


@in_looks(LOOKS)
def test_a_learner_walks_through_the_chapter(visit: Visit) -> None:
    visit.open("/bertsum", article=SECOND.slug)
    expect_summary(visit, SECOND.text)
    for look in ("the oracle", "switched off", "windows", "three embeddings", "against baselines"):
        visit.press(look)
        visit.expect_sound()


@in_looks(EVERY_LOOK)
def test_a_learner_follows_the_beams_of_a_written_summary(visit: Visit) -> None:
    visit.open("/bertsum", look="writing", beams="3", longest="12")
    reading = demo.read(demo.load(), FIRST.text)
    writer = load_writer()
    window = writing_windows(writer, reading.token_ids)[0]
    written = write(writer, window, reading.sentences, Settings(beams=3, longest=12))
    expect(visit.page.locator("blockquote.written")).to_have_text(written.summary)
    expect(visit.page.locator("blockquote.written .invented")).to_have_text(
        [each.text for each in written.stretches if each.copied is False]
    )
    visit.page.get_by_role("slider", name="Step of the search").press("ArrowLeft")
    before = written.search.last[0]  # steps count from 0 there, and from 1 on the page
    visit.page.wait_for_url(f"**beam_step={before}**")
    expect(visit.page.get_by_text(f"Step {before} of")).to_be_visible()
    visit.expect_sound()


def test_the_oracle_plays_to_its_last_step(visit: Visit) -> None:
    visit.open("/bertsum", article=SECOND.slug, look="oracle", step="1")
    last = len(oracle_steps(demo.read(demo.load(), SECOND.text).sentences, SECOND.summary))
    assert last > 1
    visit.press("Play")
    expect(visit.page.get_by_role("figure", name=re.compile(f"Step {last}: ROUGE"))).to_be_visible()
    expect(visit.page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_a_learner_pastes_and_turns_every_control(visit: Visit) -> None:
    visit.open("/bertsum")
    found = expect_summary(visit, FIRST.text)
    assert found.blocked
    visit.page.get_by_role("slider", name="Sentences to take").press("ArrowRight")
    visit.page.wait_for_url("**take=4**")
    expect_summary(visit, FIRST.text, take=4)
    visit.page.locator(".st-key-control_blocking").get_by_role("radio", name="off").click()
    visit.page.wait_for_url("**blocking=off**")
    expect_summary(visit, FIRST.text, take=4, blocking=False)
    for key, between in (("segments", True), ("between", False)):
        visit.page.locator(f".st-key-control_{key}").get_by_role("radio", name="off").click()
        visit.page.wait_for_url(f"**{key}=off**")
        expect_summary(visit, FIRST.text, take=4, blocking=False, segments=False, between=between)
    best = visit.page.locator("blockquote.summary").first.locator("sup")
    visit.press("best first, as the reference code")
    bertsum = demo.load()
    reading = demo.read(bertsum, FIRST.text)
    scores = demo.score(bertsum, reading, interval_segments=False, between=False)
    order = choose(reading.sentences, scores, 4, blocking=False).taken
    expect(best).to_have_text([str(number + 1) for number in order])
    visit.type("Your text", TEXT)
    visit.page.wait_for_url("**text=The+storm**")
    expect_summary(visit, TEXT, take=4, blocking=False, segments=False, between=False)
    visit.page.get_by_test_id("stSidebar").get_by_role("link", name="BERT", exact=True).click()
    visit.page.wait_for_url("**/bert?**")
    visit.settle()
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(TEXT)


def test_a_file_takes_the_place_of_the_text_and_what_is_no_text_is_said(visit: Visit, tmp_path: Path) -> None:
    hostile = (
        "<script>window.hit=1</script> <img src=https://example.com/x.png onerror=window.hit=1> ![x](https://e.c/y)."
    )
    good, bad, long = tmp_path / "article.txt", tmp_path / "picture.txt", tmp_path / "long.txt"
    good.write_text(f"{TEXT}\n{hostile} It has a sentence of its own too.", encoding="utf-8")
    bad.write_bytes(b"\x89PNG\r\n\xff\xfe\x00")
    long.write_text("The queen of the garden was late for tea again. " * 1100, encoding="utf-8")
    visit.open("/bertsum", article=SECOND.slug)
    field = visit.page.locator("input[type=file]")
    field.set_input_files(bad)
    expect(visit.page.get_by_text("picture.txt: This is not a text file")).to_be_visible()
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(SECOND.text)
    expect(field).to_have_count(1)  # the field that took the file gives way to an empty one
    field.set_input_files(good)
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(good.read_text(encoding="utf-8"))
    visit.settle()
    expect(visit.page.locator(".article")).to_contain_text("<script>window.hit=1</script>")
    assert visit.page.evaluate("window.hit") is None
    expect(field).to_have_count(1)
    field.set_input_files(long)
    expect(visit.page.get_by_text("This text is too long for a link")).to_be_visible(timeout=60_000)
    expect(visit.page.get_by_text("1100 sentences", exact=False).first).to_be_visible(timeout=60_000)
    expect(visit.page.get_by_role("slider", name=re.compile("^Part shown"))).to_be_visible()
    assert "text=" not in visit.page.url


def test_rivals_are_compared_and_everything_is_taken_along(visit: Visit) -> None:
    visit.open("/bertsum", take="2", part="0-60")
    found = expect_summary(visit, FIRST.text, take=2, part=(0, 60))
    sentences = demo.read(demo.load(), FIRST.text).sentences
    visit.type("A reference: a summary of this article by a person", "Most of the gas is hydrogen and helium.")
    entries = compare(sentences, found.taken, count=2, reference="Most of the gas is hydrogen and helium.")
    table = visit.page.get_by_test_id("stTable").first
    for entry in entries:
        assert entry.rouge
        expect(table.locator("tr", has_text=entry.name)).to_contain_text(f"{100 * entry.rouge['rouge1']:.1f}")
    visit.press("TextRank")
    expect(visit.page.locator("blockquote.summary mark").first).to_be_visible()
    for button in ("Summary", "Notebook"):
        with visit.page.expect_download() as download:
            visit.page.get_by_role("button", name=button, exact=True).click()
        written = download.value.path().read_text(encoding="utf-8")
        if button == "Summary":
            assert written.strip() == " ".join(sentences[number] for number in sorted(found.taken))
        else:
            controls = json.loads(written)["cells"][1]["source"]
            assert "sentences = 2" in controls and "part = (0, 60)" in controls and "hydrogen and helium" in controls
    assert visit.copied_link() == visit.page.url
    visit.answer("q2", "a greedy search for ROUGE")


def test_a_deep_link_restores_everything(visit: Visit) -> None:
    address = f"/bertsum?article={SECOND.slug}&take=5&part=10-90&blocking=off&order=score&segments=off"
    visit.open(address + "&look=windows&sentence=7")
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(SECOND.text)
    expect(visit.page.get_by_role("slider", name="Which sentence?")).to_have_value("7")
    expect_summary(visit, SECOND.text, take=5, part=(10, 90), blocking=False, segments=False)
