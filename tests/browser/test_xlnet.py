"""The XLNet chapter as a learner uses it, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import LOOKS, Visit, in_looks
from variants.xlnet.demo import OrderReading, follow, load, read
from variants.xlnet.factorization import Factorization, Order, draw_order, places_of

pytestmark = pytest.mark.browser
SENTENCE = "The old king died in the winter of that year."

SENTENCE_ROW = "The sentence, and what is seen of it"


def reading_of(order: Order, given: int = 0) -> OrderReading:
    model = load()
    return follow(model, read(model, SENTENCE), Factorization(order, given))


def drawn(seed: int) -> Order:
    return draw_order(places_of(read(load(), SENTENCE)), seed)


def row_of(visit: Visit) -> Locator:
    return visit.page.get_by_role("list", name="Tokens in the order of prediction").get_by_role("listitem")


def shown_order(visit: Visit) -> Order:
    return tuple(int(place or "") for place in [item.get_attribute("data-place") for item in row_of(visit).all()])


def expect_sum(visit: Visit, order: Order, given: int = 0) -> None:
    """Wait until the page shows the sum that the model gives when it runs here."""
    reading = reading_of(order, given)
    value = f"{reading.running_sum(len(reading.steps)):.2f}"
    expect(visit.page.get_by_test_id("stMetricValue").nth(1)).to_have_text(value, timeout=30_000)


def moved(order: Order, place: int, by: int) -> Order:
    places = list(order)
    at = places.index(place)
    places.insert(at + by, places.pop(at))
    return tuple(places)


def middle(item: Locator) -> tuple[float, float]:
    """Where the middle of an item is; a locator's own hover looks anew after the row has changed under it."""
    box = item.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@in_looks(LOOKS)
def test_a_learner_walks_through_the_chapter(visit: Visit) -> None:
    visit.open("/xlnet", text=SENTENCE, seed="3")
    expect_sum(visit, drawn(3))
    visit.press("left to right")
    expect_sum(visit, tuple(sorted(drawn(3))))
    before = visit.strip(SENTENCE_ROW)
    visit.press("right to left")
    expect_sum(visit, tuple(sorted(drawn(3)))[::-1])
    assert visit.strip(SENTENCE_ROW) == before  # the sentence never moves

    visit.press("Predict the text in 64 random orders")
    expect(visit.page.get_by_text("64 random orders of seed 3")).to_be_visible(timeout=60_000)
    for look in ("pairs", "the paper's figure", "memory", "two streams", "traps"):
        visit.press(look)
        expect(visit.page.get_by_test_id("stException")).to_have_count(0)
    visit.expect_sound()


def test_the_keyboard_alone_rearranges_the_order(visit: Visit) -> None:
    visit.open("/xlnet", text=SENTENCE, seed="3")
    order = drawn(3)
    expect(row_of(visit)).to_have_count(len(order))
    row_of(visit).nth(2).get_by_role("button").focus()
    visit.page.keyboard.press("ArrowRight")
    visit.page.keyboard.press("ArrowRight")
    expected = moved(order, order[2], 2)
    visit.page.wait_for_url(f"**order={'%2C'.join(map(str, expected))}**")
    expect_sum(visit, expected)
    assert shown_order(visit) == expected
    focused = visit.page.evaluate("document.activeElement.shadowRoot?.activeElement.getAttribute('aria-label')")
    assert focused and f"place {order[2]}, predicted as number 5" in focused
    visit.page.keyboard.press("Home")
    expect_sum(visit, moved(expected, order[2], -4))
    expect(visit.page.get_by_label(re.compile("^Your order"))).to_be_visible()


def test_a_token_is_dragged_to_another_place_in_the_order(visit: Visit) -> None:
    visit.open("/xlnet", text=SENTENCE, seed="3")
    order = drawn(3)
    expect(row_of(visit)).to_have_count(len(order))
    expect_sum(visit, order)
    row_of(visit).nth(4).scroll_into_view_if_needed()
    start, end = (middle(row_of(visit).nth(number)) for number in (4, 1))
    visit.page.mouse.move(*start)
    visit.page.mouse.down()
    visit.page.mouse.move(*end, steps=8)
    visit.page.mouse.up()
    expected = moved(order, order[4], -3)
    visit.page.wait_for_url(f"**order={'%2C'.join(map(str, expected))}**")
    assert shown_order(visit) == expected
    expect_sum(visit, expected)
    visit.page.go_back()
    expect_sum(visit, order)
    assert shown_order(visit) == order


def test_buttons_move_a_chosen_token(visit: Visit) -> None:
    visit.open("/xlnet", text=SENTENCE, seed="3")
    order = drawn(3)
    expect(visit.page.get_by_role("button", name="← Earlier")).to_be_disabled()
    row_of(visit).nth(1).get_by_role("button").click()
    visit.page.get_by_role("button", name="← Earlier").dblclick()
    expect_sum(visit, moved(order, order[1], -1))


def test_a_deep_link_restores_everything(visit: Visit) -> None:
    order = drawn(8)
    written = ",".join(map(str, order))
    address = f"/xlnet?text={SENTENCE.replace(' ', '+')}&order={written}&given=2&step=5&top_k=3&look=memory&cut=4"
    visit.open(address)
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(SENTENCE)
    expect(visit.page.get_by_label(re.compile("^Your order"))).to_have_value(written)
    expect(visit.page.get_by_role("slider", name="How many guesses")).to_have_value("3")
    expect(visit.page.get_by_role("slider", name="Step")).to_have_value("5")
    expect(visit.page.get_by_role("slider", name="Tokens in the first segment")).to_have_value("4")
    reading = reading_of(order, 2)
    value = f"{reading.running_sum(5):.2f}"
    expect(visit.page.get_by_test_id("stMetricValue").nth(1)).to_have_text(value)
    labels = visit.page.locator(".st-key-figure_guesses .ytick text")
    expect(labels).to_have_text([guess.token for guess in reading.steps[4].best[:3]])
    assert shown_order(visit) == order


def test_the_order_plays_step_by_step(visit: Visit) -> None:
    visit.open("/xlnet", text="The king died.")
    visit.press("Play")
    expect(visit.page.get_by_role("button", name="Stop", exact=True)).to_have_count(0, timeout=60_000)
    expect(visit.page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    expect(visit.page.get_by_test_id("stException")).to_have_count(0)


def test_a_bad_order_is_one_sentence_and_stays(visit: Visit) -> None:
    visit.open("/xlnet", text=SENTENCE, order="0,0,1")
    expect(visit.page.get_by_text(re.compile("An order names each of"))).to_be_visible()
    expect(visit.page.get_by_label(re.compile("^Your order"))).to_have_value("0,0,1")
    visit.press("left to right")
    expect_sum(visit, tuple(sorted(drawn(0))))


def test_nothing_typed_is_run_or_fetched(visit: Visit) -> None:
    visit.open("/xlnet")
    visit.type("Your text", "<script>window.hit=1</script> <img src=https://example.com/x.png onerror=window.hit=1>")
    for look in ("pairs", "two streams", "traps"):
        visit.press(look)
    assert visit.page.evaluate("window.hit") is None


def test_a_question_is_marked_and_the_notebook_holds_the_order(visit: Visit) -> None:
    visit.open("/xlnet", text=SENTENCE, seed="3", given="1")
    visit.answer("q4", "one learned vector, the same at every place")
    book = visit.notebook()
    assert book["nbformat"] == 4 and f"Factorization({drawn(3)!r}, 1)" in str(book)
    frame = visit.page.locator(".st-key-figure_query")
    frame.get_by_text("Numbers and download").click()
    visit.page.wait_for_timeout(500)
    visit.settle()
    with visit.page.expect_download() as download:
        frame.get_by_role("button", name="CSV", exact=True).click()
    assert download.value.path().read_text().startswith("who looks,")
