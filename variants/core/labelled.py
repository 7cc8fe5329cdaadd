"""Small labelled sets for fine-tuning, one folder each; every file is compressed with xz.

- ``sentence_polarity``: a sentence of a film review, positive or negative (Pang and Lee, 2005).
- ``stsb``: two sentences and how alike they are, 0 to 5 (Cer et al., 2017).
- ``squad_dev_pages``: a question, and where a passage answers it (Rajpurkar et al., 2016).
- ``blimp``: minimal pairs, see :mod:`variants.core.grammar`.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from variants.core.errors import InputError

Part = Literal["train", "test"]


@dataclass(frozen=True)
class LabelledText:
    """One sentence, or two, and a number: a class (0 or 1) or a degree."""

    text: str
    label: float
    second: str | None = None


@dataclass(frozen=True)
class AskedPassage:
    """A question and a passage that answers it; there may be several answers that count."""

    question: str
    passage: str
    answers: tuple[str, ...]
    start: int  # character at which the first answer begins


def read_polarity(folder: Path, part: Part) -> list[LabelledText]:
    """Read the sentences of film reviews."""
    rows = read_rows(folder / "sentence_polarity" / f"{part}.jsonl.xz", "labelled file")
    return _records(lambda: [LabelledText(row["text"], row["label"]) for row in rows], "sentence_polarity")


def read_similarity(folder: Path, part: Part) -> list[LabelledText]:
    """Read the pairs of sentences; the development set of the benchmark is our test set."""
    rows = read_rows(folder / "stsb" / f"{'dev' if part == 'test' else part}.jsonl.xz", "labelled file")
    return _records(lambda: [LabelledText(row["text1"], row["score"], row["text2"]) for row in rows], "stsb")


def read_questions(folder: Path, part: Part) -> list[AskedPassage]:
    """Read the questions, in the order of the file."""
    path = folder / "squad_dev_pages" / f"{part}.json.xz"
    try:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            articles = json.load(lines)["data"]
    except (OSError, EOFError, lzma.LZMAError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"The questions {path} must be one JSON object, as SQuAD's are.") from error

    def records() -> list[AskedPassage]:
        return [
            AskedPassage(
                asked["question"],
                paragraph["context"],
                tuple(dict.fromkeys(answer["text"] for answer in asked["answers"])),
                asked["answers"][0]["answer_start"],
            )
            for article in articles
            for paragraph in article["paragraphs"]
            for asked in paragraph["qas"]
        ]

    return _records(records, "squad_dev_pages")


def read_rows(path: Path, what: str) -> Iterator[dict[str, Any]]:
    """Read a compressed file of one JSON object a line; ``what`` it holds is said where that fails."""
    try:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)
    except (OSError, EOFError, lzma.LZMAError, ValueError) as error:
        raise InputError(f"The {what} {path} must hold one JSON object a line.") from error


def _records(build: Any, name: str) -> list[Any]:
    try:
        return build()
    except (KeyError, IndexError, TypeError) as error:
        raise InputError(f"The labelled set {name} lacks the field {error}.") from error
