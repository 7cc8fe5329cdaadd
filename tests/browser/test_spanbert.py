"""The SpanBERT chapter as a learner uses it, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LOOKS, Visit, in_looks
from variants.core.guesses import best_guesses
from variants.spanbert.demo import as_odds, fill, guess_span, load, log_probabilities, read
from variants.spanbert.schemes import Scheme, hide_text
from variants.spanbert.spans import Span

pytestmark = pytest.mark.browser
SENTENCE = "The old king died in the winter of that year, and his son took the crown."
HIDDEN = "The text with the span hidden"
SPANS = "Spans, as in SpanBERT"


def expect_odds(visit: Visit, span: Span) -> None:
    """Wait until both heads show what they say of the span when they run here."""
    model = load()
    guesses = guess_span(model, fill(model, read(model, SENTENCE), span), span)
    for place, rows in enumerate(guesses.heads.values()):
        said = as_odds(sum(log_probabilities(rows, guesses.answers)))
        expect(visit.page.get_by_test_id("stMetricValue").nth(place)).to_have_text(said, timeout=15_000)


def masked(visit: Visit) -> list[int]:
    return [place for place, token in enumerate(visit.strip(HIDDEN)) if token == "[MASK]"]


@in_looks(LOOKS)
def test_a_learner_walks_through_the_chapter(visit: Visit) -> None:
    visit.open("/spanbert", text=SENTENCE)
    visit.press("Draw again")
    visit.press("50 draws more")
    expect(visit.page.get_by_text("52 draws of each so far")).to_be_visible()
    model = load()
    hidden = hide_text(model, read(model, SENTENCE), Scheme.SPANS, seed=51)
    assert visit.strip(SPANS) == list(hidden.encoded.tokens)

    first, last = visit.page.get_by_role("slider", name="The span: its first and its last token").all()
    before = masked(visit)
    first.press("ArrowLeft")
    visit.page.wait_for_url(f"**span={before[0] - 1}-{before[-1]}**")
    visit.settle()
    last.press("ArrowRight")
    visit.page.wait_for_url(f"**span={before[0] - 1}-{before[-1] + 1}**")
    visit.settle()
    expect_odds(visit, Span(before[0] - 1, before[-1] + 2))
    assert masked(visit) == [before[0] - 1, *before, before[-1] + 1]

    visit.page.get_by_text("Blank the states inside the span").click()
    expect(visit.page.get_by_text(re.compile("Blanking moved 0.0% of SBO"))).to_be_visible()
    for look in ("the right tokens", "inside the head", "token by token"):
        visit.press(look)
        expect(visit.page.get_by_test_id("stException")).to_have_count(0)
    visit.expect_sound()


def test_a_deep_link_restores_everything(visit: Visit) -> None:
    address = f"/spanbert?text={SENTENCE.replace(' ', '+')}&seed=9&span=4-7&blank=1&place=6&top_k=3"
    visit.open(address)
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(SENTENCE)
    expect(visit.page.get_by_role("slider", name="Draw number (the seed)")).to_have_value("9")
    expect(visit.page.get_by_role("slider", name="How many guesses")).to_have_value("3")
    expect(visit.page.get_by_role("switch").or_(visit.page.get_by_role("checkbox")).first).to_be_checked()
    assert masked(visit) == [4, 5, 6, 7]
    model, span = load(), Span(4, 8)
    rows = guess_span(model, fill(model, read(model, SENTENCE), span), span).sbo
    labels = visit.page.locator(".st-key-figure_guesses_sbo .ytick text")
    expect(labels).to_have_text([guess.token for guess in best_guesses(model, rows[2], 3)])


def test_the_keyboard_alone_moves_the_span_and_draws_again(visit: Visit) -> None:
    visit.open("/spanbert", text=SENTENCE)
    expect(visit.page.get_by_label(HIDDEN)).to_contain_text("[MASK]")  # the strip comes a moment after the page
    start = masked(visit)[0]
    visit.page.get_by_label("Your text", exact=True).focus()
    draw_again = visit.page.get_by_role("button", name="Draw again", exact=True)
    first = visit.page.get_by_role("slider", name="The span: its first and its last token").first
    for control, key in ((draw_again, "Enter"), (first, "ArrowLeft")):
        for _ in range(40):
            visit.page.keyboard.press("Tab")
            if control.evaluate("element => element === document.activeElement"):
                break
        visit.page.keyboard.press(key)
        visit.page.wait_for_timeout(300)
        visit.settle()
    expect(visit.page.get_by_text("2 draws of each so far")).to_be_visible()
    assert masked(visit)[0] == start - 1


def test_back_and_double_clicks_leave_the_page_whole(visit: Visit) -> None:
    visit.open("/spanbert", text=SENTENCE)
    visit.page.get_by_role("button", name="Draw again").dblclick()
    visit.page.wait_for_url("**seed=**")
    visit.settle()
    visit.type("Your text", "A short text about a king.")
    visit.page.go_back()
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(SENTENCE)
    expect(visit.page.get_by_test_id("stException")).to_have_count(0)


def test_nothing_typed_is_run_or_fetched(visit: Visit) -> None:
    visit.open("/spanbert")
    visit.type("Your text", "<script>window.hit=1</script> <img src=https://example.com/x.png onerror=window.hit=1>")
    for look in ("the right tokens", "inside the head"):
        visit.press(look)
    assert visit.page.evaluate("window.hit") is None


def test_a_question_is_marked_and_the_notebook_holds_the_choices(visit: Visit) -> None:
    visit.open("/spanbert", text=SENTENCE, span="3-5", seed="2")
    visit.answer("q3", "the two beside the span")
    book = visit.notebook()
    assert book["nbformat"] == 4 and "Span(3, 6), 5, False" in str(book)
    frame = visit.page.locator(".st-key-figure_lengths")
    frame.get_by_text("Numbers and download").click()
    visit.page.wait_for_timeout(500)
    visit.settle()
    with visit.page.expect_download() as download:
        frame.get_by_role("button", name="CSV", exact=True).click()
    assert download.value.path().read_text().startswith("value,count,share,")
