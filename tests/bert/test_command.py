"""The command line says what the page says."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

import pytest

from variants.bert.command import add_arguments, run, table
from variants.bert.demo import Bert, corrupt, fill, next_sentence, read
from variants.core.errors import InputError
from variants.core.guesses import best_guesses
from variants.core.reading import logits_at

TEXT = "The cat sat on the mat."


def asked(*arguments: str) -> dict[str, Any]:
    parser = ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def test_guesses_are_those_of_the_page(bert: Bert) -> None:
    result = asked(TEXT, "--mask", "2, 6", "--top-k", "3")
    reading = fill(bert, read(bert, TEXT), (2, 6))
    assert result["tokens"] == list(reading.encoded.tokens)
    assert [mask["position"] for mask in result["masks"]] == [2, 6]
    for mask in result["masks"]:
        expected = best_guesses(bert, logits_at(reading, mask["position"]), 3)
        assert [(p["token"], p["probability"]) for p in mask["predictions"]] == [
            (guess.token, guess.probability) for guess in expected
        ]


def test_a_seed_draws_the_example_of_the_page(bert: Bert) -> None:
    result = asked(TEXT, "--seed", "5")
    drawn = corrupt(bert, read(bert, TEXT), seed=5)
    assert [(d["position"], d["token"], d["fate"], d["shown"]) for d in result["drawn"]] == [
        (chosen.position, chosen.token, chosen.fate, chosen.shown) for chosen in drawn
    ]
    assert all(result["tokens"][chosen.position] == chosen.shown for chosen in drawn)


def test_the_next_sentence_is_judged_when_asked(bert: Bert) -> None:
    assert asked(TEXT, "--nsp", "It slept.")["nsp"] == {"is_next": next_sentence(bert, TEXT, "It slept.").is_next}
    assert asked(TEXT)["nsp"] is None


def test_the_result_is_json() -> None:
    result = asked(TEXT, "--mask", "2", "--seed", "1", "--nsp", "It slept.")
    assert json.loads(json.dumps(result)) == result


def test_notices_are_passed_on() -> None:
    assert len(asked("the " * 200)["notices"]) == 1


def test_the_table_shows_everything() -> None:
    result = asked("The [MASK] sat. 漢", "--nsp", "It slept.")
    lines = table(result).splitlines()
    assert lines[0].startswith("note: ") and "[UNK]" in lines[0]
    assert lines[1].startswith("[CLS] the [MASK] sat")
    assert result["masks"][0]["predictions"][0]["token"] in lines[2]
    assert lines[3] == f"next sentence: {result['nsp']['is_next']:.1%}"


@pytest.mark.parametrize(
    "arguments",
    [
        ("",),
        (TEXT, "--mask", "two"),
        (TEXT, "--mask", "0"),
        (TEXT, "--mask", "99"),
        (TEXT, "--top-k", "0"),
        (TEXT, "--top-k", "1001"),
        (TEXT, "--nsp", ""),
        (TEXT, "--checkpoint", "nowhere"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        asked(*arguments)
    assert "\n" not in str(caught.value)
