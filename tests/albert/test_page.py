"""The ALBERT page through the real frame; what needs a browser is in ``tests/browser``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

import pytest
from streamlit.testing.v1 import AppTest

from tests.albert.golden import GOLDEN, GOLDEN_ABLATION
from tests.passes import noted_passes
from tests.test_pages import HOSTILE, open_page, shown, tables
from variants import find_variant
from variants.albert import stopwatch
from variants.albert.demo import Albert
from variants.albert.order import ask, elsewhere
from variants.albert.parameters import LEVELS
from variants.albert.published import ORDER_TASKS, in_words
from variants.albert.runs import recorded_pairs
from variants.albert.sharing import nudge
from variants.albert.sizes import PRESETS, Sharing, Sizes
from variants.bert import demo as bert_demo
from variants.core.words import read_words

LOOKS = ["parameters", "sharing", "table", "order"]
TEXT = "The doctor told her patient to drink more water and to walk a little every day."


@pytest.fixture
def passes(albert: Albert, bert: bert_demo.Bert) -> Iterator[list[str]]:
    """Names the models whose embeddings were asked for, one entry a pass."""
    embeddings = {"albert": albert.model.albert.embeddings, "bert": bert.model.bert.embeddings}
    with noted_passes(embeddings) as ran:
        yield ran


def last_row(page: AppTest) -> list[str]:
    """Return the totals below the formula."""
    table = next(table.value for table in page.table if "counted" in table.value)
    return [str(cell) for cell in table.iloc[-1]]


@pytest.mark.parametrize("preset", GOLDEN)
@pytest.mark.parametrize("place", range(4))
def test_published_counts_stand_on_the_page(preset: str, place: int) -> None:
    page = open_page("albert", preset=preset, level=list(LEVELS)[place])
    count = f"{GOLDEN[preset][place]:,}"
    assert last_row(page) == ["total", "", "", count, count]


@pytest.mark.parametrize(("embedding", "sharing"), [key for key in GOLDEN_ABLATION if key[0] != 256])
def test_the_papers_ablation_stands_on_the_page(embedding: int, sharing: Sharing) -> None:
    page = open_page("albert", embedding=f"{embedding}", sharing=sharing)
    count = f"{GOLDEN_ABLATION[embedding, sharing][0]:,}"
    assert last_row(page)[3:] == [count, count]
    assert count in tables(page)


def test_another_preset_takes_the_sliders_along() -> None:
    page = open_page("albert", layers="7", sharing="none", embedding="256")
    assert page.slider(key="control_layers").value == 7
    page.selectbox(key="control_preset").set_value("xxlarge").run()
    sizes = PRESETS["xxlarge"][1]
    for key in ("layers", "hidden", "heads", "embedding", "vocabulary"):
        assert page.slider(key=f"control_{key}").value == getattr(sizes, key)
        assert key not in page.query_params
    assert last_row(page)[3] == "222,595,584"


def test_controls_are_restored_from_the_address_and_written_back() -> None:
    page = open_page("albert", preset="ours", layers="6", sharing="groups", group="3")
    assert page.slider(key="control_layers").value == 6
    sizes = PRESETS["ours"][1]
    assert "2·(4(H² + H) + 2H)" in tables(page)
    page.slider(key="control_layers").set_value(4).run()
    assert "layers" not in page.query_params and sizes.layers == 4


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"hidden": "832"}, "cannot be divided among 12 heads: choose 8 or 13 heads"),
        ({"embedding": "4096", "vocabulary": "1000"}, "choose E no larger than V"),
    ],
)
def test_impossible_sizes_get_one_sentence_and_nothing_else(address: dict[str, str], said: str) -> None:
    page = open_page("albert", **address)
    assert [said in warning.value.replace("\\", "") for warning in page.warning] == [True]
    assert "**The formula" not in shown(page)


@pytest.mark.parametrize(
    ("look", "key", "value"),
    [
        ("parameters", "preset", "gigantic"),
        ("parameters", "layers", "0"),
        ("parameters", "layers", "1000000000"),
        ("parameters", "hidden", "1e9"),
        ("parameters", "sharing", "<script>"),
        ("parameters", "level", "x"),
        ("sharing", "layer", "9"),
        ("sharing", "amount", "-1"),
        ("sharing", "weight", "bias"),
        ("sharing", "times", "99"),
        ("sharing", "whose", "77"),
        ("table", "rank", "0"),
        ("order", "other", "many"),
        ("<script>", "look", "<script>"),
    ],
)
def test_a_senseless_value_in_the_address_falls_back_and_is_said(look: str, key: str, value: str) -> None:
    page = open_page("albert", **{"look": look, key: value})
    assert any(f"The link asks for {key}" in info.value for info in page.info)
    assert "<script>" not in shown(page)


def test_a_senseless_kind_of_work_falls_back_and_is_said() -> None:
    page = open_page("albert", work="sleeping", base="2")
    assert {key for key in ("work", "base") if any(f"asks for {key}" in info.value for info in page.info)} == {
        "work",
        "base",
    }


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("text", ["", "[MASK]", "cat", "\U0001f600", HOSTILE["5,000 words"], HOSTILE["script"], "a\0"])
def test_every_close_up_bears_every_text(look: str, text: str) -> None:
    page = open_page("albert", text=text, look=look)
    assert not page.exception
    assert page.text_area(key="control_text").value == text
    assert len(page.warning) == (not text)


def test_the_nudge_is_the_librarys(albert: Albert, bert: bert_demo.Bert) -> None:
    page = open_page("albert", look="sharing", text=TEXT, layer="2", weight="attention", amount="5")
    page.expander(key="numbers_nudge")
    found = nudge(albert, read_words(albert, TEXT).encoded, layer=2, weight="attention", amount=5)
    assert found.users == (0, 1, 2, 3)
    assert "used by layers 1, 2, 3, 4 of ALBERT and by layer 2 of BERT" in shown(page)
    assert nudge(bert, read_words(bert, TEXT).encoded, layer=2, weight="attention", amount=5).moved[0] == 0


def test_sliders_of_the_paths_run_no_model_twice(passes: list[str]) -> None:
    page = open_page("albert", look="sharing", text="A text that no other test reads, about a river.")
    assert passes
    page.slider(key="control_layer").set_value(1).run()
    passes.clear()
    page.slider(key="control_layer").set_value(3).run()
    page.selectbox(key="control_whose").set_value(1).run()
    assert not page.exception
    assert passes == []


def test_neighbours_of_a_word_and_what_is_no_word() -> None:
    page = open_page("albert", look="table", near="water", rank="256")
    assert "8 of the 8 neighbours are the same" in shown(page)
    page.text_input(key="control_near").set_value("no single piece").run()
    assert "try another word" in page.warning[0].value
    assert page.text_input(key="control_near").value == "no single piece"


def test_the_heads_answers_are_the_librarys(albert: Albert) -> None:
    second = "He slept for an hour."
    page = open_page("albert", look="order", text=TEXT, second=second, other="3")
    answers = ask(albert, TEXT, second, elsewhere(2))
    assert not page.exception
    assert any(escape(elsewhere(2)) in element.body for element in page.html)
    assert all(0 <= probability <= 1 for probability in answers.probabilities)
    page.text_area(key="control_second").set_value("").run()
    assert "nothing to read in the second sentence" in page.warning[0].value


def test_each_number_on_order_stands_beside_the_model_that_measured_it() -> None:
    page = open_page("albert", look="order")
    table = next(table.value for table in page.table if "SOP right" in table.value)
    for row, variant in enumerate(map(find_variant, ("albert", "bert"))):
        assert table["tokens read"].tolist()[row] == f"{(variant.shipped or {})['tokens_seen']:,}"
    said = next(caption.value for caption in page.caption if caption.value.startswith("Always giving one answer"))
    assert in_words(ORDER_TASKS) in said and "52.0%" in said and "78.9%" in said and "Table 5" in said
    assert f"{recorded_pairs()['our ALBERT']['nsp_accuracy']:.1%} of the NSP pairs" in said


def test_the_race_is_run_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Sizes(layers=1, hidden=64, heads=1, feed_forward=64, vocabulary=100, embedding=8, positions=128)
    measured = stopwatch.race

    def a_short_race(sizes: tuple[Sizes, ...], *, work: stopwatch.Work) -> object:
        assert len(sizes) == 3
        return measured((small,), work=work, rounds=2)

    monkeypatch.setattr(stopwatch, "race", a_short_race)
    for work in ("reading", "learning"):
        page = open_page("albert", work=work)
        assert "of BERT's" not in tables(page)
        page.button(key=f"start_race_{work}_False").click().run()
        assert not page.exception
        assert "1 × 64" in tables(page) and tables(page).count("of BERT's") == 2
        assert re.search(r"\d\.\d MB and \d\.\d MB", tables(page))


def test_the_published_rows_stand_beside_exact_counts() -> None:
    text = tables(open_page("albert"))
    for count, printed in (("87,648,000", "87M"), ("63,647,232", "64M"), ("37,686,528", "38M")):
        assert count in text and printed in text
    assert "none" in text  # 60M and 235M, which no way of counting gives


@pytest.mark.parametrize(("number", "wrong"), [(1, 0), (2, 0), (3, 1), (4, 1), (5, 0), (6, 2)])
def test_questions_are_marked_only_after_the_learner_commits(
    monkeypatch: pytest.MonkeyPatch, number: int, wrong: int
) -> None:
    measured = stopwatch.race

    def a_short_race(sizes: tuple[Sizes, ...], *, rounds: int) -> object:
        return measured(sizes, rounds=min(rounds, 3))

    monkeypatch.setattr("variants.albert.questions.race", a_short_race)
    page = open_page("albert")
    assert page.button(key=f"check_q{number}").disabled
    page.radio(key=f"q{number}").set_value(wrong).run()
    page.button(key=f"check_q{number}").click().run()
    assert page.error[0].value.startswith("Not quite.")
