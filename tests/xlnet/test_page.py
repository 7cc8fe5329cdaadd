"""The XLNet page through the real frame, with a small model in place of the shipped one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.passes import noted_passes
from tests.test_pages import HOSTILE, open_page, shown
from variants.xlnet import demo, segments
from variants.xlnet.compare import compare_orders
from variants.xlnet.demo import XLNet, follow, read
from variants.xlnet.factorization import Factorization, draw_order, places_of, written
from variants.xlnet.inside import walk_through
from variants.xlnet.pairs import dependency, read_words

TEXT = "The old king died in the winter of that year."
LOOKS = ["orders", "pairs", "paper", "memory", "streams", "traps"]


@pytest.fixture(autouse=True)
def small_model(xlnet: XLNet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "load", lambda: xlnet)


@pytest.fixture
def passes(xlnet: XLNet) -> Iterator[list[str]]:
    """One entry for each time that the network ran."""
    with noted_passes({"xlnet": xlnet.model.lm_loss}) as ran:
        yield ran


def strips(page: AppTest) -> str:
    return "\n".join(element.body for element in page.html)


def metrics(page: AppTest) -> list[str]:
    return [metric.value for metric in page.metric]


def test_steps_and_guesses_never_run_the_model(passes: list[str]) -> None:
    page = open_page("xlnet", text="A text that no other test reads, about a king.", look="pairs")
    assert passes
    passes.clear()
    for step in (1, 4, 2):
        page.slider(key="control_step").set_value(step).run()
    page.slider(key="control_top_k").set_value(3).run()
    assert passes == []


@pytest.mark.parametrize("by", ["left", "right", "random", "own"])
@pytest.mark.parametrize("given", [0, 3])
def test_the_numbers_are_those_of_the_model(xlnet: XLNet, by: str, given: int) -> None:
    encoded = read(xlnet, TEXT)
    places = places_of(encoded)
    own = draw_order(places, 77)
    order = {"left": places, "right": places[::-1], "random": draw_order(places, 4), "own": own}[by]
    page = open_page("xlnet", text=TEXT, by=by, order=written(own), seed="4", given=str(given), step="3", look="pairs")
    reading = follow(xlnet, encoded, Factorization(order, given))
    assert metrics(page) == [f"{reading.steps[2].log_probability:.2f}", f"{reading.running_sum(3):.2f}"]
    assert page.metric[0].delta == f"rank {reading.steps[2].rank:,} of the vocabulary"
    for at, step in enumerate(reading.steps[:3], start=1):
        assert f"<small>{at}. {step.log_probability:.1f}</small>" in strips(page)
    assert not page.warning


def test_an_order_in_the_address_is_the_learners_own(xlnet: XLNet) -> None:
    places = places_of(read(xlnet, "the old king"))
    page = open_page("xlnet", text="the old king", order=written(places[::-1]))
    assert page.text_input(key="control_order").value == written(places[::-1])
    typed = " ".join(map(str, draw_order(places, 1)))
    page.text_input(key="control_order").set_value(typed).run()
    assert page.query_params["order"] in (typed, [typed]) and not page.warning


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("0,1", "missing"),
        ("0,0," + written(tuple(range(20))), "no place"),
        ("1,1,2", "repeated"),
        ("left", "something else"),
        ("<script>alert(1)</script>", "something else"),
        ("![x](https://example.com/x.png)", "something else"),
        ("0,1,2\x00", "something else"),
    ],
)
def test_a_bad_order_is_one_sentence_and_stays(order: str, said: str) -> None:
    page = open_page("xlnet", text="the old king", order=order)
    assert [said in warning.value for warning in page.warning] == [True]
    assert page.text_input(key="control_order").value == order
    assert page.text_area(key="control_text").value == "the old king"
    assert "<script>" not in shown(page) and "](https://example" not in shown(page)


def test_controls_are_restored_from_the_address_and_written_back() -> None:
    page = open_page("xlnet", text=TEXT, seed="9", given="2", step="4", top_k="3", look="orders", which="2")
    assert page.slider(key="control_seed").value == 9
    assert page.slider(key="control_given").value == 2
    assert page.slider(key="control_step").value == 4
    assert page.slider(key="control_top_k").value == 3
    assert not page.warning
    page.slider(key="control_seed").set_value(12).run()
    page.slider(key="control_given").set_value(0).run()
    assert page.query_params["seed"] in ("12", ["12"]) and "given" not in page.query_params


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("by", "diagonal"),
        ("seed", "-1"),
        ("seed", "300"),
        ("given", "99"),
        ("given", "x"),
        ("step", "0"),
        ("top_k", "1e9"),
        ("look", "![x](https://example.com)"),
    ],
)
def test_a_senseless_value_in_the_address_falls_back_and_is_said_once(key: str, value: str) -> None:
    page = open_page("xlnet", text=TEXT, **{key: value})
    said = [info.value for info in page.info if info.value.startswith(f"The link asks for {key}")]
    assert len(said) == 1 and not page.exception
    assert "https://example.com" not in shown(page)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("text", [*HOSTILE.values(), "the", "the old", "old <sep> king <cls> died <mask> now", "a b c"])
def test_every_close_up_bears_every_text(look: str, text: str) -> None:
    page = open_page("xlnet", text=text, look=look)
    assert not page.exception and len(page.warning) <= 2
    assert page.text_area(key="control_text").value == text


def test_many_orders_run_when_asked_and_are_kept(xlnet: XLNet) -> None:
    page = open_page("xlnet", text=TEXT, seed="5", which="3")
    (start,) = [button for button in page.button if str(button.key).startswith("start_orders")]
    assert "random orders of seed" not in shown(page)
    start.click().run()
    assert "64 random orders of seed 5" in shown(page)
    *_, found = compare_orders(xlnet, read(xlnet, TEXT), seed=5)
    left, right = found.sides(3)
    assert f"on its left in {left:.0%}" in shown(page) and f"on its right in {right:.0%}" in shown(page)
    page.slider(key="control_top_k").set_value(2).run()
    assert "64 random orders of seed 5" in shown(page)
    assert np.isfinite(found.of(None)).all()


def test_pairs_are_those_of_the_model(xlnet: XLNet) -> None:
    page = open_page("xlnet", text=TEXT, look="pairs", first="1", second_word="2")
    words = read_words(xlnet, TEXT)
    found = dependency(xlnet, words.encoded, words.places[1], words.places[2])
    rows = next(table.value for table in page.table if "who" in table.value)["both together"].tolist()
    expected = [found.first + found.second, found.first + found.second_after, found.second + found.first_after]
    assert rows[1:] == [f"{value:.2f}" for value in expected]
    assert f"**{found.gain:+.2f} nats**" in shown(page)


def test_the_streams_are_drawn_with_the_shapes_of_the_tensors(xlnet: XLNet) -> None:
    page = open_page("xlnet", text=TEXT, look="streams", seed="3", given="2")
    encoded = read(xlnet, TEXT)
    found = walk_through(xlnet, encoded, Factorization(draw_order(places_of(encoded), 3), 2))
    for level in found.levels:
        for size in (level.content, level.query):
            assert f"<span>{size[0]} × {size[1]}</span>" in strips(page)
    assert "1 different vector" in strips(page)


@pytest.mark.parametrize("passage", ["yours", "sample"])
def test_a_text_longer_than_the_window_is_read_in_segments(xlnet: XLNet, passage: str) -> None:
    text = segments.long_sample()[:2000]
    page = open_page("xlnet", look="memory", passage=passage, text=text, segment="30", which_segment="4")
    chain = segments.read_in_segments(xlnet, segments.long_sample() if passage == "sample" else text, 30)
    rows = next(table.value.to_dict("records") for table in page.table if "gain" in table.value)
    assert [row["gain"] for row in rows] == [f"{each.gain:+.2f} nats" for each in chain.later]
    assert [row["its last one sees, with memory"] for row in rows] == ["59"] * len(chain.later)
    assert "log p of each token of segment 4" in shown(page) and f"{chain.left_out:,} tokens behind" in shown(page)
    page.slider(key="control_segment").set_value(segments.SMALLEST).run()
    assert not page.exception and page.query_params["segment"] in ("8", ["8"])


def test_500_tokens_are_cut_in_sight_and_run() -> None:
    page = open_page("xlnet", text="king " * 500)
    assert any("128 tokens at most" in info.value for info in page.info)
    assert not page.warning and page.slider(key="control_step").max == 126


def test_published_numbers_are_cited() -> None:
    page = open_page("xlnet", text=TEXT)
    assert "Yang et al., 2019, Table 6" in shown(page)
    assert any("66.66" in str(table.value.to_dict()) for table in page.table)
    assert any("Table 1" in str(table.value.to_dict()) for table in page.table)
