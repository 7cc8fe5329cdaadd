"""The notebook runs as it stands and repeats the page's numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from variants.bertsum import demo
from variants.bertsum.ablation import rerun
from variants.bertsum.beams import Settings
from variants.bertsum.comparison import compare
from variants.bertsum.demo import Summarizer
from variants.bertsum.notebook import bertsum_notebook
from variants.bertsum.oracle import oracle_steps
from variants.bertsum.sample_articles import sample_articles
from variants.bertsum.summary import choose, within
from variants.bertsum.writer_store import TrainedWriter
from variants.bertsum.writing import Asked, write, writing_windows

ARTICLE = sample_articles()[0].text[:2500]
ODD = "She said: \"it's a \\n {trap}\" – it is 'really' one.\n漢 <b>and here is another of those sentences</b>."


@pytest.mark.parametrize("text", [ARTICLE, ODD])
def test_the_cells_repeat_the_numbers_of_the_page(bertsum: Summarizer, text: str) -> None:
    written = bertsum_notebook(
        text=text, reference="A gas.", sentences=2, part=(0, 80), order="score", blocking=False,
        interval_segments=False, between=True, seed=4,
    )  # fmt: skip
    found: dict[str, Any] = {}
    for cell in json.loads(written)["cells"]:
        if cell["cell_type"] == "code":
            exec(compile(cell["source"], cell["id"], "exec"), found)
    reading = demo.read(bertsum, text)
    scores = demo.score(bertsum, reading, interval_segments=False)
    choice = choose(reading.sentences, scores, 2, blocking=False, candidates=within(len(scores), 0, 80))
    assert found["text"] == text and found["reading"] == reading and found["scores"] == scores
    assert found["choice"] == choice
    assert found["summary"] == " ".join(reading.sentences[number] for number in choice.taken)
    assert found["entries"] == compare(reading.sentences, choice.taken, count=2, reference="A gas.", seed=4)
    assert found["steps"] == oracle_steps(reading.sentences, "A gas.", 2)
    assert found["run"] == rerun(bertsum, reading)[-1]


def test_what_is_written_is_repeated(
    writer: TrainedWriter, bertsum: Summarizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("variants.bertsum.writer_store.load_writer", lambda: writer)
    settings = Settings(beams=2, longest=9, alpha=0.6, blocking=False)
    notebook = bertsum_notebook(
        text=ARTICLE, reference="A gas.", sentences=2, part=(0, 100), order="document", blocking=True,
        interval_segments=True, between=True, seed=4, asked=Asked(settings, 2),
    )  # fmt: skip
    found: dict[str, Any] = {}
    for cell in json.loads(notebook)["cells"]:
        if cell["cell_type"] == "code":
            exec(compile(cell["source"], cell["id"], "exec"), found)
    reading = demo.read(bertsum, ARTICLE)
    window = writing_windows(writer, reading.token_ids)[1]
    assert found["written"] == write(writer, window, reading.sentences, settings)
