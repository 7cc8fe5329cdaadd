"""The attention explorer as a learner uses it, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Frame, expect

from tests.attention.known import TEXT, opened
from tests.browser.conftest import LOOKS, Visit, in_looks

pytestmark = pytest.mark.browser


def frame_of(visit: Visit, role: str = "this") -> Frame:
    """Return a view of bertviz once it has drawn."""
    handle = visit.page.wait_for_selector(f".st-key-bertviz_{role} iframe", timeout=60_000)
    frame = handle.content_frame() if handle else None
    assert frame
    frame.wait_for_selector("svg line", state="attached", timeout=60_000)
    return frame


def click_head(visit: Visit, layer: int, head: int) -> None:
    """Click a cell of the grid, layers and heads counted from 0."""
    cell = visit.page.locator(".st-key-figure_grid .scatterlayer .point").nth(4 * layer + head)
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    assert box
    visit.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    visit.page.wait_for_timeout(400)
    visit.settle()


def test_bertviz_draws_the_models_numbers_and_keeps_its_place(visit: Visit) -> None:
    visit.open("/attention", text=TEXT, look="lines", layer="2")
    frame = frame_of(visit)
    weights = opened("bert")[2].weights[1]
    drawn = frame.eval_on_selector_all("#attention line", "lines => lines.map(l => +l.getAttribute('stroke-opacity'))")
    assert len(drawn) == weights.size
    assert max(abs(4 * a - b) for a, b in zip(drawn, weights.ravel().tolist(), strict=True)) < 1 / 255
    assert frame.locator("#layer").input_value() == "2"

    frame.evaluate("window.marked = true")  # a frame that was loaded anew would not have it
    visit.press("by layer")
    assert frame_of(visit).evaluate("window.marked") is True

    visit.page.get_by_label("A second text, if you like: the two are read as a pair").fill("He was tired.")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_timeout(600)
    visit.settle()
    frame = frame_of(visit)
    frame.select_option("#filter", "3")  # the first text looks at the second
    first, second = (frame.locator(f"#{side} text").all_text_contents() for side in ("left", "right"))
    assert first[0] == "[CLS]" and "tired" in second
    block = frame.eval_on_selector_all("#attention line", "lines => lines.map(l => +l.getAttribute('stroke-opacity'))")
    pair = opened("bert", TEXT, "He was tired.")[2].weights[1][:, : len(first), len(first) :]
    assert max(abs(4 * a - b) for a, b in zip(block, pair.ravel().tolist(), strict=True)) < 1 / 255


@in_looks(LOOKS)
def test_a_learner_walks_through_the_explorer(visit: Visit) -> None:
    visit.open("/attention", text=TEXT)
    for look in ("head view", "model view", "neuron view"):
        visit.press(look)
        assert frame_of(visit).locator("svg text").count() >= 10
    for look in ("rollout and flow", "heads switched off", "heat map"):
        visit.press(look)
        expect(visit.page.get_by_test_id("stException")).to_have_count(0)
    click_head(visit, 1, 3)
    visit.page.wait_for_url(re.compile("layer=2"))
    visit.page.wait_for_url(re.compile("head=4"))
    expect(visit.page.get_by_text("BERT: where each token looks in layer 2, head 4")).to_be_visible()
    visit.expect_sound()


def tab_to(visit: Visit, name: str) -> None:
    """Walk forward by the Tab key until a slider has the focus."""
    slider = visit.page.get_by_role("slider", name=name)
    for _ in range(40):
        visit.page.keyboard.press("Tab")
        if slider.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach the slider {name!r}")


def test_the_keyboard_alone_opens_another_head(visit: Visit) -> None:
    visit.open("/attention", text=TEXT)
    visit.page.get_by_label("Your text", exact=True).focus()
    tab_to(visit, "Layer")
    visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_url("**layer=2**")
    visit.settle()
    tab_to(visit, "Head")
    for _ in range(2):
        visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_url("**head=3**")
    expect(visit.page.get_by_text("BERT: where each token looks in layer 2, head 3")).to_be_visible()


@in_looks(LOOKS)
def test_a_chapter_leads_to_the_same_head_in_the_explorer(visit: Visit) -> None:
    visit.open("/electra", text=TEXT, look="attention", network="electra-generator")
    visit.page.get_by_role("slider", name="Layer").press("ArrowRight")
    visit.page.wait_for_url("**at_layer=2**")
    visit.settle()
    expect(visit.page.get_by_text("ELECTRA, generator: where each token looks in layer 2, head 1")).to_be_visible()
    visit.expect_sound()
    visit.page.get_by_role("link", name=re.compile("open this one in the attention explorer")).click()
    visit.page.wait_for_url("**/attention?**")
    visit.settle()
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(TEXT)
    expect(visit.page.get_by_text("ELECTRA, generator: where each token looks in layer 2, head 1")).to_be_visible()


def test_a_link_restores_what_is_pinned_and_nothing_typed_is_run(visit: Visit) -> None:
    hostile = "<script>window.top.hit=1</script> <img src=https://example.com/x.png onerror=window.top.hit=1>"
    visit.open("/attention", text=hostile, model="xlnet-query", seed="4", look="lines", pin="roberta", pin_text=hostile)
    for role in ("this", "pinned"):
        assert frame_of(visit, role).locator("svg line").count() > 100
    expect(visit.page.get_by_text(re.compile("^Pinned. RoBERTa"))).to_be_visible()
    expect(visit.page.get_by_role("slider", name="Order, drawn from this seed")).to_have_value("4")
    visit.press("neuron view")
    frame_of(visit, "pinned")
    visit.press("Take the pin out")
    expect(visit.page.locator(".st-key-bertviz_pinned")).to_have_count(0)
    assert "pin" not in visit.page.url
    assert visit.page.evaluate("window.hit") is None


def test_a_long_text_stays_quick_and_says_what_is_left_out(visit: Visit) -> None:
    visit.open("/attention", text="river and land " * 60, look="model", layer="3")
    expect(visit.page.get_by_text(re.compile("you see layer 3 of 4"))).to_be_visible()
    assert frame_of(visit).locator("svg line").count() >= 4 * 128 * 128
    visit.press("head view")
    frame = frame_of(visit)
    frame.locator("#left text").nth(3).hover()
    shown = frame.locator("#attention line[visibility=visible]")
    expect(shown).to_have_count(4 * 128)
