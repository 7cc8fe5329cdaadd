"""The RoBERTa page through the real frame; what needs a browser is in ``tests/browser``."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Generator, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.passes import noted_passes
from tests.test_pages import HOSTILE, open_page, shown, tables
from variants.bert import demo as bert_demo
from variants.roberta import VARIANT, formats, gradients
from variants.roberta.command import add_arguments, run
from variants.roberta.demo import Roberta, read
from variants.roberta.gradients import GradientNoise
from variants.roberta.masks import COPIES, EPOCHS, SEED, count, draw_masks

LOOKS = ["beside", "packing", "bytes"]
TEXT = "The doctor told her patient to drink more water and to walk a little every day."


@pytest.fixture
def passes(roberta: Roberta, bert: bert_demo.Bert) -> Iterator[list[str]]:
    """Names the models that ran, one entry a pass."""
    encoders = {"roberta": roberta.model.roberta.embeddings, "bert": bert.model.bert.embeddings}
    with noted_passes(encoders) as ran:
        yield ran


def column(page: AppTest, name: str) -> list[str]:
    """Return a column of the first table that has it."""
    return next([str(cell) for cell in table.value[name]] for table in page.table if name in table.value)


def test_the_counters_are_those_of_the_sampler(roberta: Roberta) -> None:
    page = open_page("roberta", text=TEXT, epochs="30", copies="6", epoch="17", seed="3")
    encoded = read(roberta, TEXT)
    for copies in (6, None):
        matrix = draw_masks(roberta, encoded, epochs=30, seed=3, copies=copies)
        found = count(roberta, encoded, matrix, 17, copies)
        assert f"{found.ever_masked} of {found.candidates} ({found.ever_masked / found.candidates:.1%})" in tables(page)
        assert f"{found.on_long_text:.1%}" in tables(page)
    assert "**After epoch 17**" in shown(page)


def test_stepping_and_redrawing_never_run_a_model(passes: list[str]) -> None:
    page = open_page("roberta", text="A text that no other test reads, about a doctor and her patient.")
    assert sorted(passes) == ["bert", "roberta"]
    passes.clear()
    for key, value in (("seed", 9), ("copies", 3), ("epochs", 20), ("epoch", 5)):
        page.slider(key=f"control_{key}").set_value(value).run()
        assert not page.exception
    assert passes == []


def test_controls_are_restored_from_the_address_and_written_back() -> None:
    page = open_page("roberta", text=TEXT, copies="4", epochs="25", seed="7", epoch="9", look="packing", window="64")
    for key, value in (("copies", 4), ("epochs", 25), ("seed", 7), ("epoch", 9), ("window", 64)):
        assert page.slider(key=f"control_{key}").value == value
    page.slider(key="control_copies").set_value(5).run()
    assert page.query_params["copies"] in ("5", ["5"])
    page.slider(key="control_copies").set_value(COPIES).run()
    assert "copies" not in page.query_params


@pytest.mark.parametrize("seed", [None, "0", "3"])
def test_one_seed_means_the_same_on_the_page_and_on_the_command_line(seed: str | None) -> None:
    page = open_page("roberta", **({"seed": seed} if seed else {}))
    parser = ArgumentParser()
    add_arguments(parser)
    result = run(parser.parse_args([VARIANT.example, *(["--seed", seed] if seed else [])]))
    rows = next(table.value.to_dict("records") for table in page.table if "dynamic" in table.value)
    shown = {row[""]: row for row in rows}
    for side in ("static", "dynamic"):
        assert shown["different patterns seen"][side] == f"{result['patterns_seen'][side][-1]}"
        assert shown["tokens ever hidden"][side].startswith(f"{result['ever_masked'][side][-1]} of ")


def test_fewer_epochs_than_the_one_looked_at_show_the_last() -> None:
    page = open_page("roberta", epoch="30")
    page.slider(key="control_epochs").set_value(12).run()
    assert "**After epoch 12**" in shown(page)
    assert not any("The link asks" in info.value for info in page.info)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("copies", "0"),
        ("copies", "many"),
        ("epochs", "61"),
        ("epoch", "-1"),
        ("seed", "1e9"),
        ("look", "<script>"),
        ("words", "1,x"),
        ("which", "99"),
    ],
)
def test_a_senseless_value_in_the_address_falls_back_and_is_said(key: str, value: str) -> None:
    page = open_page("roberta", **{key: value})
    assert any(f"The link asks for {key}" in info.value for info in page.info)
    assert "<script>" not in shown(page)


@pytest.mark.parametrize(("key", "value"), [("format", "x"), ("window", "1"), ("sequence", "999")])
def test_a_senseless_packing_falls_back_and_is_said(key: str, value: str) -> None:
    page = open_page("roberta", look="packing", **{key: value})
    assert any(f"The link asks for {key}" in info.value for info in page.info)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("text", ["", "[MASK]", "cat", "\U0001f600", HOSTILE["5,000 words"], HOSTILE["script"], "a\0"])
def test_every_close_up_bears_every_text(look: str, text: str) -> None:
    page = open_page("roberta", text=text, look=look)
    assert not page.exception
    assert page.text_area(key="control_text").value == text


@pytest.mark.parametrize("specimen", ["yours", "emoji", "accents", "typos", "script"])
def test_no_specimen_is_unknown_to_bytes(specimen: str) -> None:
    page = open_page("roberta", look="bytes", specimen=specimen)
    assert column(page, "unknown")[1] == "0"
    assert column(page, "gives the text back")[1] == "to the letter"
    if specimen in ("emoji", "script"):
        assert column(page, "unknown")[0] != "0"


def test_all_four_formats_are_counted() -> None:
    page = open_page("roberta", look="packing", format="sentence-pair")
    assert column(page, "format") == ["SEGMENT-PAIR+NSP", "SENTENCE-PAIR+NSP", "FULL-SENTENCES", "DOC-SENTENCES"]
    assert column(page, "hold several documents")[3] == "0%"


def test_as_many_documents_are_announced_as_drawn(roberta: Roberta) -> None:
    documents = formats.text_with_samples(roberta, TEXT).documents
    page = open_page("roberta", look="packing", text=TEXT)
    assert f"first, {len(documents) - 1} documents of the sample follow" in shown(page)


def test_a_text_with_nothing_to_hide_is_one_sentence() -> None:
    page = open_page("roberta", text="[MASK]")
    assert ["There is no word to hide" in warning.value for warning in page.warning].count(True) == 1


def test_playing_ends_at_the_last_epoch() -> None:
    page = open_page("roberta", text=TEXT, epochs="3", epoch="2")
    page.button(key="play_epoch").click().run()
    for _ in range(4):
        if any(button.key == "play_epoch" for button in page.button):
            break
        page.run()
    assert not page.exception
    assert "**After epoch 3**" in shown(page) and "epoch" not in page.query_params


def test_playing_can_be_stopped() -> None:
    page = open_page("roberta", text=TEXT)
    page.button(key="play_epoch").click().run()
    page.button(key="stop_epoch").click().run()
    reached = page.slider(key="control_epoch").value
    assert reached in range(1, EPOCHS) and page.query_params["epoch"] in (str(reached), [str(reached)])


def test_the_agreement_is_measured_when_asked(monkeypatch: pytest.MonkeyPatch, roberta: Roberta) -> None:
    measured = gradients.measure_noise

    def measure_little(model: Roberta, *, seed: int) -> Generator[GradientNoise]:
        return measured(model, seed=seed, smallest=4, largest=8)

    monkeypatch.setattr(gradients, "measure_noise", measure_little)
    page = open_page("roberta")
    assert "noise scale" not in shown(page)
    page.button(key=f"start_noise_{SEED}").click().run()
    assert not page.exception
    *_, last = measured(roberta, seed=SEED, smallest=4, largest=8)
    assert f"{last.done:,} sequences of 16 tokens" in shown(page)
    if last.noise_scale:
        assert f"**{last.noise_scale:,.0f} sequences**" in shown(page)
        assert "sequences of 16 tokens; the paper's batches hold sequences of 512" in shown(page)


def test_no_empty_columns_where_roberta_has_no_measure() -> None:
    page = open_page("roberta")
    measures = next(table.value for table in page.table if "who" in table.value)
    assert list(measures.columns) == ["who", "tokens right", "loss (nats)"]


def test_published_tables_stand_at_their_demos() -> None:
    page = open_page("roberta", look="packing")
    text = tables(page)
    for claim in VARIANT.claims:
        assert f"{claim.value:g}" in text


@pytest.mark.parametrize("number", range(1, 7))
def test_questions_are_marked_only_after_the_learner_commits(number: int) -> None:
    page = open_page("roberta")
    assert page.button(key=f"check_q{number}").disabled
    page.radio(key=f"q{number}").set_value(0).run()
    page.button(key=f"check_q{number}").click().run()
    assert page.error[0].value.startswith("Not quite.")
