"""The command line says what the page says."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

import pytest

from variants.core.errors import InputError
from variants.core.guesses import best_guesses
from variants.core.reading import logits_at
from variants.roberta.command import add_arguments, run, table
from variants.roberta.demo import Roberta, fill, read
from variants.roberta.masks import draw_masks

TEXT = "The woman opened the [MASK] and walked into the garden."


def asked(*arguments: str) -> dict[str, Any]:
    parser = ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def test_masks_and_counters_are_those_of_the_page(roberta: Roberta) -> None:
    result = asked(TEXT, "--epochs", "12", "--copies", "5", "--seed", "3")
    encoded = read(roberta, TEXT)
    assert result["tokens"] == list(encoded.tokens)
    for name, copies in (("static", 5), ("dynamic", None)):
        matrix = draw_masks(roberta, encoded, epochs=12, seed=3, copies=copies)
        assert result[name] == [[fate is not None for fate in row] for row in matrix.fates]
        columns = [list(zip(*result[name][:epoch], strict=True)) for epoch in range(1, 13)]
        assert result["ever_masked"][name] == [sum(map(any, each)) for each in columns]
        assert result["patterns_seen"][name] == [len(set(map(tuple, result[name][:e]))) for e in range(1, 13)]


def test_typed_masks_are_guessed(roberta: Roberta) -> None:
    result = asked(TEXT, "--top-k", "3")
    reading = fill(roberta, read(roberta, TEXT))
    (mask,) = result["masks"]
    assert mask["position"] == reading.masks[0]
    assert [(p["token"], p["probability"]) for p in mask["predictions"]] == [
        (guess.token, guess.probability) for guess in best_guesses(roberta, logits_at(reading, reading.masks[0]), 3)
    ]


def test_the_result_is_json_and_ten_epochs_can_be_asked() -> None:
    result = asked(TEXT, "--epochs", "10")
    assert json.loads(json.dumps(result)) == result
    assert len(result["static"]) == len(result["dynamic"]) == len(result["ever_masked"]["static"]) == 10
    assert result["static"] == result["dynamic"]  # ten copies: nothing has been repeated yet


def test_the_table_draws_every_epoch() -> None:
    result = asked(TEXT + " 漢" * 100, "--epochs", "3")
    lines = table(result).splitlines()
    assert lines[0].startswith("note: ")
    drawn = [line for line in lines if line.strip().startswith(("1 ", "2 ", "3 "))]
    assert len(drawn) == 3
    assert drawn[0].count("#") == sum(result["static"][0]) + sum(result["dynamic"][0])


@pytest.mark.parametrize(
    "arguments",
    [
        ("",),
        ("[MASK]",),
        (TEXT, "--epochs", "0"),
        (TEXT, "--epochs", "100000"),
        (TEXT, "--copies", "21"),
        (TEXT, "--top-k", "0"),
        (TEXT, "--checkpoint", "nowhere"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        asked(*arguments)
    assert "\n" not in str(caught.value)
