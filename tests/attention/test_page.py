"""The attention explorer through the real frame."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.attention.known import KEYS, TEXT, opened
from tests.damaged import cut_in_half
from tests.test_pages import HOSTILE, MAIN, shown
from variants.core.head_ablation import switch_off_each
from variants.core.head_statistics import pattern_of, statistics_of, uniform_entropy

LOOKS = ["heat", "lines", "model", "neuron", "trace", "off"]


def open_explorer(**address: str) -> AppTest:
    page = AppTest.from_file(str(MAIN), default_timeout=120)
    for key, value in address.items():
        page.query_params[key] = value
    page.run()
    page.switch_page("guide/attention.py").run()
    assert not page.exception
    return page


@pytest.mark.parametrize("key", KEYS)
def test_every_network_is_shown_in_every_way(key: str) -> None:
    page = open_explorer(text=TEXT, model=key, second="He was tired.")
    for look in LOOKS[1:]:
        page.segmented_control(key="control_look").set_value(look).run()
        assert not page.exception
        assert page.query_params["look"] == look


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_typed_the_page_stands_and_the_text_stays(text: str) -> None:
    page = open_explorer(look="off", pin="xlnet-query", pin_text=text)
    page.text_area(key="control_text").set_value(text).run()
    assert not page.exception
    assert page.text_area(key="control_text").value == text
    if not text.strip():
        assert "nothing to read" in page.warning[0].value


@pytest.mark.parametrize(
    ("key", "value"),
    [("model", "gpt"), ("layer", "99"), ("head", "x"), ("look", "<script>"), ("seed", "-1"), ("measure", "iq")],
)
def test_a_senseless_value_in_the_address_falls_back_and_is_said(key: str, value: str) -> None:
    page = open_explorer(**{"model": "xlnet-query"} | {key: value})
    assert any(f"The link asks for {key}" in info.value for info in page.info)
    assert "<script>" not in shown(page)


def test_a_senseless_pin_is_said_and_leaves_the_page_standing() -> None:
    page = open_explorer(pin="gpt", pin_text="x")
    assert "no network called" in page.warning[0].value
    assert page.header[-1].value == "What attention is not"


def test_the_page_says_what_the_functions_say() -> None:
    page = open_explorer(text=TEXT, model="bert", layer="2", head="4", look="off", place="3")
    network, checkpoint, attention = opened("bert")
    found = statistics_of(attention)[7]
    text = shown(page).replace("\\", "")
    assert f"**Layer 2, head 4** {pattern_of(found, uniform_entropy(attention))}" in text
    worth = switch_off_each(network, checkpoint, attention, 3)
    assert f"{int((worth.best_after != worth.best_before).sum())} of 16 heads change the best answer" in text


def test_a_pin_is_written_restored_and_taken_out() -> None:
    page = open_explorer(text=TEXT, model="spanbert")
    page.button(key="pin_now").click().run()
    assert (page.query_params["pin"], page.query_params["pin_text"]) == ("spanbert", TEXT)
    again = open_explorer(text="The old queen died in the winter of that year.", pin="spanbert", pin_text=TEXT)
    titles = shown(again).replace("\\", "")
    assert "This minus the pinned one, layer 1, head 1" in titles and "Pinned, SpanBERT" in titles
    again.button(key="unpin").click().run()
    assert "pin" not in again.query_params and "pin_text" not in again.query_params


def test_controls_are_restored_from_the_address_and_another_network_resets_the_head() -> None:
    page = open_explorer(text=TEXT, model="xlnet-query", seed="7", layer="3", head="2", measure="next", order="layer")
    assert page.slider(key="control_seed").value == 7
    assert page.slider(key="control_layer").value == 3
    assert page.selectbox(key="control_measure").value == "next"
    page.selectbox(key="control_model").set_value("distilbert").run()
    assert not page.info and "layer" not in page.query_params
    assert page.query_params["model"] == "distilbert"


def test_the_query_stream_is_not_traced_as_if_its_layers_followed_one_another() -> None:
    page = open_explorer(text=TEXT, model="xlnet-query", look="trace")
    assert any("Trace the content stream" in info.value for info in page.info)
    assert not any("what reaches token" in element.value for element in page.markdown)


def test_damaged_weights_are_said_in_one_sentence_and_leave_the_others_working(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_in_half(("bert",), tmp_path, monkeypatch)
    page = open_explorer(text=TEXT)
    (said,) = [warning.value.replace("\\", "") for warning in page.warning]
    assert "bert" in said and "pre-train bert again." in said and "\n" not in said
    assert not page.get("plotly_chart")
    page.selectbox(key="control_model").set_value("albert").run()
    assert not page.exception and not page.warning
    assert "ALBERT: where each token looks" in shown(page).replace("\\", "")


def test_a_damaged_pin_is_said_and_the_rest_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_in_half(("albert",), tmp_path, monkeypatch)
    page = open_explorer(text=TEXT, pin="albert", pin_text=TEXT)
    assert "pre-train albert again." in page.warning[0].value.replace("\\", "")
    assert "BERT: where each token looks" in shown(page).replace("\\", "")


def test_the_numbers_of_all_heads_can_be_taken_along() -> None:
    page = open_explorer(text=TEXT, model="bert", layer="2")
    taken = [element.proto.json for element in page.get("bidi_component") if "attention.json" in element.proto.json]
    assert taken and "attention.ipynb" in taken[0]
