"""The comparison page, used as a learner would."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EVERY_LOOK, LOOKS, Visit, in_looks
from variants import find_variant
from variants.core.preference import prefer
from variants.core.side_by_side import view

pytestmark = pytest.mark.browser

SENTENCE = "The old king died in the winter of that year."


def score_of(slug: str, hidden: tuple[int, ...] = (9,)) -> str:
    return f"{view(find_variant(slug), SENTENCE, hidden).log_likelihood:.1f}"


@in_looks(LOOKS)
def test_a_learner_compares_models(visit: Visit) -> None:
    visit.open("/compare")
    visit.type("Your text", SENTENCE)
    for slug in ("bert", "roberta", "electra", "xlnet"):
        expect(visit.page.get_by_role("cell", name=score_of(slug), exact=True).first).to_be_visible()
    visit.expect_sound()
    visit.press("died")
    visit.page.wait_for_url("**words=3%2C9**")
    visit.press("parameters")
    visit.expect_sound()
    visit.press("Two sentences")
    visit.expect_sound()
    visit.press("One template, many words")
    expect(visit.page.get_by_text("for each filler")).to_be_visible()
    visit.expect_sound()
    for question in ("Scoreboard", "The family"):
        visit.press(question)
        visit.expect_sound()


def test_a_deep_link_restores_everything(visit: Visit) -> None:
    visit.open("/compare", text=SENTENCE, models="albert,spanbert", words="2", sort="tokens")
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(SENTENCE)
    for name in ("ALBERT", "SpanBERT"):
        expect(visit.page.get_by_role("button", name=name, exact=True)).to_have_attribute("aria-pressed", "true")
    expect(visit.page.get_by_role("cell", name=score_of("albert", (2,)), exact=True).first).to_be_visible()


def test_a_model_is_added_by_the_keyboard_and_taken_back(visit: Visit) -> None:
    visit.open("/compare", text=SENTENCE, models="bert")
    button = visit.page.get_by_role("button", name="DistilBERT", exact=True)
    button.focus()
    button.press("Enter")
    visit.page.wait_for_url("**models=bert%2Cdistilbert**")
    expect(visit.page.get_by_role("cell", name=score_of("distilbert"), exact=True).first).to_be_visible()
    visit.page.go_back()
    visit.page.wait_for_url(re.compile("models=bert(&|$)"))
    visit.settle()
    expect(visit.page.get_by_role("cell", name=score_of("distilbert"), exact=True)).to_have_count(0)


def test_the_numbers_can_be_taken_along(visit: Visit) -> None:
    visit.open("/compare", text=SENTENCE, models="bert,xlnet")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="JSON", exact=True).first.click()
    rows = json.loads(download.value.path().read_text())
    assert [row["slug"] for row in rows] == ["bert", "xlnet"]
    assert rows[0]["predictions"][0]["word"] == 9


@in_looks(EVERY_LOOK[:1])
def test_a_ready_pair_is_judged(visit: Visit) -> None:
    visit.open("/compare", compare="pair", models="bert")
    margin = prefer(
        find_variant("bert"), "The keys to the cabinet are on the table.", "The keys to the cabinet is on the table."
    ).margin
    expect(
        visit.page.get_by_text(f"{margin:+.2f}".replace("-", "−")).or_(visit.page.get_by_text(f"{margin:+.2f}")).first
    ).to_be_visible()


def test_nothing_typed_is_run_or_fetched(visit: Visit) -> None:
    visit.open("/compare", models="bert")
    visit.type("Your text", "<script>alert(1)</script> <img src=https://example.com/x.png> [x](https://example.com)")
    visit.expect_sound()
    assert visit.page.locator("main img[src*='example.com'], section img[src*='example.com']").count() == 0
