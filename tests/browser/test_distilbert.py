"""The DistilBERT chapter as a learner uses it, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import LOOKS, Visit, in_looks
from variants.distilbert.demo import Lesson, hear, load, load_teacher_of, read
from variants.distilbert.soft_targets import beside, losses

pytestmark = pytest.mark.browser
SENTENCE = "The woman went to the market and bought some bread."


def lesson_of(text: str, masks: tuple[int, ...]) -> Lesson:
    student = load()
    return hear(load_teacher_of(student), student, read(student, text), masks)


def expect_losses(visit: Visit, lesson: Lesson, temperature: int) -> None:
    """Wait until the table shows what the library computes here."""
    found = losses(lesson, temperature)
    table = visit.page.get_by_test_id("stTable").filter(has_text="total, which training descends")
    for value in (found.distillation, found.cosine, found.total):
        expect(table).to_contain_text(f"{value:.4f}")


def start(visit: Visit) -> Locator:
    """Begin the training; return its bar, which shows that it is under way."""
    visit.page.get_by_role("button", name=re.compile("^Take .* steps?")).click()
    bar = visit.page.get_by_test_id("stProgress")
    expect(bar).to_contain_text("taught: distillation", timeout=90_000)
    return bar


@in_looks(LOOKS)
def test_a_learner_walks_through_the_chapter(visit: Visit) -> None:
    visit.open("/distilbert", steps="2")
    visit.type("Your text", SENTENCE)
    expect_losses(visit, lesson_of(SENTENCE, (10,)), 2)
    for look in ("why T²", "words in play", "along the text", "step 0", "dark knowledge"):
        visit.press(look)
        expect(visit.page.get_by_test_id("stException")).to_have_count(0)
    visit.press("our models")
    start(visit)
    expect(visit.page.get_by_role("button", name="Start over")).to_be_visible(timeout=90_000)
    visit.press("Measure the time now")
    expect(visit.page.get_by_text("Small is not the same as fast")).to_be_visible(timeout=90_000)
    visit.settle()
    visit.expect_sound()


def test_a_deep_link_restores_everything(visit: Visit) -> None:
    query = f"text={SENTENCE.replace(' ', '+')}&mask=2,5&place=5&temperature=4&look=play&steps=7&live_seed=3&size=ours"
    visit.open(f"/distilbert?{query}")
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(SENTENCE)
    for name, value in (("Temperature T", "4"), ("Steps to take", "7"), ("Seed of texts and masks", "3")):
        expect(visit.page.get_by_role("slider", name=name)).to_have_value(value)
    expect(visit.page.get_by_text("Words in play at place 5")).to_be_visible()
    expect(visit.page.get_by_text("5,355,776 parameters")).to_be_visible()
    expect_losses(visit, lesson_of(SENTENCE, (2, 5)), 4)


def test_the_temperature_softens_both_and_keeps_the_order(visit: Visit) -> None:
    visit.open("/distilbert", text=SENTENCE, mask="5", temperature="1")
    lesson, student = lesson_of(SENTENCE, (5,)), load()
    chart = visit.page.locator(".st-key-figure_soft")
    expect_losses(visit, lesson, 1)
    tokens = [each.token for each in beside(student, lesson, 5, temperature=1, top_k=8)]
    expect(chart.locator(".ytick text")).to_have_text(tokens)
    visit.page.get_by_role("slider", name="Temperature T").press("ArrowRight")
    visit.page.wait_for_url(re.compile(r"mask=5(?!.*temperature)"))  # 2 is the default
    expect_losses(visit, lesson, 2)
    expect(chart.locator(".ytick text")).to_have_text(tokens)
    best = beside(student, lesson, 5, temperature=2, top_k=8)[0]
    expect(chart.get_by_text(f"{best.teacher:.2%}", exact=True).first).to_be_visible()


def test_a_student_learns_is_stopped_goes_on_and_starts_over(visit: Visit) -> None:
    visit.open("/distilbert", text=SENTENCE, steps="100")
    bar = start(visit)
    expect(bar).to_contain_text(re.compile("^step [1-9]"), timeout=90_000)
    visit.page.get_by_role("button", name="Stop", exact=True).click()
    expect(bar).to_have_count(0, timeout=60_000)
    visit.settle()
    sentence = visit.page.get_by_text(re.compile("Your hidden word at place 10 after [0-9]+ steps"))
    reached = int(re.findall("after ([0-9]+) steps", sentence.inner_text())[0])
    assert 0 < reached < 100
    slider = visit.page.get_by_role("slider", name="Steps to take")
    slider.press("Home")
    visit.page.wait_for_url("**steps=1")
    visit.settle()
    visit.page.get_by_role("button", name=re.compile("^Take 1 step ")).click()
    expect(visit.page.get_by_text(f"Your hidden word at place 10 after {reached + 1} steps")).to_be_visible(
        timeout=60_000
    )
    expect(visit.page.get_by_role("figure", name=re.compile("Distance from the teacher"))).to_be_visible()
    visit.settle()
    visit.press("Start over")
    expect(sentence).to_have_count(0)
    visit.expect_sound()


def test_a_closed_tab_stops_the_training(visit: Visit, browser: Browser) -> None:
    """One trains at a time; a second reader is told so, and has the turn as soon as the first has left."""
    leaving = Visit(browser.new_page(), visit.server)
    leaving.open("/distilbert", text=SENTENCE, steps="100")
    start(leaving)
    visit.open("/distilbert", text=SENTENCE, steps="1")
    button = visit.page.get_by_role("button", name=re.compile("^Take 1 step "))
    button.click()
    expect(visit.page.get_by_text("Another reader's measurement is under way")).to_be_visible(timeout=30_000)
    leaving.page.close()
    visit.page.wait_for_timeout(5_000)  # far less than the rest of that training
    visit.settle()
    button.click()
    expect(visit.page.get_by_role("button", name="Start over")).to_be_visible(timeout=60_000)


def test_nothing_typed_is_run_or_fetched(visit: Visit) -> None:
    hostile = (
        "<script>window.hit=1</script> <img src=https://example.com/x.png onerror=window.hit=1> ![x](https://e.com/y)"
    )
    for look in ("dark", "along", "start"):
        visit.open("/distilbert", look=look, text=hostile, mask="2,3")
        expect(visit.page.get_by_test_id("stException")).to_have_count(0)
    assert visit.page.evaluate("window.hit") is None


def test_the_notebook_and_the_link_hold_every_choice(visit: Visit) -> None:
    visit.open("/distilbert", text=SENTENCE, mask="2,5", live_seed="4", steps="9")
    visit.page.get_by_role("slider", name="Temperature T").press("ArrowRight")
    visit.page.wait_for_url("**temperature=3**")
    visit.page.wait_for_timeout(500)  # the foot follows the address
    visit.settle()
    controls = visit.notebook()["cells"][1]["source"]
    for line in ("temperature = 3", "masks = (2, 5)", "steps = 9", "seed = 4", f"text = {SENTENCE!r}"):
        assert line in controls
    assert visit.copied_link() == visit.page.url


def test_questions_are_marked(visit: Visit) -> None:
    visit.open("/distilbert", text=SENTENCE)
    visit.answer("q6", "it falls to about a sixteenth")
