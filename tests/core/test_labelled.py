"""Labelled sets are read as they stand; a damaged one is said in a sentence."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from variants.core.errors import InputError
from variants.core.labelled import AskedPassage, LabelledText, read_polarity, read_questions, read_similarity


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8") as lines:
        lines.write(text)


def test_texts_and_pairs(tmp_path: Path) -> None:
    write(
        tmp_path / "sentence_polarity" / "train.jsonl.xz", '{"text": "good", "label": 1}\n{"text": "bad", "label": 0}\n'
    )
    write(tmp_path / "stsb" / "dev.jsonl.xz", '{"text1": "a", "text2": "b", "score": 2.5}\n')
    assert read_polarity(tmp_path, "train") == [LabelledText("good", 1), LabelledText("bad", 0)]
    assert read_similarity(tmp_path, "test") == [LabelledText("a", 2.5, "b")]


def test_questions_keep_every_answer_once(tmp_path: Path) -> None:
    answers = [
        {"text": "cat", "answer_start": 2},
        {"text": "cat", "answer_start": 2},
        {"text": "a cat", "answer_start": 0},
    ]
    paragraph = {"context": "a cat", "qas": [{"question": "Who?", "answers": answers}]}
    write(tmp_path / "squad_dev_pages" / "test.json.xz", json.dumps({"data": [{"paragraphs": [paragraph]}]}))
    assert read_questions(tmp_path, "test") == [AskedPassage("Who?", "a cat", ("cat", "a cat"), 2)]


@pytest.mark.parametrize("text", ["{", '{"text": "no label"}', "[1]"])
def test_a_damaged_set_is_said(tmp_path: Path, text: str) -> None:
    write(tmp_path / "sentence_polarity" / "train.jsonl.xz", text)
    with pytest.raises(InputError, match="sentence_polarity"):
        read_polarity(tmp_path, "train")


def test_a_missing_set_is_said(tmp_path: Path) -> None:
    for read in (read_polarity, read_similarity, read_questions):
        with pytest.raises(InputError):
            read(tmp_path, "train")
