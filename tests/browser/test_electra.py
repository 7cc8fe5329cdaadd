"""The ELECTRA chapter as a learner uses it, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LOOKS, Visit, in_looks
from variants.core.words import read_words
from variants.electra.demo import guess, judge, load, read
from variants.electra.pipeline import Corruption, draw_masks, refill
from variants.electra.replacement import compare, replace_word, suspicion

pytestmark = pytest.mark.browser
SENTENCE = "The doctor told her patient to drink more water and to walk every day."


def expect_rows(visit: Visit, masks: tuple[int, ...], *, temperature: float = 1.0, sample: int = 0) -> Corruption:
    """Wait until the rows show what the library gives when it runs here."""
    electra = load()
    encoded = read(electra, SENTENCE)
    found = refill(electra, guess(electra, encoded, masks), temperature=temperature, seed=sample)
    columns = visit.page.get_by_role("list", name="Original, masked, sampled").locator("li:not(.names)")
    expect(columns).to_have_count(len(encoded))
    expect(columns.locator(".last")).to_have_text(list(found.sampled.tokens))
    expect(columns.locator("span:nth-child(2)")).to_have_text(list(found.masked.tokens))
    said = judge(electra, found.sampled.input_ids).replaced_probability
    expect(columns.locator("small:nth-of-type(1)")).to_have_text([f"{probability:.0%}" for probability in said])
    return found


def drawn(seed: int, fraction: float = 0.15) -> tuple[int, ...]:
    electra = load()
    return draw_masks(electra, read(electra, SENTENCE), fraction=fraction, seed=seed)


@in_looks(LOOKS)
def test_a_learner_walks_through_the_chapter(visit: Visit) -> None:
    visit.open("/electra", seed="3")
    visit.type("Your text", SENTENCE)
    expect_rows(visit, drawn(3), sample=3)
    visit.press("Sample again (draw 3)")
    expect_rows(visit, drawn(3), sample=4)
    for look in ("beat the generator", "learning from all tokens", "not a GAN", "fool the detector"):
        visit.press(look)
        visit.expect_sound()


def test_a_deep_link_restores_everything(visit: Visit) -> None:
    address = f"/electra?text={SENTENCE.replace(' ', '+')}&fraction=30&seed=5&temperature=1.5&sample=4&threshold=20"
    visit.open(address + "&look=fool&word=6&by=paint")
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(SENTENCE)
    for name, value in (("Share of the tokens, in %", "30"), ("Temperature", "1.5")):
        expect(visit.page.get_by_role("slider", name=name)).to_have_value(value)
    expect(visit.page.get_by_label("by", exact=True)).to_have_value("paint")
    expect_rows(visit, drawn(5, 0.3), temperature=1.5, sample=4)


def test_words_are_hidden_by_a_click_and_by_the_keyboard(visit: Visit) -> None:
    visit.open("/electra", text=SENTENCE, hide="click", mask="none")
    expect_rows(visit, ())
    visit.press("patient")
    expect_rows(visit, (5,))
    water = visit.page.get_by_role("button", name="water", exact=True)
    water.focus()
    water.press("Enter")
    visit.page.wait_for_url(re.compile("mask=5%2C9"))
    visit.settle()
    expect_rows(visit, (5, 9))
    visit.page.go_back()
    visit.settle()
    expect_rows(visit, (5,))


def test_the_keyboard_alone_moves_the_temperature(visit: Visit) -> None:
    visit.open("/electra", text=SENTENCE)
    slider = visit.page.get_by_role("slider", name="Temperature")
    slider.focus()
    slider.press("ArrowRight")
    visit.page.wait_for_url("**temperature=1.1**")
    visit.settle()
    expect_rows(visit, drawn(0), temperature=1.1)
    visit.press("the best guess")
    expect_rows(visit, drawn(0), temperature=0)


def test_a_replacement_by_hand_is_judged_by_the_model(visit: Visit) -> None:
    visit.open("/electra", text=SENTENCE, word="6")
    visit.type("by", "paint")
    electra = load()
    found = replace_word(electra, read_words(electra, SENTENCE), 6, "paint")
    highest = suspicion(found, compare(electra, found).after)
    expect(visit.page.get_by_text(f"“paint” has P(replaced) {highest:.0%}")).to_be_visible()
    visit.type("by", "ate up")
    expect(visit.page.get_by_text("one word takes the place of one")).to_be_visible()
    expect(visit.page.get_by_label("by", exact=True)).to_have_value("ate up")


def test_a_round_of_the_game_is_scored(visit: Visit) -> None:
    visit.open("/electra", look="game")
    visit.page.get_by_label(re.compile("^Instead of")).fill("river")
    visit.page.get_by_label(re.compile("^Instead of")).press("Enter")
    expect(visit.page.get_by_text("1 of 10 rounds played.")).to_be_visible()
    assert "answer1=river" in visit.page.url


def test_the_detector_is_measured_and_can_be_stopped(visit: Visit) -> None:
    visit.open("/electra")
    visit.page.get_by_role("button", name=re.compile("^Measure it now")).click()
    bar = visit.page.get_by_test_id("stProgress")
    expect(bar).to_contain_text("sequences judged", timeout=60_000)
    visit.page.get_by_role("button", name="Stop", exact=True).click()
    expect(bar).to_have_count(0, timeout=60_000)
    visit.settle()
    expect(visit.page.get_by_role("figure", name=re.compile("At a threshold of 50%"))).to_be_visible()
    slider = visit.page.get_by_role("slider", name=re.compile("^Call a token replaced"))
    slider.focus()
    slider.press("ArrowLeft")
    expect(visit.page.get_by_text("At 49 %", exact=True)).to_be_visible()
    visit.expect_sound()


def test_nothing_typed_is_run_or_fetched(visit: Visit) -> None:
    hostile = (
        "<script>window.hit=1</script> <img src=https://example.com/x.png onerror=window.hit=1> ![x](https://e.c/y)"
    )
    for look in ("fool", "game", "signals", "gan"):
        visit.open("/electra", look=look, text=hostile, by="<img/src=https://example.com/y.png>", hide="click")
        expect(visit.page.get_by_test_id("stException")).to_have_count(0)
    visit.open("/electra", look="game", answer1="<img/src=https://example.com/z.png/onerror=window.hit=1>")
    assert visit.page.evaluate("window.hit") is None


def test_the_notebook_and_the_link_hold_every_choice(visit: Visit) -> None:
    visit.open("/electra", text=SENTENCE, hide="click", mask="5,9", temperature="1.5", sample="3")
    visit.type("by", "paint")
    controls = visit.notebook()["cells"][1]["source"]
    for line in (f"text = {SENTENCE!r}", "masks = (5, 9)", "temperature = 1.5", "sample = 3", "new_word = 'paint'"):
        assert line in controls
    assert visit.copied_link() == visit.page.url


def test_questions_are_marked_by_the_gradients(visit: Visit) -> None:
    visit.open("/electra", text=SENTENCE)
    visit.answer("q1", "no: the generator learns by likelihood alone")
