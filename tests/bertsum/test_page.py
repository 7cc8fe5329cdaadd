"""The BERTSUM page through the real frame; what needs a browser is in ``tests/browser``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.bertsum.tiny import SENTENCES
from tests.test_pages import HOSTILE, open_page, shown
from variants.bertsum import VARIANT, demo
from variants.bertsum.attention import NETWORKS
from variants.bertsum.comparison import compare
from variants.bertsum.demo import Summarizer
from variants.bertsum.sample_articles import sample_articles
from variants.bertsum.summary import choose
from variants.bertsum.windows import windows_of

LOOKS = ["baselines", "oracle", "off", "windows", "input", "heads"]
FIRST, SECOND, *_ = sample_articles()


@pytest.fixture
def passes(bertsum: Summarizer) -> Iterator[list[str]]:
    """Names what ran: bert, or the layers between sentences."""
    ran: list[str] = []
    parts = {"bert": bertsum.model.bert, "between": bertsum.model.between[0], "judged": bertsum.model.score}
    hooks = [
        part.register_forward_hook(lambda *_, name=name: ran.append(name))  # pyright: ignore[reportUnknownLambdaType]
        for name, part in parts.items()
    ]
    yield ran
    for hook in hooks:
        hook.remove()


def drawn(page: AppTest) -> str:
    return "\n".join(element.body for element in page.html)


def table(page: AppTest, column: str) -> Any:
    return next(table.value for table in page.table if column in table.value)


def test_scores_and_summary_are_those_of_the_library(bertsum: Summarizer) -> None:
    page = open_page("bertsum", take="4")
    reading = demo.read(bertsum, FIRST.text)
    scores = demo.score(bertsum, reading)
    choice = choose(reading.sentences, scores, 4)
    article = drawn(page)
    assert all(f"{score:.1%}</span>" in article for score in scores)
    assert article.count('class="taken') == 4 and article.count('class="blocked') == len(choice.blocked) > 0
    for blocked in choice.blocked:
        assert f"shares “{' '.join(blocked.trigram)}” with sentence {blocked.by + 1}" in article
        assert f"sentence {blocked.sentence + 1} ({scores[blocked.sentence]:.1%})" in shown(page)
    entries = compare(reading.sentences, choice.taken, count=4, reference=FIRST.summary)
    rows = table(page, "who")
    assert [str(cell) for cell in rows["who"]] == [entry.name for entry in entries]
    assert [str(cell) for cell in rows["ROUGE-1"]] == [f"{100 * e.rouge['rouge1']:.1f}" for e in entries if e.rouge]


def test_sliders_never_run_the_network_and_switches_do(passes: list[str]) -> None:
    text = "\n".join(f"{sentence} This is article number nine." for sentence in SENTENCES)
    page = open_page("bertsum", text=text)
    assert passes.count("bert") == 1
    passes.clear()
    for key, value in (("take", 2), ("part", (20, 100)), ("seed", 5)):
        page.slider(key=f"control_{key}").set_value(value).run()
        assert not page.exception
    for key, value in (("blocking", "off"), ("order", "score"), ("whose", 1), ("look", "oracle"), ("look", "windows")):
        page.button_group(key=f"control_{key}").set_value(value).run()
        assert not page.exception
    assert passes == []
    page.button_group(key="control_between").set_value("off").run()
    assert passes == ["judged"]  # the layers between sentences are left out, the encoder's vectors are kept
    passes.clear()
    page.button_group(key="control_segments").set_value("off").run()
    assert passes.count("bert") == 1


def test_every_control_is_restored_from_the_address_and_written_back() -> None:
    page = open_page(
        "bertsum", article=SECOND.slug, take="5", part="10-90", order="score", blocking="off", segments="off",
        between="off", look="baselines", seed="7", whose="2",
    )  # fmt: skip
    assert page.text_area(key="control_text").value == SECOND.text
    assert page.text_area(key="control_reference").value == SECOND.summary
    assert page.slider(key="control_take").value == 5 and page.slider(key="control_part").value == (10, 90)
    assert page.slider(key="control_seed").value == 7
    chosen = {"order": "score", "blocking": "off", "segments": "off", "between": "off", "whose": 2}
    for key, value in chosen.items():
        assert page.button_group(key=f"control_{key}").value == value
    page.slider(key="control_take").set_value(3).run()
    assert "take" not in page.query_params
    page.button_group(key="control_blocking").set_value("on").run()
    assert "blocking" not in page.query_params


def test_another_article_takes_the_place_of_a_typed_text() -> None:
    page = open_page("bertsum", text=" ".join(SENTENCES), reference="a queen")
    assert page.button_group(key="control_article").value == "own"
    assert page.text_area(key="control_reference").value == "a queen"
    page.button_group(key="control_article").set_value(SECOND.slug).run()
    assert page.text_area(key="control_text").value == SECOND.text
    assert page.text_area(key="control_reference").value == SECOND.summary
    assert "text" not in page.query_params and "reference" not in page.query_params
    page.text_area(key="control_text").set_value("Something else is written here. It is not long at all.").run()
    assert page.text_area(key="control_reference").value == ""


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("take", "0"),
        ("take", "many"),
        ("part", "60-40"),
        ("part", "x"),
        ("article", "<script>"),
        ("order", "up"),
        ("blocking", "maybe"),
        ("segments", "2"),
        ("between", ""),
        ("look", "<script>"),
        ("seed", "1e9"),
        ("whose", "9"),
    ],
)
def test_a_senseless_value_in_the_address_falls_back_and_is_said(key: str, value: str) -> None:
    page = open_page("bertsum", **{key: value})
    assert not page.exception
    assert any(f"The link asks for {key}" in info.value for info in page.info)
    assert "<script>" not in shown(page)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(
    "text", ["", "cat", "- milk\n- bread", "no stop " * 400, "今天天气很好。我们去公园。", HOSTILE["script"], "a\0b"]
)
def test_every_close_up_bears_every_text(look: str, text: str) -> None:
    page = open_page("bertsum", text=text, look=look)
    assert not page.exception
    assert page.text_area(key="control_text").value == text
    assert "<script>" not in drawn(page) and "<img" not in drawn(page)


def test_a_long_text_is_read_whole_and_too_long_a_one_is_said() -> None:
    line = "The queen of the garden was late for the tea of the old king again. "
    page = open_page("bertsum")
    page.text_area(key="control_text").set_value(line * 2500).run()
    assert not page.exception and "2500 sentences" in shown(page)
    assert any("too long for a link" in info.value for info in page.info)
    page.text_area(key="control_text").set_value(line * 3000).run()
    assert not page.exception and any("200,000 characters" in plain.value.replace("\\", "") for plain in page.warning)


def test_heads_are_shown_in_the_window_of_the_chosen_sentence(bertsum: Summarizer) -> None:
    reading = demo.read(bertsum, FIRST.text)
    window = windows_of([list(ids) for ids in reading.token_ids], bertsum.vocabulary, bertsum.max_length)[1]
    first, last = window.sentences[0] + 1, window.sentences[-1] + 1
    page = open_page("bertsum", article=FIRST.slug, look="heads", sentence=str(last), at_layer="2")
    assert f"here sentences {first} to {last}" in shown(page)
    (network,) = NETWORKS
    text = " ".join(reading.sentences[number] for number in window.sentences)
    assert network.read(bertsum, text, None).input_ids == window.input_ids


@pytest.mark.parametrize("look", ["oracle", "baselines"])
def test_without_a_reference_it_says_what_is_missing(look: str) -> None:
    page = open_page("bertsum", text=" ".join(SENTENCES), look=look)
    assert any("reference above" in info.value for info in page.info)


def test_the_oracle_is_followed_step_by_step() -> None:
    page = open_page("bertsum", look="oracle", step="1")
    assert page.slider(key="control_step").value == 1
    first = shown(page)
    page.slider(key="control_step").set_value(2).run()
    assert shown(page) != first and "**Taken: sentence" in shown(page)


def test_published_figures_are_the_records() -> None:
    page = open_page("bertsum")
    written = "\n".join(table.value.to_string() for table in page.table)
    assert all(f"{claim.value:.2f}" in written for claim in VARIANT.claims)


@pytest.mark.parametrize(("number", "wrong"), [(1, 0), (2, 0), (3, 1), (4, 0), (5, 0), (6, 0), (7, 0)])
def test_questions_are_marked_only_after_the_learner_commits(number: int, wrong: int) -> None:
    page = open_page("bertsum")
    assert page.button(key=f"check_q{number}").disabled
    page.radio(key=f"q{number}").set_value(wrong).run()
    page.button(key=f"check_q{number}").click().run()
    assert page.error[0].value.startswith("Not quite.")
