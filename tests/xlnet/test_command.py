"""The command line says what the page says."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest

from tests.tiny import SHIPPED
from variants.core.errors import InputError
from variants.xlnet.command import add_arguments, run, table
from variants.xlnet.demo import XLNet, follow, read
from variants.xlnet.factorization import Factorization, Order, draw_order, places_of, written

TEXT = "The old king died in the winter."


@pytest.fixture
def asked(folder: Path) -> Any:
    def ask(*arguments: str) -> dict[str, Any]:
        parser = ArgumentParser()
        add_arguments(parser)
        return run(parser.parse_args(["--checkpoint", str(folder), *arguments]))

    return ask


def expect(xlnet: XLNet, result: dict[str, Any], order: Order, given: int = 0) -> None:
    reading = follow(xlnet, read(xlnet, TEXT), Factorization(order, given))
    assert result["tokens"] == list(reading.encoded.tokens) and result["order"] == list(order)
    assert result["perm_mask"] == reading.perm_mask.astype(int).tolist()
    assert result["log_probabilities"] == list(reading.log_probabilities)
    assert result["total_log_probability"] == pytest.approx(sum(filter(None, reading.log_probabilities)))
    assert [step["position"] for step in result["steps"]] == list(order[given:])


def test_an_order_is_that_of_the_page(xlnet: XLNet, asked: Any) -> None:
    places = places_of(read(xlnet, TEXT))
    expect(xlnet, asked(TEXT), places)
    expect(xlnet, asked(TEXT, "--order", written(places[::-1])), places[::-1])
    expect(xlnet, asked(TEXT, "--seed", "7"), draw_order(places, 7))
    expect(xlnet, asked(TEXT, "--seed", "7", "--given", "3"), draw_order(places, 7), 3)


def test_the_result_is_json_and_nothing_sees_itself(asked: Any) -> None:
    result = asked(TEXT, "--seed", "1", "--top-k", "3")
    assert json.loads(json.dumps(result)) == result
    for step in result["steps"]:
        place = step["position"]
        assert result["perm_mask"][place][place] == 1
        chances = [guess["probability"] for guess in step["predictions"]]
        assert chances == sorted(chances, reverse=True) and len(chances) == 3
    assert result["log_probabilities"][-2:] == [None, None]
    assert set(map(tuple, result["perm_mask"][-2:])) == {(1,) * len(result["order"]) + (0, 0)}


def test_a_reader_gets_a_line_for_every_step(asked: Any) -> None:
    result = asked(TEXT, "--seed", "1")
    lines = table(result).splitlines()
    assert lines[0] == " ".join(result["tokens"]) and len(lines) == 1 + len(result["order"])
    assert f"{result['total_log_probability']:.3f}" in lines[-1]
    assert table(asked("king " * 300)).startswith("note: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("",),
        (TEXT, "--order", "0,1"),
        (TEXT, "--order", "0,1,2,2,3,4,5,6,7,8,9"),
        (TEXT, "--order", "three"),
        (TEXT, "--order", ""),
        (TEXT, "--given", "-1"),
        (TEXT, "--given", "99"),
        (TEXT, "--top-k", "0"),
        (TEXT, "--top-k", "21"),
        (TEXT, "--checkpoint", "nowhere"),
        (TEXT, "--checkpoint", str(SHIPPED)),
    ],
)
def test_bad_input_is_one_clear_line(asked: Any, arguments: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        asked(*arguments)
    assert "\n" not in str(caught.value) and str(caught.value)
