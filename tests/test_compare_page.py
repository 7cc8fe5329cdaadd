"""The comparison page through the real frame; what needs a browser is in ``tests/browser``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.damaged import cut_in_half
from tests.test_pages import HOSTILE, MAIN, shown, tables
from variants import find_variant
from variants.core.minimal_pairs import EXAMPLES
from variants.core.overview import overview
from variants.core.phenomena import judge, sample_pairs
from variants.core.preference import prefer
from variants.core.scoreboard import SCALES, scores
from variants.core.side_by_side import view

TEXT = "The old king died in the winter of that year."


def open_page(**address: str) -> AppTest:
    page = AppTest.from_file(str(MAIN), default_timeout=120)
    for key, value in address.items():
        page.query_params[key] = value
    page.run()
    page.switch_page("guide/compare.py").run()
    assert not page.exception
    return page


def test_the_table_holds_what_each_model_says() -> None:
    page = open_page(text=TEXT, models="bert,albert", words="3,6")
    drawn = tables(page)
    for slug in ("bert", "albert"):
        (row,) = overview([view(find_variant(slug), TEXT, (3, 6))])
        assert row["model"] in drawn and row["log-likelihood, nats"] in drawn
        assert row["hidden words guessed"] in drawn


def test_models_sort_and_hidden_words_come_from_the_address() -> None:
    page = open_page(text=TEXT, models="albert,electra", words="2", sort="parameters", word="2")
    assert page.session_state["control_models"] == ["albert", "electra"]
    assert page.session_state["control_sort"] == "parameters"
    assert "discriminator" in shown(page)


def test_no_more_than_four_stand_side_by_side() -> None:
    page = open_page(text=TEXT, models="bert,xlnet,spanbert,roberta,albert,electra")
    assert any("left out: ALBERT, ELECTRA" in info.value for info in page.info)
    assert not page.warning


def test_a_senseless_model_falls_back() -> None:
    page = open_page(text=TEXT, models="bert,gpt")
    assert any("models" in info.value for info in page.info)


@pytest.mark.parametrize("question", ["sentence", "pair", "fillers"])
def test_damaged_weights_are_said_in_one_sentence_and_leave_the_others_working(
    question: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_in_half(("bert", "albert"), tmp_path, monkeypatch)
    page = open_page(text=TEXT, models="bert,roberta,albert", compare=question)
    said = [warning.value.replace("\\", "") for warning in page.warning]
    assert [f"pre-train {slug} again." in each for slug, each in zip(("bert", "albert"), said, strict=True)] == [
        True
    ] * 2
    assert not any("\n" in each for each in said)
    if question == "sentence":
        assert "RoBERTa" in tables(page)
    else:
        assert any("RoBERTa" in figure.proto.spec for figure in page.get("plotly_chart"))


@pytest.mark.parametrize("question", ["sentence", "pair", "fillers"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_typed_the_page_stands_and_the_text_stays(text: str, question: str) -> None:
    page = open_page(compare=question, models="bert,xlnet", text=TEXT)
    page.text_area(key="control_text").set_value(text).run()
    assert not page.exception
    assert page.text_area(key="control_text").value == text
    if question != "sentence":
        for key in ("first", "template"):
            if boxes := [box for box in page.text_input if box.key == f"control_{key}"]:
                boxes[0].set_value(text[:200]).run()
                assert not page.exception


def test_a_ready_pair_is_taken_over_and_judged() -> None:
    page = open_page(compare="pair", models="bert,roberta")
    page.selectbox(key="ready_pair").set_value("word order").run()
    first, second = EXAMPLES["word order"]
    assert page.text_input(key="control_first").value == first
    sides = sum(prefer(find_variant(slug), first, second).margin > 0 for slug in ("bert", "roberta"))
    assert f"**{sides} of 2** prefer the first." in shown(page)


def test_a_phenomenon_is_judged_by_every_chosen_model() -> None:
    page = open_page(compare="pair", models="bert,electra", phenomenon="ellipsis")
    specification = json.loads(page.get("plotly_chart")[-1].proto.spec)
    found = [judge(find_variant(slug), "ellipsis") for slug in ("bert", "electra")]
    assert specification["data"][0]["text"] == [f"{each.right} of 20" for each in found]
    assert sample_pairs()["ellipsis"][0].good in tables(page)
    page.selectbox(key="control_phenomenon").set_value("binding").run()
    assert page.query_params["phenomenon"] == "binding" and not page.exception


def test_a_template_without_a_mask_is_said() -> None:
    page = open_page(compare="fillers", models="bert", template="The {} sleeps.")
    assert "one \\{\\}" in page.warning[0].value or "needs one" in page.warning[0].value


def test_the_family_and_the_scoreboard_tell_of_the_chosen() -> None:
    page = open_page(compare="family", variants="bertsum,albert")
    assert "SOP" in tables(page) and "as BERT" in tables(page)
    page = open_page(compare="scores", variants="bert,albert", scale="sop")
    specification = json.loads(page.get("plotly_chart")[0].proto.spec)
    found = scores([find_variant("bert"), find_variant("albert")], SCALES["sop"])
    assert {each.slug for each in found} == {"bert", "albert"}
    drawn = [value for trace in specification["data"] for value in trace["x"]]
    assert sorted(drawn) == sorted([0.5, *(each.value for each in found)])  # and what guessing reaches
    claim = find_variant("albert").claims[0]
    assert claim.source in shown(page) and "never to be read off one scale" in shown(page)


def test_figures_come_with_their_numbers() -> None:
    page = open_page(compare="fillers", models="bert,distilbert", fillers="king, queen")
    specification = json.loads(page.get("plotly_chart")[0].proto.spec)
    assert [trace["name"] for trace in specification["data"]] == ["BERT", "DistilBERT"]
