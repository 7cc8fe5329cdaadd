"""The ELECTRA page through the real frame; what needs a browser is in ``tests/browser``."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Generator, Iterator
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from tests.electra.conftest import networks_of
from tests.passes import noted_passes
from tests.test_pages import HOSTILE, open_page, shown, tables
from variants import find_variant
from variants.core.checkpoint import Checkpoint, read_metrics
from variants.core.conditions import conditions
from variants.core.words import read_words
from variants.electra import VARIANT, game, threshold
from variants.electra.command import add_arguments, run
from variants.electra.demo import guess, judge, read
from variants.electra.model import Electra
from variants.electra.pipeline import draw_masks, refill
from variants.electra.replacement import compare, replace_word, suspicion
from variants.electra.signals import measure_signals

LOOKS = ["fool", "game", "signals", "gan"]
TEXT = "The doctor told her patient to drink more water and to walk a little every day."
Model = Checkpoint[Electra]


@pytest.fixture
def passes(electra: Model) -> Iterator[list[str]]:
    """Names the networks that ran, one entry a pass."""
    networks = zip(("generator", "discriminator"), networks_of(electra), strict=True)
    with noted_passes({name: network.electra.encoder for name, network in networks}) as ran:
        yield ran


def html(page: AppTest) -> str:
    return "\n".join(str(element.body) for element in page.html)


def rows_drawn(page: AppTest) -> list[str]:
    """Return what stands at each token: its three texts, P(replaced) and the truth."""
    drawn = next(str(element.body) for element in page.html if 'class="aligned"' in str(element.body))
    return drawn.split("<li")[2:]


def test_the_rows_are_those_of_the_library(electra: Model) -> None:
    page = open_page("electra", text=TEXT, fraction="30", seed="4", temperature="1.5", sample="7")
    encoded = read(electra, TEXT)
    found = refill(
        electra, guess(electra, encoded, draw_masks(electra, encoded, fraction=0.3, seed=4)), temperature=1.5, seed=7
    )
    verdict = judge(electra, found.sampled.input_ids)
    columns = rows_drawn(page)
    assert len(columns) == len(encoded)
    for place, column in enumerate(columns):
        for token in (found.original.tokens[place], found.masked.tokens[place], found.sampled.tokens[place]):
            assert f">{token}</span>" in column
        assert f"{verdict.replaced_probability[place]:.0%}" in column
        assert (">replaced<" in column) == found.replaced[place]
        assert (">original<" in column) == (place in found.lucky)
    assert f"{len(found.hidden)} of {len(encoded)} tokens hidden, {sum(found.replaced)} replaced" in shown(page)


def test_another_temperature_or_sample_runs_the_discriminator_alone(passes: list[str]) -> None:
    page = open_page("electra", text="A text that no other test reads, about a cook and a river.", look="gan")
    assert passes.count("generator") >= 1
    passes.clear()
    page.slider(key="control_temperature").set_value(2.0).run()
    page.button(key="resample").click().run()
    assert not page.exception
    inside_gradients = passes.count("generator")  # “not a GAN” reads the new sample for its gradients
    assert inside_gradients <= 2 and passes.count("discriminator") >= 1
    page = open_page("electra", text="A text that no other test reads, about a cook and a lake.", look="fool")
    passes.clear()
    page.slider(key="control_temperature").set_value(2.0).run()
    page.button(key="resample").click().run()
    assert "generator" not in passes
    passes.clear()
    page.slider(key="control_threshold").set_value(20).run()
    assert passes == []


def test_the_best_guess_hides_the_temperature_and_never_varies(electra: Model) -> None:
    page = open_page("electra", text=TEXT, pick="best", hide="click", mask="5,9")
    assert not any(slider.key == "control_temperature" for slider in page.slider)
    found = refill(electra, guess(electra, read(electra, TEXT), (5, 9)), temperature=0)
    assert f">{found.sampled.tokens[5]}</span>" in html(page)


def test_controls_are_restored_from_the_address_and_written_back() -> None:
    page = open_page("electra", text=TEXT, fraction="40", seed="9", temperature="0.5", threshold="70")
    values = {slider.key: slider.value for slider in page.slider}
    assert values["control_fraction"] == 40 and values["control_seed"] == 9
    assert values["control_temperature"] == 0.5 and values["control_threshold"] == 70
    page.slider(key="control_temperature").set_value(1.3).run()
    assert page.query_params["temperature"] in ("1.3", ["1.3"])
    page.slider(key="control_temperature").set_value(1.0).run()
    assert "temperature" not in page.query_params
    page.button(key="resample").click().run()
    assert page.query_params["sample"] in ("10", ["10"])


@pytest.mark.parametrize("address", [{}, {"seed": "3"}, {"seed": "5", "sample": "2", "fraction": "40"}])
def test_one_seed_means_the_same_on_the_page_and_on_the_command_line(address: dict[str, str]) -> None:
    page = open_page("electra", **address)
    parser = ArgumentParser()
    add_arguments(parser)
    written = {"fraction": "--mask-fraction", "seed": "--seed", "sample": "--sample"}
    asked = address | ({"fraction": f"0.{address['fraction']}"} if "fraction" in address else {})
    result = run(parser.parse_args([VARIANT.example, *(f"{written[key]}={asked[key]}" for key in asked)]))
    columns = rows_drawn(page)
    assert len(columns) == len(result["original"]) and any(result["replaced"])
    for place, column in enumerate(columns):
        assert all(f">{result[row][place]}</span>" in column for row in ("original", "masked", "sampled"))
        assert f"{result['replaced_probability'][place]:.0%}" in column


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("fraction", "0"),
        ("seed", "many"),
        ("temperature", "nan"),
        ("temperature", "99"),
        ("sample", "-1"),
        ("hide", "<script>"),
        ("look", "<script>"),
        ("place", "99"),
        ("word", "x"),
        ("threshold", "100"),
    ],
)
def test_a_senseless_value_in_the_address_falls_back_and_is_said(key: str, value: str) -> None:
    page = open_page("electra", **{key: value})
    assert any(f"The link asks for {key}" in info.value for info in page.info)
    assert "<script>" not in shown(page)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("text", ["", "[MASK]", "cat", "\U0001f600", HOSTILE["5,000 words"], HOSTILE["script"], "a\0"])
def test_every_close_up_bears_every_text(look: str, text: str) -> None:
    for hide in ("draw", "click"):
        page = open_page("electra", text=text, look=look, hide=hide)
        assert not page.exception
        assert page.text_area(key="control_text").value == text


def test_a_hand_replacement_shows_the_librarys_numbers(electra: Model) -> None:
    page = open_page("electra", text=TEXT, word="6", by="paint")
    found = replace_word(electra, read_words(electra, TEXT), 6, "paint")
    highest = suspicion(found, compare(electra, found).after)
    assert f"P(replaced) **{highest:.0%}**" in shown(page)


@pytest.mark.parametrize(("new", "said"), [("ate up", "2 words"), ("[SEP]", "special token"), ("漢", "be spelled")])
def test_what_is_not_one_word_is_one_sentence(new: str, said: str) -> None:
    page = open_page("electra", text=TEXT, by=new)
    assert [said in warning.value for warning in page.warning] == [True]
    assert page.text_input(key="control_by").value == new


def test_the_game_counts_the_rounds_played(electra: Model) -> None:
    page = open_page("electra", look="game", game="2", round="3", answer3="river", answer5="house", answer6="two words")
    challenges = game.draw_challenges(electra, 2)
    found = game.score(electra, challenges, ("", "", "river", "", "house", "two words", "", "", "", ""), 2)
    assert "**2 of 10 rounds played.**" in shown(page)
    for each in found.rounds.values():
        assert f"{each.yours.word} ({each.yours.suspicion:.0%})" in tables(page)
        assert f"{each.generators.word} ({each.generators.suspicion:.0%})" in tables(page)
    page.text_input(key="control_answer3").set_value(challenges[2].original).run()
    assert "**1 of 10 rounds played.**" in shown(page)
    assert any("find another" in warning.value for warning in page.warning)


def test_the_signals_are_the_librarys(electra: Model) -> None:
    page = open_page("electra", text=TEXT, look="signals")
    encoded = read(electra, TEXT)
    found = measure_signals(electra, refill(electra, guess(electra, encoded, draw_masks(electra, encoded))))
    assert f"Generator, hidden words: {found.hidden} of {len(encoded)} tokens" in shown(page).replace("\\", "")
    assert f"Discriminator, replaced tokens: {len(encoded)} of {len(encoded)}" in shown(page).replace("\\", "")
    assert f"{found.mlm.loss:.3f}" in tables(page) and f"{found.rtd.loss:.3f}" in tables(page)
    assert tables(open_page("electra", text=TEXT, look="gan")).count("0: no path leads there") == 2


def test_the_detector_is_measured_when_asked(monkeypatch: pytest.MonkeyPatch, electra: Model) -> None:
    measured = threshold.score_samples

    def measure_little(model: Model) -> Generator[threshold.Scored]:
        return measured(model, most=8)

    monkeypatch.setattr("pages.looks.electra.detector.score_samples", measure_little)
    page = open_page("electra")
    assert not page.metric
    page.button(key="start_scored").click().run()
    assert not page.exception
    *_, scored = measured(electra, most=8)
    page.slider(key="control_threshold").set_value(15).run()
    here = threshold.confusion_at(scored, 0.15)
    written = [metric.value for metric in page.metric]
    assert written[1:] == [f"{here.recall:.1%}", f"{scored.auc:.1%}", f"{here.accuracy:.1%}"]
    assert f"{here.misses:,}" in tables(page) and f"{here.passed:,}" in tables(page)


@pytest.mark.parametrize("number", range(1, 7))
def test_questions_are_marked_only_after_the_learner_commits(number: int) -> None:
    page = open_page("electra")
    assert page.button(key=f"check_q{number}").disabled
    results: list[str] = []
    for option in range(len(page.radio(key=f"q{number}").options)):
        page.radio(key=f"q{number}").set_value(option).run()
        page.button(key=f"check_q{number}").click().run()
        results += ["right"] * len(page.success) + ["wrong"] * len(page.error)
    assert results.count("right") == 1 and len(results) == len(page.radio(key=f"q{number}").options)


def test_what_the_models_had_in_common_and_what_a_blind_detector_scores_are_read_from_the_records() -> None:
    text = shown(open_page("electra"))
    assert (conditions(find_variant("bert"), find_variant("electra")) or "no cards") in text
    blind = (read_metrics("electra") or {})["baselines"]["always original"]["rtd_accuracy"]
    assert f"for {blind:.1%} of the tokens" in text and "nine times in ten" not in text


def test_published_tables_and_popular_accounts_are_shown() -> None:
    page = open_page("electra", look="gan")
    text = tables(page)
    for value in ("85", "82.2", "6.4 × 10¹⁹", "7.1 × 10²⁰", "0.85", "58"):
        assert value in text
    assert "What popular accounts mix up" in [expander.label for expander in page.expander]
    assert partial(open_page, "electra")().title[0].value == "ELECTRA"
