"""The BERT chapter as a learner uses it, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import EVERY_LOOK, LOOKS, Visit, in_looks
from tests.server import running
from variants.bert.demo import fill, load, read
from variants.core.guesses import best_guesses
from variants.core.reading import logits_at

pytestmark = pytest.mark.browser
READS = "What BERT reads, and its first guess below each [MASK]"
SENTENCE = "The doctor told her patient to drink more water."


def expect_guesses(visit: Visit, place: int, masks: tuple[int, ...], top_k: int) -> None:
    """Wait until the bars show what our BERT guesses when it runs here."""
    bert = load()
    reading = fill(bert, read(bert, SENTENCE), masks)
    tokens = [guess.token for guess in best_guesses(bert, logits_at(reading, place), top_k)]
    labels = visit.page.locator(".st-key-figure_guesses .ytick text")
    expect(labels).to_have_text(tokens, timeout=15_000)


@in_looks(LOOKS)
def test_a_learner_walks_through_the_chapter(visit: Visit) -> None:
    visit.open("/")
    visit.type("Your sentence, taken along to every chapter", SENTENCE)
    visit.page.get_by_role("link", name="Open the BERT chapter").click()
    visit.page.wait_for_url("**/bert?**")
    visit.settle()
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(SENTENCE)

    visit.press("patient")
    assert visit.strip(READS)[5] == "[MASK]"
    expect_guesses(visit, place=5, masks=(5, 9), top_k=8)

    visit.type("A word of yours", "patient")
    expect(visit.page.get_by_test_id("stMetric")).to_contain_text("rank")
    for look in ("attention", "layer by layer", "the input", "80/10/10", "next sentence", "both sides"):
        visit.press(look)
        expect(visit.page.get_by_test_id("stException")).to_have_count(0)
    visit.expect_sound()


@in_looks(EVERY_LOOK)
def test_the_home_page_is_accessible(visit: Visit) -> None:
    visit.open("/")
    visit.expect_sound()


def test_a_cold_deep_link_restores_everything(browser: Browser) -> None:
    """The first request that a fresh server gets is a link somebody shared."""
    address = f"/bert?text={SENTENCE.replace(' ', '+')}&mask=3,8&place=8&top_k=5&look=draw&seed=7"
    with running() as server:
        page = browser.new_page()
        visit = Visit(page, server)
        page.goto(server.url + address)
        visit.settle()
        expect(page.get_by_label("Your text", exact=True)).to_have_value(SENTENCE)
        tokens = visit.strip(READS)
        assert [place for place, token in enumerate(tokens) if token == "[MASK]"] == [3, 8]
        expect_guesses(visit, place=8, masks=(3, 8), top_k=5)
        expect(page.get_by_role("slider", name="Seed")).to_have_value("7")
        expect(page.get_by_test_id("stSidebar")).to_contain_text("BERT Lab")
        page.close()


def test_back_forward_and_reload_keep_the_text(visit: Visit) -> None:
    visit.open("/bert", text="The first sentence.")
    visit.type("Your text", "The second sentence.")
    box = visit.page.get_by_label("Your text", exact=True)
    visit.page.reload()
    visit.settle()
    expect(box).to_have_value("The second sentence.")
    visit.page.go_back()
    expect(box).to_have_value("The first sentence.")
    visit.page.go_forward()
    expect(box).to_have_value("The second sentence.")
    visit.page.get_by_test_id("stSidebar").get_by_role("link", name="BERT Lab").click()
    expect(visit.page.get_by_role("heading", name="The variants")).to_be_visible()
    expect(visit.page.get_by_label("Your sentence, taken along to every chapter")).to_have_value("The second sentence.")
    visit.page.go_back()
    expect(box).to_have_value("The second sentence.")


def test_the_keyboard_alone_masks_a_token_and_reads_the_answer(visit: Visit) -> None:
    visit.open("/bert", text=SENTENCE)
    visit.page.get_by_label("Your text", exact=True).focus()
    for _ in range(30):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("document.activeElement.innerText").strip() == "the":
            break
    for _ in range(2):
        visit.page.keyboard.press("Tab" if not _arrows_move(visit) else "ArrowRight")
    focused = visit.page.evaluate("document.activeElement.innerText").strip()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_timeout(300)
    visit.settle()
    place = SENTENCE.lower().split().index(focused) + 1
    assert visit.strip(READS)[place] == "[MASK]"
    chart = visit.page.get_by_role("figure", name=re.compile("Bar chart. BERT's guesses"))
    expect(chart.first).to_be_visible()


def _arrows_move(visit: Visit) -> bool:
    """Say whether the token buttons are one group that arrow keys walk through."""
    before = visit.page.evaluate("document.activeElement.innerText")
    visit.page.keyboard.press("ArrowRight")
    moved = visit.page.evaluate("document.activeElement.innerText") != before
    if moved:
        visit.page.keyboard.press("ArrowLeft")
    return moved


def test_nothing_typed_is_run_or_fetched(visit: Visit) -> None:
    visit.open("/bert")
    visit.type("Your text", "<script>window.hit=1</script> <img src=https://example.com/x.png onerror=window.hit=1>")
    visit.press("[MASK]") if visit.page.get_by_role("button", name="[MASK]", exact=True).count() else None
    visit.type("A word of yours", "![x](https://example.com/y.png)")
    assert visit.page.evaluate("window.hit") is None


def test_pictures_numbers_notebook_and_link_can_be_taken_along(visit: Visit) -> None:
    visit.open("/bert", text=SENTENCE, mask="9")
    frame = visit.page.locator(".st-key-figure_guesses")
    frame.get_by_text("Numbers and download").click()
    visit.page.wait_for_timeout(500)
    visit.settle()
    for label, start in (("SVG", b"<svg"), ("PNG", b"\x89PNG"), ("CSV", b"token,probability"), ("JSON", b"{")):
        with visit.page.expect_download() as download:
            frame.get_by_role("button", name=label, exact=True).click()
        assert download.value.path().read_bytes().startswith(start)
    assert visit.notebook()["nbformat"] == 4
    assert visit.copied_link() == visit.page.url


def test_questions_are_marked_by_the_model(visit: Visit) -> None:
    visit.open("/bert", text=SENTENCE)
    visit.answer("q1", "at about eight in ten")


def test_a_control_of_the_close_ups_keeps_link_notebook_and_history_current(visit: Visit) -> None:
    visit.open("/bert", text=SENTENCE, mask="9", look="draw")
    visit.page.get_by_role("slider", name="Seed").press("ArrowRight")
    visit.page.wait_for_url("**seed=1**")
    visit.page.get_by_role("slider", name="How many guesses").press("ArrowLeft")
    visit.page.wait_for_url("**top_k=7**")
    visit.settle()
    book = str(visit.notebook())
    assert "seed=1)" in book and "top_k = 7" in book
    copied = visit.copied_link()
    assert "seed=1" in copied and "top_k=7" in copied
    visit.page.go_back()
    expect(visit.page.get_by_role("slider", name="How many guesses")).to_have_value("8")
    expect(visit.page.get_by_role("slider", name="Seed")).to_have_value("1")
