"""The RoBERTa chapter as a learner uses it, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LOOKS, Visit, in_looks
from variants.core.guesses import best_guesses
from variants.core.words import read_words
from variants.roberta.beside import answer_of
from variants.roberta.demo import fill, load, read
from variants.roberta.masks import count, draw_masks

pytestmark = pytest.mark.browser
SENTENCE = "The doctor told her patient to drink more water and to walk every day."


def expect_counters(visit: Visit, *, seed: int, copies: int, epochs: int, epoch: int) -> None:
    """Wait until the table shows what the sampler gives when it runs here."""
    roberta = load()
    encoded = read(roberta, SENTENCE)
    table = visit.page.get_by_test_id("stTable").first
    expect(visit.page.get_by_text(f"After epoch {epoch}", exact=True)).to_be_visible()
    for each in (copies, None):
        matrix = draw_masks(roberta, encoded, epochs=epochs, seed=seed, copies=each)
        found = count(roberta, encoded, matrix, epoch, each)
        share = found.ever_masked / found.candidates
        expect(table).to_contain_text(f"{found.ever_masked} of {found.candidates} ({share:.1%})")
        expect(table).to_contain_text(f"{found.expected:.1%}")


@in_looks(LOOKS)
def test_a_learner_walks_through_the_chapter(visit: Visit) -> None:
    visit.open("/roberta", seed="3")
    visit.type("Your text", SENTENCE)
    expect_counters(visit, seed=3, copies=10, epochs=40, epoch=40)
    visit.press("patient")
    expect(visit.page.locator(".st-key-figure_beside_bert")).to_be_visible()
    for look in ("packing", "bytes", "beside BERT"):
        visit.press(look)
        visit.expect_sound()


def test_a_deep_link_restores_everything(visit: Visit) -> None:
    address = f"/roberta?text={SENTENCE.replace(' ', '+')}&seed=5&copies=4&epochs=20&epoch=9&words=4&look=beside"
    visit.open(address)
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(SENTENCE)
    for name, value in (("Static copies", "4"), ("Epochs in all", "20"), ("Up to epoch", "9"), ("Seed", "5")):
        expect(visit.page.get_by_role("slider", name=name)).to_have_value(value)
    expect_counters(visit, seed=5, copies=4, epochs=20, epoch=9)


def test_guesses_for_the_same_word_are_the_models(visit: Visit) -> None:
    visit.open("/roberta", text=SENTENCE, words="4,8", which="8")
    roberta = load()
    worded = read_words(roberta, SENTENCE)
    reading = fill(roberta, worded.encoded, worded.masks_of((4, 8)))
    best = best_guesses(roberta, answer_of(roberta, worded, reading, 8).logits, 6)
    labels = visit.page.locator(".st-key-figure_beside_roberta .ytick text")
    expect(labels).to_have_text([guess.token for guess in best])


def test_stepping_and_playing_grow_the_counters(visit: Visit) -> None:
    visit.open("/roberta", text=SENTENCE, epochs="6", copies="3", epoch="2", seed="1")
    slider = visit.page.get_by_role("slider", name="Up to epoch")
    slider.press("ArrowRight")
    visit.page.wait_for_url("**epoch=3**")
    expect_counters(visit, seed=1, copies=3, epochs=6, epoch=3)
    visit.press("Play")
    expect(visit.page.get_by_text("After epoch 6", exact=True)).to_be_visible(timeout=60_000)
    expect(visit.page.get_by_role("button", name="Play", exact=True)).to_be_visible(timeout=30_000)
    expect(slider).to_have_value("6")
    expect_counters(visit, seed=1, copies=3, epochs=6, epoch=6)
    visit.open("/roberta", text=SENTENCE, epochs="40")  # long enough to be stopped on a slow machine
    for name in ("Play", "Stop"):
        visit.page.get_by_role("button", name=name, exact=True).click()
    expect(slider).to_be_visible()


def test_the_keyboard_alone_moves_through_the_epochs(visit: Visit) -> None:
    visit.open("/roberta", text=SENTENCE, epochs="8")
    visit.page.get_by_label("Your text", exact=True).focus()
    slider = visit.page.get_by_role("slider", name="Up to epoch")
    for _ in range(30):
        visit.page.keyboard.press("Tab")
        if slider.evaluate("element => element === document.activeElement"):
            break
    visit.page.keyboard.press("ArrowLeft")
    visit.page.wait_for_url("**epoch=7**")
    expect(visit.page.get_by_text("After epoch 7", exact=True)).to_be_visible()


def test_the_agreement_of_batches_is_measured_and_can_be_stopped(visit: Visit) -> None:
    visit.open("/roberta")
    visit.page.get_by_role("button", name=re.compile("^Measure it now")).click()
    bar = visit.page.get_by_test_id("stProgress")
    expect(bar).to_contain_text("of 1,024 sequences. Cosines: 8:", timeout=60_000)
    visit.page.get_by_role("button", name="Stop", exact=True).click()
    expect(bar).to_have_count(0, timeout=60_000)
    visit.settle()
    expect(visit.page.get_by_role("figure", name=re.compile("Line chart of cosines"))).to_be_visible()
    visit.expect_sound()


def test_nothing_typed_is_run_or_fetched(visit: Visit) -> None:
    hostile = (
        "<script>window.hit=1</script> <img src=https://example.com/x.png onerror=window.hit=1> ![x](https://e.com/y)"
    )
    for look in ("beside", "packing", "bytes"):
        visit.open("/roberta", look=look, text=hostile)
        expect(visit.page.get_by_test_id("stException")).to_have_count(0)
    assert visit.page.evaluate("window.hit") is None


def test_the_notebook_and_the_link_hold_every_choice(visit: Visit) -> None:
    visit.open("/roberta", text=SENTENCE, copies="4", epochs="12", look="packing")
    visit.page.get_by_role("slider", name="Seed").press("ArrowRight")
    visit.page.wait_for_url("**seed=7**")
    visit.press("DOC-SENTENCES")
    visit.page.wait_for_url("**format=doc-sentences**")
    visit.settle()
    controls = visit.notebook()["cells"][1]["source"]
    for line in ("seed = 7", "copies = 4", "epochs = 12", "format = 'doc-sentences'", f"text = {SENTENCE!r}"):
        assert line in controls
    assert visit.copied_link() == visit.page.url


def test_questions_are_marked_by_the_sampler(visit: Visit) -> None:
    visit.open("/roberta", text=SENTENCE)
    visit.answer("q1", "about a fifth of a long text")
