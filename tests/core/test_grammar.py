"""Minimal pairs are read as they stand and counted as right where the good one scores higher."""

from __future__ import annotations

import json
import lzma
from collections.abc import Sequence
from pathlib import Path

import pytest

from variants.core.errors import InputError
from variants.core.grammar import MinimalPair, grammar_scores, read_minimal_pairs


def row(number: int, paradigm: str) -> dict[str, str]:
    return {
        "sentence_good": f"good {number}",
        "sentence_bad": f"bad {number}",
        "linguistics_term": "agreement",
        "UID": paradigm,
    }


def write(path: Path, rows: Sequence[object]) -> Path:
    with lzma.open(path, "wt", encoding="utf-8") as lines:
        lines.write("".join(json.dumps(each) + "\n" for each in rows))
    return path


def test_the_first_pairs_of_each_set_are_taken(tmp_path: Path) -> None:
    path = write(tmp_path / "pairs.xz", [row(number, paradigm) for paradigm in ("a", "b") for number in range(5)])
    pairs = read_minimal_pairs(path, 2)
    assert [(pair.good, pair.paradigm) for pair in pairs] == [
        ("good 0", "a"),
        ("good 1", "a"),
        ("good 0", "b"),
        ("good 1", "b"),
    ]


@pytest.mark.parametrize("content", [b"", b"not compressed", lzma.compress(b"{}\n"), lzma.compress(b"[1]\n")])
def test_another_file_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pairs.xz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="minimal pairs"):
        read_minimal_pairs(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="minimal pairs"):
        read_minimal_pairs(tmp_path / "nothing.xz")


def test_shares_by_hand() -> None:
    likely = {"a": 2.0, "b": 1.0, "c": 0.0, "d": 0.0}
    pairs = [
        MinimalPair("a", "b", "agreement", "one"),
        MinimalPair("b", "a", "agreement", "one"),
        MinimalPair("a", "c", "binding", "two"),
        MinimalPair("c", "d", "binding", "two"),  # a tie is no judgement
    ]
    found = grammar_scores(lambda sentences: [likely[sentence] for sentence in sentences], pairs)
    assert found["blimp"] == 0.5
    assert found["blimp_standard_error"] == 0.25
    assert (found["blimp_agreement"], found["blimp_binding"]) == (0.5, 0.5)
