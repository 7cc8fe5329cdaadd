"""Every page runs through the real frame; what needs a browser is in ``tests/browser``."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from variants import VARIANTS
from variants.bert.demo import fill, load, read
from variants.core.guesses import best_guesses, rank_of
from variants.core.reading import logits_at

MAIN = Path(__file__).parents[1] / "pages" / "main.py"
READY = [variant.slug for variant in VARIANTS if variant.ready]

HOSTILE = {
    "empty": "",
    "spaces": "   \n\t ",
    "one emoji": "😀",
    "5,000 words": "word " * 5000,
    "right to left": "هذا نص من اليمين إلى اليسار",
    "script": "<script>alert(1)</script> <img src=x onerror=alert(1)>",
    "only a mask": "[MASK]",
    "30 masks": "[MASK] " * 30,
    "NUL bytes": "a\x00b\x00 c",
    "special tokens": "[CLS] [SEP] [PAD] [UNK]",
    "markdown": "# title **bold** ![x](https://example.com/x.png)",
    "far too long": "ab " * 40000,
}


def open_page(slug: str = "", **address: str) -> AppTest:
    """Return a page after its first run, opened at an address."""
    page = AppTest.from_file(str(MAIN), default_timeout=120)
    for key, value in address.items():
        page.query_params[key] = value
    page.run()
    if slug:
        page.switch_page(f"variants/{slug}.py").run()
    assert not page.exception
    return page


def shown(page: AppTest) -> str:
    """Return all the text of a page."""
    elements = [*page.markdown, *page.caption, *page.info, *page.warning, *page.title, *page.header]
    return "\n".join(str(element.value) for element in elements)


def tables(page: AppTest) -> str:
    """Return the tables of a page as text."""
    return "\n".join(table.value.to_string() for table in page.table)


def test_home_names_every_variant_and_says_which_are_still_to_come() -> None:
    page = open_page()
    text = shown(page)
    for variant in VARIANTS:
        assert variant.idea in text
        assert variant.paper.url in text
    assert text.count("still to come ·") == len(VARIANTS) - len(READY)


@pytest.mark.parametrize("slug", READY)
def test_chapter_tells_its_story_in_four_steps(slug: str) -> None:
    page = open_page(slug)
    assert [header.value for header in page.header] == ["See it", "Measure it", "Check yourself"]
    assert "**The idea.**" in shown(page)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("slug", READY)
def test_whatever_is_typed_the_page_stands_and_the_text_stays(slug: str, text: str) -> None:
    page = open_page(slug)
    page.text_area(key="control_text").set_value(text).run()
    assert not page.exception
    assert page.text_area(key="control_text").value == text
    if not text.strip():
        assert "nothing to read" in page.warning[0].value


@pytest.mark.parametrize("slug", READY)
def test_a_text_that_does_not_fit_is_cut_in_sight(slug: str) -> None:
    page = open_page(slug, text="river " * 300)
    assert any("the last 174 were left out" in info.value for info in page.info)


@pytest.mark.parametrize(
    ("key", "value"),
    [("top_k", "many"), ("top_k", "999"), ("mask", "1,x"), ("look", "<script>"), ("place", "-4"), ("layer", "1e9")],
)
def test_a_senseless_value_in_the_address_falls_back_and_is_said(key: str, value: str) -> None:
    page = open_page("bert", look="attention", **{key: value}) if key != "look" else open_page("bert", look=value)
    assert any(f"The link asks for {key}" in info.value for info in page.info)
    assert "<script>" not in shown(page)


def test_bert_shows_the_numbers_of_the_library() -> None:
    text, word = "The doctor told her patient to drink more water.", "drink"
    page = open_page("bert", text=text, mask="3,7", place="7", word=word, top_k="5")
    bert = load()
    reading = fill(bert, read(bert, text), (3, 7))
    named = rank_of(bert, logits_at(reading, 7), word)
    assert page.metric[0].value == f"{named.probability:.2%}"
    assert page.metric[0].delta == f"rank {named.rank:,} of 8,192"
    best = best_guesses(bert, logits_at(reading, 3), 1)[0].token
    assert best in page.html[-1].body or any(best in element.body for element in page.html)


def test_controls_are_restored_from_the_address_and_written_back() -> None:
    page = open_page("bert", text="A cat sat on a mat.", mask="2,6", top_k="3", look="draw", seed="7")
    assert page.slider(key="control_top_k").value == 3
    assert page.slider(key="control_seed").value == 7
    page.slider(key="control_seed").set_value(9).run()
    assert page.query_params["seed"] == "9"
    page.slider(key="control_seed").set_value(0).run()
    assert "seed" not in page.query_params  # a default leaves no trace


def test_questions_are_marked_only_after_the_learner_commits() -> None:
    page = open_page("bert")
    assert page.button(key="check_q1").disabled
    page.radio(key="q1").set_value(1).run()
    page.button(key="check_q1").click().run()
    assert page.success[0].value.startswith("Right.")
    page.radio(key="q1").set_value(0).run()
    assert not page.success
    page.button(key="check_q1").click().run()
    assert page.error[0].value.startswith("Not quite.")


@pytest.mark.parametrize("look", ["sides", "attention", "layers", "input", "draw", "next"])
@pytest.mark.parametrize("text", ["", "[MASK]", "A cat sat on a mat.", HOSTILE["5,000 words"]])
def test_every_close_up_bears_every_text(look: str, text: str) -> None:
    page = open_page("bert", text=text, look=look)
    assert not page.exception
