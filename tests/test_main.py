"""The command line: one JSON object, the page's numbers, and one clear line for bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from variants import VARIANTS
from variants.__main__ import main
from variants.bert.demo import fill, load, next_sentence, read
from variants.core.checkpoint import digest_of
from variants.core.guesses import best_guesses
from variants.core.reading import logits_at
from variants.core.variant import MODELS


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    *logged, line = captured.err.strip().splitlines()
    assert line.startswith("error: ") and "Traceback" not in "".join(logged)
    return line


def test_list_names_every_variant_and_the_shipped_digest(capsys: pytest.CaptureFixture[str]) -> None:
    rows = printed(capsys, "list")
    assert [row["slug"] for row in rows] == [variant.slug for variant in VARIANTS]
    bert = rows[0]["checkpoint"]
    assert bert["digest"] == digest_of(MODELS / "bert")
    assert bert["parameters"] == sum(p.numel() for p in load().model.parameters())
    assert bert["tokens_seen"] > 0
    for row in rows:
        shipped = (MODELS / row["slug"] / "config.json").exists()
        assert (row["checkpoint"] or {}).get("digest") == (digest_of(MODELS / row["slug"]) if shipped else None)


def test_bert_prints_the_numbers_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    text, second = "The cat sat on the [MASK].", "It was warm."
    result = printed(capsys, "bert", text, "--top-k", "3", "--nsp", second, "--mask", "2")
    bert = load()
    reading = fill(bert, read(bert, text), (2,))
    assert result["tokens"] == list(reading.encoded.tokens)
    assert [mask["position"] for mask in result["masks"]] == [2, 6]
    for mask in result["masks"]:
        expected = best_guesses(bert, logits_at(reading, mask["position"]), 3)
        assert [(p["token"], p["probability"]) for p in mask["predictions"]] == [
            (guess.token, guess.probability) for guess in expected
        ]
    assert result["nsp"]["is_next"] == next_sentence(bert, text, second).is_next


def test_a_seed_draws_the_same_example_every_time(capsys: pytest.CaptureFixture[str]) -> None:
    text = "The children walked to school because the bus was late and it rained."
    first = printed(capsys, "bert", text, "--seed", "5")
    assert first["drawn"] == printed(capsys, "bert", text, "--seed", "5")["drawn"]
    assert first["nsp"] is None


def test_a_reader_gets_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bert", "The cat sat on the [MASK]."]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("[CLS] the cat") and "%" in lines[1]
    assert main(["list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(VARIANTS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "required"),
        (("fly",), "invalid choice"),
        (("bert", ""), "nothing to read"),
        (("bert", "a", "--top-k", "0"), "--top-k"),
        (("bert", "a", "--mask", "x"), "--mask"),
        (("bert", "a", "--mask", "0"), "never hidden"),
        (("bert", "a", "--mask", "99"), "no token 99"),
        (("bert", "a", "--checkpoint", "no/such-model"), "cannot be loaded"),
        (("pretrain", "gpt", "--corpus", "x"), "no variant called"),
        (("pretrain", "bertsum", "--corpus", "x"), "The articles x"),
        (("pretrain", "bert", "--corpus", "no-such-folder"), "does not exist"),
        (("pretrain", "bert", "--corpus", "x", "--tokens", "1", "--minutes", "1"), "not allowed"),
        (("evaluate", "bert", "--corpus", "no-such-folder"), "does not exist"),
    ],
)
def test_bad_input_gets_one_line(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    assert said in complaint(capsys, *arguments)


def test_an_empty_corpus_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from variants.core import commands

    monkeypatch.setattr(commands, "BUILD", tmp_path / "build")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    assert "no .txt" in complaint(capsys, "pretrain", "bert", "--corpus", str(corpus))
    (corpus / "a.txt").write_text("\n\n")
    assert "holds no words" in complaint(capsys, "pretrain", "bert", "--corpus", str(corpus))
