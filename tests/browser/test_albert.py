"""The ALBERT chapter as a learner uses it, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LOOKS, Visit, in_looks
from variants.albert.demo import load
from variants.albert.order import ask, elsewhere
from variants.albert.parameters import albert_parts, total, totals
from variants.albert.sharing import nudge
from variants.albert.sizes import PRESETS
from variants.core.words import read_words

pytestmark = pytest.mark.browser
SENTENCE = "The doctor told her patient to drink more water and to walk every day."


def expect_total(visit: Visit, count: int) -> None:
    """Wait until both columns of the formula's last row show a count."""
    row = visit.page.get_by_test_id("stTable").first.locator("tr").last
    expect(row).to_contain_text(re.compile(rf"total\s*{count:,}\s*{count:,}"))


def bar_texts(visit: Visit, key: str) -> list[str]:
    """Return the numbers at the bars of a figure."""
    bars = visit.page.locator(f".st-key-figure_{key} .bartext")
    bars.first.wait_for()
    return bars.all_text_contents()


@in_looks(LOOKS)
def test_a_learner_walks_through_the_chapter(visit: Visit) -> None:
    visit.open("/albert")
    visit.type("Your text", SENTENCE)
    expect_total(visit, 11_683_584)
    for look in ("what sharing is", "a smaller table", "sentence order", "the parameters"):
        visit.press(look)
        visit.expect_sound()


def test_a_deep_link_restores_everything(visit: Visit) -> None:
    address = "/albert?preset=large&layers=12&sharing=groups&group=6&embedding=256&level=pretraining"
    visit.open(address)
    for name, value in (("Layers L", "12"), ("Hidden size H", "1024"), ("Embedding size E", "256")):
        expect(visit.page.get_by_role("slider", name=name)).to_have_value(value)
    # two sets of layer weights, computed here by hand
    h, f, e, v = 1024, 4096, 256, 30_000
    layer = 4 * (h * h + h) + 2 * h + 2 * h * f + f + 3 * h
    heads = (h * h + h) + (h * e + 3 * e + v) + (2 * h + 2)
    expect_total(visit, (v + 512 + 2 + 2) * e + e * h + h + 2 * layer + heads)


def test_a_slider_recounts_and_another_network_sets_it_back(visit: Visit) -> None:
    visit.open("/albert", preset="xxlarge")
    expect_total(visit, totals(albert_parts(PRESETS["xxlarge"][1]))["pooler"])
    visit.press("nothing")
    visit.page.wait_for_url("**sharing=none**")
    expect_total(visit, 2_437_773_824)
    visit.page.get_by_role("slider", name="Layers L").press("ArrowLeft")
    visit.page.wait_for_url("**layers=11**")
    visit.page.get_by_role("combobox", name="Start from").click()
    visit.page.get_by_role("option", name="our ALBERT").click()
    visit.page.wait_for_url("**preset=ours**")
    expect_total(visit, total(albert_parts(PRESETS["ours"][1])[:-2]))
    assert "layers" not in visit.page.url and "sharing" not in visit.page.url
    visit.page.go_back()


def test_impossible_sizes_get_one_sentence(visit: Visit) -> None:
    visit.open("/albert")
    visit.page.get_by_role("slider", name="Heads A").press("ArrowLeft")
    expect(visit.page.get_by_role("alert")).to_contain_text("768 cannot be divided among 11 heads")
    visit.page.get_by_role("slider", name="Heads A").press("ArrowRight")
    expect_total(visit, 11_683_584)


def test_the_nudge_and_the_heads_are_the_librarys(visit: Visit) -> None:
    albert = load()
    visit.open("/albert", look="sharing", text=SENTENCE, layer="2", amount="4")
    moved = nudge(albert, read_words(albert, SENTENCE).encoded, layer=2, weight="feed-forward", amount=4).moved
    shown = bar_texts(visit, "nudge")
    assert set(shown) > {f"{share:.3%}" for share in moved}
    assert "0.000%" in shown  # BERT's layer 1, before the nudged one
    second = "He slept."
    visit.open("/albert", look="order", text=SENTENCE, second=second, other="4")
    answers = ask(albert, SENTENCE, second, elsewhere(3)).probabilities
    assert bar_texts(visit, "order")[:3] == [f"{probability:.1%}" for probability in answers]


def test_the_race_is_run_shows_how_far_it_is_and_can_be_stopped(visit: Visit) -> None:
    visit.open("/albert")
    start = visit.page.get_by_role("button", name=re.compile("^Start the race"))
    start.click()
    bar = visit.page.get_by_test_id("stProgress")
    expect(bar).to_contain_text("of BERT's time so far", timeout=60_000)
    visit.page.get_by_role("button", name="Stop", exact=True).click()
    expect(bar).to_have_count(0, timeout=60_000)
    visit.settle()
    expect(visit.page.get_by_role("figure", name=re.compile("^Bars with whiskers"))).to_be_visible()
    start.click()  # the turn was given back
    expect(visit.page.get_by_role("cell", name="8 × 512")).to_be_visible(timeout=120_000)
    visit.settle()
    visit.expect_sound()


def test_nothing_typed_is_run_or_fetched(visit: Visit) -> None:
    hostile = (
        "<script>window.hit=1</script> <img src=https://example.com/x.png onerror=window.hit=1> ![x](https://e.com/y)"
    )
    for look in ("sharing", "table", "order"):
        visit.open("/albert", look=look, text=hostile, second=hostile, near=hostile[:60])
        expect(visit.page.get_by_test_id("stException")).to_have_count(0)
    assert visit.page.evaluate("window.hit") is None


def test_the_notebook_and_the_link_hold_every_choice(visit: Visit) -> None:
    visit.open("/albert", text=SENTENCE, preset="large", look="table", near="water")
    visit.page.get_by_role("slider", name="Rank E").press("ArrowRight")
    visit.page.wait_for_url("**rank=65**")
    visit.settle()
    cells = [cell["source"] for cell in visit.notebook()["cells"]]
    for line in ("rank = 65", "word = 'water'", f"text = {SENTENCE!r}"):
        assert line in cells[1]
    assert any(f"sizes = {PRESETS['large'][1]!r}" in cell for cell in cells)
    assert visit.copied_link() == visit.page.url


def test_questions_are_marked_by_a_measurement(visit: Visit) -> None:
    visit.open("/albert", text=SENTENCE)
    visit.answer("q4", "the sum over its four uses")
