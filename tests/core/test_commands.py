"""Pre-training from end to end, on a corpus and for a time that a test can bear."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from variants.__main__ import main
from variants.bert.demo import load
from variants.core import commands
from variants.core.checkpoint import digest_of
from variants.core.errors import InputError
from variants.core.evaluation import read_cloze

WORDS = [
    *["the", "a", "cat", "dog", "bird", "tree", "house", "river", "sea", "garden"],
    *["walked", "sang", "slept", "ran", "over", "under", "near", "and"],
]
FILES = {
    "model.safetensors",
    "config.json",
    "tokenizer.json",
    "recipe.json",
    "history.csv",
    "metrics.json",
    "README.md",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write four hundred small documents of made-up sentences."""
    folder = tmp_path_factory.mktemp("corpus")
    rng = random.Random(0)
    documents = ["\n".join(" ".join(rng.choices(WORDS, k=12)).capitalize() + "." for _ in range(4)) for _ in range(400)]
    (folder / "made_up.txt").write_text("\n\n".join(documents) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the real build folder and the real models out of it."""
    cloze = tmp_path / "cloze.jsonl"
    answers = ("ran", "antidisestablishmentarianism")  # one that the vocabulary cannot say
    lines = [json.dumps({"text": "The cat [MASK] .", "answer": answer}) for answer in answers]
    cloze.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(commands, "BUILD", tmp_path / "build")
    monkeypatch.setattr(commands, "CLOZE", cloze)
    return tmp_path


def pretrain(capsys: pytest.CaptureFixture[str], corpus: Path, build: Path, *more: str) -> Any:
    arguments = ["pretrain", "bert", "--corpus", str(corpus), "--output", str(build / "models"), "--device", "cpu"]
    assert main([*arguments, "--json", *more]) == 0
    return json.loads(capsys.readouterr().out)


def test_pretrain_writes_a_whole_model_that_loads(
    capsys: pytest.CaptureFixture[str], corpus: Path, build: Path
) -> None:
    result = pretrain(capsys, corpus, build, "--tokens", "6e3", "--batch-tokens", "512")
    folder = build / "models" / "bert"
    assert {path.name for path in folder.iterdir()} >= FILES
    recipe = json.loads((folder / "recipe.json").read_text())
    assert recipe["digest"] == digest_of(folder)
    assert recipe["tokens_seen"] == result["tokens_seen"] >= 6000
    metrics = json.loads((folder / "metrics.json").read_text())
    assert set(metrics["held_out"]) >= {"mlm_loss", "mlm_accuracy", "nsp_accuracy", "cloze_top1", "cloze_top5"}
    assert set(metrics["baselines"]) == {"unigram", "n-gram", "n-gram + kept", "same answer"}
    assert load(str(folder)).model.config.hidden_size == 256

    again = pretrain(capsys, corpus, build, "--tokens", "7e3", "--resume")
    assert again["tokens_seen"] > result["tokens_seen"]


def test_minutes_become_tokens(capsys: pytest.CaptureFixture[str], corpus: Path, build: Path) -> None:
    result = pretrain(capsys, corpus, build, "--minutes", "0.02", "--batch-tokens", "512")
    assert result["tokens_seen"] >= 512


def test_too_little_space_is_said_before_anything_starts(
    capsys: pytest.CaptureFixture[str], corpus: Path, build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "NEEDED_SPACE", 10**18)
    assert main(["pretrain", "bert", "--corpus", str(corpus), "--output", str(build)]) == 2
    assert "free" in capsys.readouterr().err


def test_a_cloze_list_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "cloze.jsonl").write_text("not json\n")
    with pytest.raises(InputError, match="cloze"):
        read_cloze(tmp_path / "cloze.jsonl")
