"""``python -m variants tinybert``: the page's numbers, and one line for what makes no sense."""

from __future__ import annotations

import json
from typing import Any

import pytest

from variants.__main__ import main
from variants.tinybert.demo import Pair, compare, fit_width, read
from variants.tinybert.imitation import head_errors, losses
from variants.tinybert.layers import STRATEGIES

TEXT = "The film was slow, but the ending was worth it."


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["tinybert", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_it_prints_what_the_page_computes(capsys: pytest.CaptureFixture[str], shipped_pair: Pair) -> None:
    result = printed(capsys, TEXT)
    comparison = compare(shipped_pair, read(shipped_pair.checkpoint, TEXT))
    found = losses(comparison, fit_width(shipped_pair))
    assert result["tokens"] == list(comparison.encoded.tokens) and result["layer_map"] == [1, 2, 3, 4]
    assert result["losses"] == pytest.approx(
        {
            "attention": sum(found.attention),
            "hidden": sum(found.hidden),
            "embedding": found.embedding,
            "prediction": None,
        }
    )
    assert [layer["heads"] for layer in result["layers"]] == [
        pytest.approx(row) for row in head_errors(comparison, found.layers)
    ]
    assert sum(layer["hidden"] for layer in result["layers"]) == pytest.approx(result["losses"]["hidden"])
    assert any("no prediction loss" in notice for notice in result["notices"])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_with_equal_depths_the_maps_are_one(capsys: pytest.CaptureFixture[str], strategy: str) -> None:
    assert printed(capsys, "A day.", "--map", strategy)["layer_map"] == [1, 2, 3, 4]


def test_a_reader_gets_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tinybert", TEXT]) == 0
    out = capsys.readouterr().out
    assert "[CLS] the film" in out and "attention" in out and "embedding" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("",), "nothing to read"),
        (("a", "--map", "middle"), "--map"),
        (("a", "--stage", "third"), "--stage"),
        (("a", "--checkpoint", "no/such-model"), "cannot be loaded"),
        (("a", "--checkpoint", "distilbert"), "error"),
    ],
)
def test_bad_input_gets_one_line(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    assert main(["tinybert", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and "Traceback" not in captured.err
    assert said in captured.err.strip().splitlines()[-1]
