"""The SpanBERT page through the real frame, with a small model in place of the shipped one."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.passes import noted_passes
from tests.test_pages import HOSTILE, open_page, shown
from variants.core.guesses import best_guesses
from variants.spanbert import demo
from variants.spanbert.demo import SpanBert, as_odds, fill, guess_span, log_probabilities, read
from variants.spanbert.schemes import Scheme, hide_text, tally
from variants.spanbert.spans import Span

TEXT = "The old king died in the winter of that year, and his eldest son took the crown."
LOOKS = ["tokens", "right", "head"]


@pytest.fixture(autouse=True)
def small_model(spanbert: SpanBert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "load", lambda: spanbert)


@pytest.fixture
def passes(spanbert: SpanBert) -> Iterator[list[str]]:
    """Names the parts of the network that ran, one entry a call."""
    parts = {"encoder": spanbert.model.bert.embeddings, "mlm": spanbert.model.cls, "sbo": spanbert.model.sbo}
    with noted_passes(parts) as ran:
        yield ran


def strips(page: AppTest) -> str:
    return "\n".join(element.body for element in page.html)


def test_redrawing_masks_never_runs_a_model(passes: list[str]) -> None:
    page = open_page("spanbert", text="A text that no other test reads, about a king and his crown.")
    assert set(passes) == {"encoder", "mlm", "sbo"}
    passes.clear()
    page.button(key="draw_1").click().run()
    page.button(key="draw_50").click().run()
    page.slider(key="control_seed").set_value(7).run()
    assert page.query_params["seed"] == ["7"] or page.query_params["seed"] == "7"
    assert passes == []


def test_the_switch_runs_heads_and_no_encoder(passes: list[str]) -> None:
    page = open_page("spanbert", text="Another text that no other test reads, with a switch in it.")
    passes.clear()
    page.toggle(key="control_blank").set_value(True).run()
    assert set(passes) == {"mlm", "sbo"}
    assert any("Blanking moved **0.0%** of SBO" in line.value for line in page.markdown)


def test_the_strips_and_counts_are_those_of_the_sampler(spanbert: SpanBert) -> None:
    page = open_page("spanbert", text=TEXT, seed="12")
    encoded = read(spanbert, TEXT)
    tables = [table.value.to_dict("list") for table in page.table]
    for row, scheme in enumerate(Scheme):
        hidden = hide_text(spanbert, encoded, scheme, seed=12)
        assert all(f"<span>{token}</span>" in strips(page) for token in hidden.encoded.tokens)
        counted = tally(spanbert, encoded, scheme, texts=13)
        assert tables[0]["tokens hidden"][row] == f"{counted.tokens:,}"
        assert tables[0]["in runs"][row] == f"{counted.number_of_runs:,}"
        assert tables[0]["runs of mixed fates"][row] == f"{counted.mixed:,}"
    assert "**13 draws of each so far**" in shown(page)


@pytest.mark.parametrize("blank", [False, True])
def test_the_heads_are_those_of_the_library(spanbert: SpanBert, blank: bool) -> None:
    page = open_page("spanbert", text=TEXT, span="4-7", place="6", blank=str(int(blank)))
    span = Span(4, 8)
    guesses = guess_span(spanbert, fill(spanbert, read(spanbert, TEXT), span), span, blank=blank)
    expected = [as_odds(math.fsum(log_probabilities(rows, guesses.answers))) for rows in guesses.heads.values()]
    assert [metric.value for metric in page.metric] == expected
    for rows in guesses.heads.values():
        assert all(f"<span>{best_guesses(spanbert, row, 1)[0].token}</span>" in strips(page) for row in rows)


def test_controls_are_restored_from_the_address_and_written_back() -> None:
    address = {"text": TEXT, "seed": "40", "span": "3-8", "blank": "1", "look": "tokens", "place": "5", "top_k": "9"}
    page = open_page("spanbert", **address)
    assert page.slider(key="control_seed").value == 40
    assert tuple(page.slider(key="control_span").value) == (3, 8)
    assert page.toggle(key="control_blank").value is True
    assert page.slider(key="control_top_k").value == 9
    assert not page.info
    page.slider(key="control_span").set_value((5, 6)).run()
    page.toggle(key="control_blank").set_value(False).run()
    assert page.query_params["span"] in ("5-6", ["5-6"]) and "blank" not in page.query_params


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("seed", "-1"),
        ("seed", "300"),
        ("span", "0-3"),
        ("span", "3-99"),
        ("span", "6-2"),
        ("span", "<script>"),
        ("span", "3"),
        ("blank", "yes"),
        ("look", "![x](https://example.com)"),
        ("place", "99"),
        ("top_k", "1e9"),
    ],
)
def test_a_senseless_value_in_the_address_falls_back_and_is_said_once(key: str, value: str) -> None:
    page = open_page("spanbert", text=TEXT, **{key: value})
    assert [info.value.startswith(f"The link asks for {key}") for info in page.info] == [True]
    assert "<script>" not in shown(page) and "https://example.com" not in shown(page)


@pytest.mark.parametrize(
    ("text", "address", "said"),
    [
        ("Hello", {}, "three words"),
        ("one [SEP] two three four", {}, "plain text"),
        ("one [SEP] two three four", {"span": "1-3"}, "never hidden"),
        ("word " * 100, {"span": "2-60"}, "59 tokens"),
        ("", {}, "nothing to read"),
    ],
)
def test_bad_input_is_one_clear_sentence(text: str, address: dict[str, str], said: str) -> None:
    page = open_page("spanbert", text=text, **address)
    found = [warning.value for warning in page.warning if said in warning.value]
    assert len(found) == 1 and "\n" not in found[0]
    assert page.text_area(key="control_text").value == text


def test_a_passage_of_10_000_words_is_cut_in_sight() -> None:
    page = open_page("spanbert")
    page.text_area(key="control_text").set_value("king " * 10_000).run()
    assert any("128 tokens at most" in info.value for info in page.info)
    assert not page.warning and not page.exception


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("text", [*HOSTILE.values(), "the old [MASK] [MASK] died", "a b c"])
def test_every_close_up_bears_every_text(look: str, text: str) -> None:
    page = open_page("spanbert", text=text, look=look)
    assert not page.exception


def test_a_span_at_an_end_is_said_to_be_untrained() -> None:
    page = open_page("spanbert", text=TEXT, span="1-3")
    assert any("touches an end" in info.value for info in page.info)
    assert not any("touches" in info.value for info in open_page("spanbert", text=TEXT).info)


def test_what_the_learner_hid_has_no_right_answer() -> None:
    page = open_page("spanbert", text="the old [MASK] [MASK] died in winter", look="right")
    assert not page.metric
    assert any("You hid a token yourself" in info.value for info in page.info)


def test_published_numbers_are_cited() -> None:
    text = shown(page := open_page("spanbert"))
    assert "Joshi et al., 2019, Table 6" in text and "Joshi et al., 2019, Table 7" in text
    assert any("79.0" in str(table.value.to_dict()) for table in page.table)
