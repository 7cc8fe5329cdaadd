"""The command line says what the page says."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

import pytest

from tests.tiny import refusal_of
from variants.core.checkpoint import Checkpoint
from variants.electra.command import add_arguments, run, table
from variants.electra.demo import guess, judge, read
from variants.electra.model import Electra
from variants.electra.pipeline import draw_masks, refill

TEXT = "The chef cooked the meal in the kitchen."
KEYS = ("original", "masked", "sampled", "replaced", "replaced_probability")


def asked(*arguments: str) -> dict[str, Any]:
    parser = ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def test_the_pipeline_is_that_of_the_page(electra: Checkpoint[Electra]) -> None:
    result = asked(TEXT, "--mask-fraction", "0.4", "--temperature", "0.7", "--seed", "5")
    encoded = read(electra, TEXT)
    masks = draw_masks(electra, encoded, fraction=0.4, seed=5)
    found = refill(electra, guess(electra, encoded, masks), temperature=0.7, seed=5)
    assert result["original"] == list(encoded.tokens) and result["sampled"] == list(found.sampled.tokens)
    assert [place for place, token in enumerate(result["masked"]) if token == "[MASK]"] == list(masks)
    assert result["replaced"] == [a != b for a, b in zip(result["original"], result["sampled"], strict=True)]
    assert result["replaced_probability"] == list(judge(electra, found.sampled.input_ids).replaced_probability)
    assert len({len(result[key]) for key in KEYS}) == 1 and [g["position"] for g in result["guesses"]] == list(masks)


def test_masks_can_be_named_and_samples_drawn_again(electra: Checkpoint[Electra]) -> None:
    first, again = (asked(TEXT, "--mask", "5,8", "--sample", sample) for sample in ("1", "1"))
    assert first == again and [first["masked"][place] for place in (5, 8)] == ["[MASK]"] * 2
    others = [asked(TEXT, "--mask", "5,8", "--sample", str(sample))["sampled"] for sample in range(8)]
    assert len({tuple(tokens) for tokens in others}) > 1
    best = asked(TEXT, "--mask", "5", "--temperature", "0")
    assert best["sampled"][5] == best["guesses"][0]["predictions"][0]["token"]
    assert electra.name == "electra"


@pytest.mark.parametrize("new", ["ate", "strawberries", "cut", "cooked"])
def test_a_replacement_by_hand_changes_the_word_alone(electra: Checkpoint[Electra], new: str) -> None:
    result = asked(TEXT, "--replace", f"cooked={new}")
    encoded = read(electra, TEXT.replace("cooked", new))
    assert result["sampled"] == list(encoded.tokens)
    assert result["replaced_probability"] == list(judge(electra, encoded.input_ids).replaced_probability)
    assert " ".join(" ".join(result["original"]).split()) == " ".join(read(electra, TEXT).tokens)
    assert any(result["replaced"]) == (new != "cooked")
    before = judge(electra, read(electra, TEXT).input_ids).replaced_probability
    assert next(p for p in result["before"] if p is not None) == before[0] and result["before"][-1] == before[-1]
    assert {len(result[key]) for key in (*KEYS, "before")} == {len(encoded)}


def test_the_result_is_json_and_the_table_names_every_token() -> None:
    result = asked(TEXT + " 漢", "--seed", "1")
    assert json.loads(json.dumps(result)) == result
    lines = table(result).splitlines()
    assert lines[0].startswith("note: ") and len(lines) == 2 + len(result["original"])
    assert sum(line.endswith("replaced") for line in lines[2:]) == sum(result["replaced"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("",), "nothing to read"),
        ((TEXT, "--mask-fraction", "0"), "above 0"),
        ((TEXT, "--mask-fraction", "nan"), "above 0"),
        ((TEXT, "--mask-fraction", "1.5"), "at most 1"),
        ((TEXT, "--mask", "0"), "never hidden"),
        ((TEXT, "--mask", "99"), "no token 99"),
        ((TEXT, "--mask", "x"), "positions"),
        ((TEXT, "--mask", "3", "--mask-fraction", "0.2"), "one of the two"),
        ((TEXT, "--temperature", "-1"), "temperature"),
        ((TEXT, "--top-k", "0"), "--top-k"),
        ((TEXT, "--replace", "cooked"), "cooked=ate"),
        ((TEXT, "--replace", "[SEP]=ate"), "special token"),
        ((TEXT, "--replace", "cooked=[MASK]"), "special token"),
        ((TEXT, "--replace", "cooked=ate up"), "2 words"),
        ((TEXT, "--replace", "cooked="), "Type the word"),
        ((TEXT, "--replace", "flew=ate"), "no word of the text"),
        ((TEXT, "--checkpoint", "nowhere"), "cannot be loaded"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: tuple[str, ...], said: str) -> None:
    refused = refusal_of(lambda: asked(*arguments))
    assert said in refused and "\n" not in refused
