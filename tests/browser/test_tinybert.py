"""The TinyBERT chapter as a learner uses it, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LOOKS, Visit, in_looks
from variants.tinybert.demo import compare, fit_width, load, load_pair, read
from variants.tinybert.imitation import Losses, losses

pytestmark = pytest.mark.browser
SENTENCE = "The woman went to the market and bought some bread."
HOSTILE = "<script>window.hit=1</script> <img src=https://example.com/x.png onerror=window.hit=1> ![x](https://e.com/y)"


def losses_of(text: str) -> Losses:
    student = load()
    pair = load_pair(student)
    return losses(compare(pair, read(student, text)), fit_width(pair))


def expect_losses(visit: Visit, found: Losses) -> None:
    """Wait until the table shows what the library computes here."""
    table = visit.page.get_by_test_id("stTable").filter(has_text="total, which the copying descends")
    for value in (sum(found.attention), sum(found.hidden), found.embedding, found.total):
        expect(table).to_contain_text(f"{value:.4f}", timeout=60_000)


@in_looks(LOOKS)
def test_a_learner_walks_through_the_chapter(visit: Visit) -> None:
    visit.open("/tinybert")
    visit.type("Your text", SENTENCE)
    expect_losses(visit, losses_of(SENTENCE))
    for name in ("top", "after the softmax", "all layers", "why scores", "hidden states"):
        visit.press(name)
        expect(visit.page.get_by_test_id("stException")).to_have_count(0)
    expect(visit.page.get_by_text("The last ones only")).to_be_visible()
    for who in ("Teacher", "Student"):
        expect(visit.page.get_by_text(f"{who}, layer 1, head 1")).to_be_visible()
    visit.press("Measure the time now")
    expect(visit.page.get_by_text("Small is not the same as fast")).to_be_visible(timeout=90_000)
    visit.settle()
    visit.expect_sound()


def test_a_deep_link_restores_everything(visit: Visit) -> None:
    query = f"text={SENTENCE.replace(' ', '+')}&layer=3&head=2&map=bottom&size=six&look=softmax&shift=4&counted=ours"
    visit.open(f"/tinybert?{query}")
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(SENTENCE)
    expect(visit.page.get_by_text("TinyBERT-6: 6 layers copy 6 of 12")).to_be_visible()
    expect(visit.page.get_by_text("Student, layer 3, head 2")).to_be_visible()
    slider = visit.page.get_by_role("slider", name="Add to every score")
    expect(slider).to_have_value("4", timeout=30_000)  # its script is fetched when it is first drawn
    expect(visit.page.get_by_text("From 5,355,776 parameters")).to_be_visible()
    expect_losses(visit, losses_of(SENTENCE))


def test_keys_links_questions_and_the_way_back(visit: Visit) -> None:
    """One visit: controls by keyboard, the link and the notebook, a question, another chapter and back."""
    visit.open("/tinybert", text=SENTENCE, look="softmax", layer="2")
    visit.page.get_by_role("slider", name="Add to every score").press("ArrowRight")
    visit.page.wait_for_url("**shift=2**")
    visit.settle()
    expect(visit.page.get_by_test_id("stTable").filter(has_text="+ 2")).to_contain_text("4.0000")
    visit.page.get_by_role("radio", name="3", exact=True).last.focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**head=3**")
    visit.page.wait_for_timeout(500)  # the foot follows the address
    visit.settle()
    controls = visit.notebook()["cells"][1]["source"]
    for line in ("layer = 2", "head = 3", "stage = 'general'", "strategy = 'uniform'", f"text = {SENTENCE!r}"):
        assert line in controls
    assert visit.copied_link() == visit.page.url
    visit.answer("q1", "it rises by about 1")
    visit.page.get_by_test_id("stSidebar").get_by_role("link", name="DistilBERT", exact=True).click()
    visit.page.wait_for_url("**/distilbert?**")
    visit.settle()
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(SENTENCE)
    visit.page.go_back()
    visit.page.wait_for_url(re.compile("/tinybert"))
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(SENTENCE)


def test_nothing_typed_is_run_or_fetched(visit: Visit) -> None:
    visit.open("/tinybert", look="states", text=HOSTILE)
    for name in ("all layers", "why scores"):
        visit.press(name)
        expect(visit.page.get_by_test_id("stException")).to_have_count(0)
    assert visit.page.evaluate("window.hit") is None
