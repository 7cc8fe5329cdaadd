"""A small random summarizer for computations, the shipped one, and a writer that was tuned for a moment."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bertsum.tiny import SENTENCES, TOKENIZER, tiny_bertsum
from variants.__main__ import main
from variants.bertsum import writer_stage
from variants.bertsum.demo import Summarizer, load
from variants.bertsum.writer_store import TrainedWriter, load_writer
from variants.core.checkpoint import Checkpoint

LEAD = "The rabbit {n} is an animal of the garden. It is known to be late."


@pytest.fixture(scope="session")
def tiny() -> Summarizer:
    return Checkpoint("tiny", tiny_bertsum().eval(), TOKENIZER, 128)


@pytest.fixture(scope="session")
def bertsum() -> Summarizer:
    return load()


@pytest.fixture(scope="session")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("labelled")
    text = " ".join(SENTENCES)
    for part in ("train", "test"):
        rows = [{"text": f"{text} Number {n} is the last of them all.", "summary": LEAD.format(n=n)} for n in range(30)]
        _write(folder / "openstax_summaries" / f"{part}.jsonl.xz", rows)
    for part in ("train", "dev", "test"):
        rows = [{"document": text, "summaries": [f"nobody had seen queen {n}", "late"]} for n in range(4)]
        _write(folder / "scitldr" / f"{part}.jsonl.xz", rows)
    return folder


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    articles = [f"{LEAD.format(n=n)}\n{' '.join(SENTENCES[:3])}\n{' '.join(SENTENCES[3:])}" for n in range(400)]
    (folder / "wikipedia_cabosanlucas.txt").write_text("\n\n".join(articles), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def models(labelled: Path, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Tune for three steps; a folder like ``assets/models``."""
    folder = tmp_path_factory.mktemp("models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer_stage, "BUILD", tmp_path_factory.mktemp("build"))
        asked = ["--labelled", str(labelled), "--corpus", str(corpus), "--output", str(folder), "--tested", "2"]
        assert main(["tune", "bertsum", *asked, "--steps", "2"]) == 0
        assert main(["tune", "bertsum", *asked, "--steps", "3", "--resume"]) == 0
        yield folder


@pytest.fixture(scope="session")
def writer(models: Path) -> TrainedWriter:
    return load_writer(models)
