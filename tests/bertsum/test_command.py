"""``python -m variants bertsum FILE``: the page's functions, one JSON object, one line for bad input."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from variants.__main__ import main
from variants.bertsum import demo
from variants.bertsum.comparison import compare
from variants.bertsum.demo import Summarizer
from variants.bertsum.sample_articles import FOLDER, sample_articles
from variants.bertsum.summary import choose, within

SAMPLE = sample_articles()[0]
FILE, REFERENCE = str(FOLDER / f"{SAMPLE.slug}.txt"), str(FOLDER / f"{SAMPLE.slug}.summary.txt")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["bertsum", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_it_prints_the_scores_and_the_summary(capsys: pytest.CaptureFixture[str], bertsum: Summarizer) -> None:
    found = printed(capsys, FILE, "--sentences", "4", "--reference", REFERENCE)
    reading = demo.read(bertsum, SAMPLE.text)
    scores = demo.score(bertsum, reading)
    choice = choose(reading.sentences, scores, 4)
    assert [row["text"] for row in found["sentences"]] == list(reading.sentences)
    assert [row["score"] for row in found["sentences"]] == list(scores)
    assert [n for n, row in enumerate(found["sentences"]) if row["chosen"]] == sorted(choice.taken)
    assert found["summary"] == " ".join(reading.sentences[number] for number in sorted(choice.taken))
    blocked = {n: row["blocked_by"] for n, row in enumerate(found["sentences"]) if row["blocked_by"]}
    assert blocked == {b.sentence: {"sentence": b.by, "trigram": list(b.trigram)} for b in choice.blocked} != {}
    entries = compare(reading.sentences, choice.taken, count=4, reference=SAMPLE.summary)
    assert found["rouge"] == entries[0].rouge
    assert {name: row["rouge"] for name, row in found["baselines"].items()} == {e.name: e.rouge for e in entries[1:]}
    assert [number for window in found["windows"] for number in window] == list(range(len(scores)))


def test_switches_reach_the_network_and_the_choice(capsys: pytest.CaptureFixture[str], bertsum: Summarizer) -> None:
    found = printed(
        capsys,
        FILE,
        "--no-segments",
        "--no-between",
        "--no-blocking",
        "--within",
        "50-100",
        "--order",
        "score",
        "--lead",
    )
    reading = demo.read(bertsum, SAMPLE.text)
    scores = demo.score(bertsum, reading, interval_segments=False, between=False)
    choice = choose(reading.sentences, scores, 3, blocking=False, candidates=within(len(scores), 50, 100))
    assert found["summary"] == " ".join(reading.sentences[number] for number in choice.taken)
    assert found["rouge"] is None and found["baselines"]["Lead-3"]["chosen"] == [0, 1, 2]


def test_text_comes_from_standard_input_and_a_reference_may_be_typed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Too short. The rabbit went down the hole and was late. Nobody in the garden had seen the queen."
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    found = printed(capsys, "-", "--sentences", "1", "--reference", "Nobody had seen the queen.")
    assert found["left_out"] == ["Too short."] and len(found["sentences"]) == 2
    assert found["baselines"]["oracle"]["chosen"] == [1] and 0 < found["rouge"]["rouge1"] <= 1


def test_a_reader_gets_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bertsum", FILE, "--reference", REFERENCE]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert " * " in "".join(lines) and any("shares “" in line for line in lines)
    assert [line.split()[0] for line in lines[-5:]] == ["BERTSUM", "Lead-3", "TextRank", "random", "oracle"]
    assert main(["bertsum", FILE, "--lead"]) == 0
    assert capsys.readouterr().out.splitlines()[-3] == "Lead-3       0 1 2"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no-such-file.txt",), "cannot be read"),
        ((FILE, "--sentences", "0"), "--sentences"),
        ((FILE, "--within", "half"), "--within"),
        ((FILE, "--within", "60-40"), "No sentence begins"),
        ((FILE, "--checkpoint", "no/such-model"), "cannot be loaded"),
    ],
)
def test_bad_input_gets_one_line(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    assert main(["bertsum", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("error: ") and said in captured.err


def test_bad_files_get_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name, data in (("binary", bytes(range(256))), ("empty", b""), ("large", b"a" * 5_000_000)):
        (tmp_path / name).write_bytes(data)
        assert main(["bertsum", str(tmp_path / name)]) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1
