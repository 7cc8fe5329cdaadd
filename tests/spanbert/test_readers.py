"""``tune spanbert``: two readers are made, measured with a threshold of their own, and found again."""

from __future__ import annotations

import json
import lzma
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest

from variants.core.errors import InputError
from variants.core.finetuning import Pretrained
from variants.spanbert import readers
from variants.spanbert.demo import SpanBert
from variants.spanbert.readers import READERS, Who


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    for part, first in (("train", 100), ("test", 200)):
        paragraphs = [
            {
                "context": f"The house has the number {number}. A queen lives there.",
                "qas": [{"question": "What number has it?", "answers": [{"text": f"{number}", "answer_start": 25}]}],
            }
            for number in range(first, first + 10)
        ]
        path = tmp_path / "labelled" / "squad_dev_pages" / f"{part}.json.xz"
        path.parent.mkdir(parents=True, exist_ok=True)
        with lzma.open(path, "wt", encoding="utf-8") as lines:
            json.dump({"data": [{"paragraphs": paragraphs}]}, lines)
    return tmp_path / "labelled"


@pytest.fixture
def models(spanbert: SpanBert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def source_of(_who: Who) -> Pretrained:
        return Pretrained(spanbert.model.bert, spanbert.tokenizer, segments=False)

    monkeypatch.setattr(readers, "MODELS", tmp_path / "models")
    monkeypatch.setattr(readers, "source_of", source_of)
    monkeypatch.setattr(readers, "origins", dict)
    return tmp_path / "models"


def run(labelled: Path, models: Path, *more: str) -> dict[str, Any]:
    parser = ArgumentParser()
    readers.add_arguments(parser)
    return readers.run(parser.parse_args(["--labelled", str(labelled), "--output", str(models), *more]))


def test_both_readers_are_made_measured_and_found_again(labelled: Path, models: Path) -> None:
    made = run(labelled, models, "--seeds", "2")
    assert made["questions"] == {"learned": 10, "settle": 2, "test": 8}
    recorded = readers.recorded()
    assert recorded is not None and recorded["metrics"] == {key: made[key] for key in made if key != "folder"}
    for who in READERS:
        assert len(made[who]["runs"]) == 2 and made[who]["first"] == made[who]["runs"][0]
        assert readers.load_reader(who).threshold == made[who]["first"]["threshold"]
        assert 0 <= made[who]["first"]["exact"] <= made[who]["first"]["f1"] <= 1


def test_readers_can_be_measured_again_without_being_made_again(labelled: Path, models: Path) -> None:
    made = run(labelled, models)
    weights = {who: (models / readers.FOLDER / f"{who}.safetensors").read_bytes() for who in READERS}
    again = run(labelled, models, "--examples", "4", "--measure")
    assert again["questions"] == made["questions"]  # of what was learned, not of what is asked now
    assert weights == {who: (models / readers.FOLDER / f"{who}.safetensors").read_bytes() for who in READERS}
    for who in READERS:  # what is kept is fp16
        assert again[who]["first"] == pytest.approx(made[who]["first"], abs=0.3)


def test_readers_of_other_models_are_not_measured_and_stay(
    labelled: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(labelled, models)
    before = {path.name: path.read_bytes() for path in (models / readers.FOLDER).iterdir()}
    monkeypatch.setattr(readers, "origins", lambda: {"bert": "trained again"})
    with pytest.raises(InputError, match="no readers of these models"):
        run(labelled, models, "--measure")
    assert {path.name: path.read_bytes() for path in (models / readers.FOLDER).iterdir()} == before
