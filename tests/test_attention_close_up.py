"""Every chapter shows where its own model's heads look, and leads to the same head in the explorer."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from tests.attention.known import opened
from tests.test_pages import READY, open_page, shown
from variants import find_variant

TEXT = "The old king died in the winter of that year."
CHAPTERS = [slug for slug in READY if slug not in ("bert", "tinybert", "bertsum")]  # those have close-ups of their own


def link(page: AppTest) -> dict[str, str]:
    (found,) = [each.proto for each in page.get("page_link") if "attention explorer" in each.proto.label.lower()
                and each.proto.label != "Attention explorer"]  # fmt: skip
    assert found.page == "attention"
    return {key: values[0] for key, values in parse_qs(found.query_string).items()}


def heat_map(page: AppTest) -> Any:
    (drawn,) = [each.proto for each in page.get("plotly_chart") if "chart_attention" in each.proto.id]
    return drawn


@pytest.mark.parametrize("slug", CHAPTERS)
def test_a_chapter_shows_a_head_of_its_own_model_and_the_way_to_it(slug: str) -> None:
    page = open_page(slug, text=TEXT, look="attention", at_layer="2", at_head="1")
    attention = opened(find_variant(slug).part("attention").NETWORKS[0].key)[2]
    token = attention.encoded.tokens[2]
    seen = attention.encoded.tokens[attention.weights[1, 0][2].argmax()]
    assert f"{token} looks most at {seen}" in heat_map(page).alt
    assert link(page) == {"text": TEXT, "model": slug, "layer": "2", "head": "1"}


@pytest.mark.parametrize(("slug", "key"), [("electra", "electra-generator"), ("xlnet", "xlnet-query")])
def test_another_network_of_the_chapter_is_chosen_in_the_address(slug: str, key: str) -> None:
    page = open_page(slug, text=TEXT, look="attention", network=key)
    assert f"{opened(key)[0].name}: where each token looks" in shown(page).replace("\\", "")
    assert link(page)["model"] == key


@pytest.mark.parametrize("slug", ["bert", "tinybert"])
def test_chapters_with_a_heat_map_of_their_own_lead_to_the_explorer_too(slug: str) -> None:
    page = open_page(slug, text=TEXT, look="attention" if slug == "bert" else "states", layer="2", head="2")
    assert link(page) == {"text": TEXT, "model": slug, "layer": "2", "head": "2"}


def test_a_text_too_long_for_an_address_stays_out_of_the_link() -> None:
    page = open_page("roberta", look="attention")
    page.text_area(key="control_text").set_value("ab " * 40_000).run()
    assert not page.exception and "text" not in link(page)
