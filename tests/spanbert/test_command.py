"""The command line says what the page says."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest

from tests.tiny import SHIPPED
from variants.core.errors import InputError
from variants.core.guesses import best_guesses
from variants.spanbert.command import add_arguments, run, table
from variants.spanbert.demo import SpanBert, fill, fill_drawn, guess_span, log_probabilities, read
from variants.spanbert.schemes import Scheme, hide_text
from variants.spanbert.spans import Span

TEXT = "When the old king died in the winter of that year, his eldest son took the crown."


@pytest.fixture
def asked(folder: Path) -> Any:
    def ask(*arguments: str) -> dict[str, Any]:
        parser = ArgumentParser()
        add_arguments(parser)
        return run(parser.parse_args(["--checkpoint", str(folder), *arguments]))

    return ask


@pytest.mark.parametrize("seed", range(12))
def test_a_seed_draws_the_spans_of_the_page(spanbert: SpanBert, asked: Any, seed: int) -> None:
    result = asked(TEXT, "--seed", str(seed), "--top-k", "3")
    encoded = read(spanbert, TEXT)
    hidden = hide_text(spanbert, encoded, Scheme.SPANS, seed=seed)
    reading = fill_drawn(spanbert, encoded, hidden)
    assert result["tokens"] == list(encoded.tokens) and result["shown"] == list(hidden.encoded.tokens)
    assert [(span["start"], span["end"]) for span in result["spans"]] == [
        (place.start, place.stop) for place in hidden.runs
    ]
    for span, place in zip(result["spans"], hidden.runs, strict=True):
        assert span["fate"] == hidden.fates[place.start] and span["tokens"] == list(
            encoded.tokens[place.start : place.stop]
        )
        guesses = guess_span(spanbert, reading, place)
        assert span["bounded"] == guesses.bounded
        for head, logits in guesses.heads.items():
            assert len(span[head]) == len(place)
            expected = [best_guesses(spanbert, row, 3) for row in logits]
            found = [[(p["token"], p["probability"]) for p in row] for row in span[head]]
            assert found == [[(guess.token, guess.probability) for guess in row] for row in expected]
            assert span["log_probability"][head] == sum(log_probabilities(logits, guesses.answers))


def test_the_seed_is_0_unless_said(asked: Any) -> None:
    assert asked(TEXT) == asked(TEXT, "--seed", "0") != asked(TEXT, "--seed", "1")


@pytest.mark.parametrize("blank", [False, True])
def test_a_span_of_ones_own_is_that_of_the_page(spanbert: SpanBert, asked: Any, blank: bool) -> None:
    result = asked(TEXT, "--span", "3-6", "--top-k", "1", *(["--blank"] if blank else []))
    (span,) = result["spans"]
    guesses = guess_span(spanbert, fill(spanbert, read(spanbert, TEXT), Span(3, 7)), Span(3, 7), blank=blank)
    assert (span["start"], span["end"], span["fate"]) == (3, 7, "mask")
    assert [row[0]["probability"] for row in span["mlm"]] == [
        best_guesses(spanbert, row, 1)[0].probability for row in guesses.mlm
    ]
    assert asked(TEXT, "--span", "4")["spans"][0]["tokens"] == [result["tokens"][4]]


def test_the_result_is_json_and_probabilities_are_shares(asked: Any) -> None:
    result = asked("word " * 300, "--top-k", "8")
    assert json.loads(json.dumps(result)) == result
    assert len(result["notices"]) == 1
    for span in result["spans"]:
        for row in span["mlm"] + span["sbo"]:
            chances = [guess["probability"] for guess in row]
            assert chances == sorted(chances, reverse=True) and 0 < sum(chances) <= 1


def test_the_table_shows_every_span_and_both_heads(asked: Any) -> None:
    result = asked(TEXT, "--seed", "3")
    lines = table(result).splitlines()
    assert lines[0] == " ".join(result["shown"])
    hidden = sum(len(span["tokens"]) for span in result["spans"])
    assert len(lines) == 1 + len(result["spans"]) + 2 * hidden
    assert sum("SBO  " in line for line in lines) == sum("MLM  " in line for line in lines) == hidden
    assert table(asked("the " * 200)).startswith("note: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("",),
        ("Hello", "--span", "1-1"),
        (TEXT, "--span", "0-3"),
        (TEXT, "--span", "15-30"),
        (TEXT, "--span", "90-99"),
        (TEXT, "--span", "6-3"),
        (TEXT, "--span", "three"),
        (TEXT, "--span", "1-2-3"),
        ("word " * 200, "--span", "1-50"),
        ("one [SEP] two three",),
        ("one [SEP] two three", "--span", "1-3"),
        (TEXT, "--top-k", "0"),
        (TEXT, "--top-k", "1001"),
        (TEXT, "--checkpoint", "nowhere"),
        (TEXT, "--checkpoint", str(SHIPPED)),
    ],
)
def test_bad_input_is_one_clear_line(asked: Any, arguments: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        asked(*arguments)
    assert "\n" not in str(caught.value) and str(caught.value)
