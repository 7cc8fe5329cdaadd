"""The notebook runs as it stands and repeats the page's numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from variants.distilbert.demo import DistilBert, Teacher, hear, read
from variants.distilbert.inheritance import BASE, BASE_VOCABULARY, step_zero, waterfall
from variants.distilbert.live import LiveRun
from variants.distilbert.notebook import distilbert_notebook
from variants.distilbert.soft_targets import beside, losses


@pytest.mark.parametrize("text", ["The cat [MASK] on the old mat.", """She said: "it's a \\n {trap}" – 'really'\n漢"""])
def test_the_cells_repeat_the_numbers_of_the_page(shipped: tuple[Teacher, DistilBert], text: str) -> None:
    teacher, student = shipped
    written = distilbert_notebook(text=text, masks=(2,), temperature=3, steps=1, seed=4)
    found: dict[str, Any] = {}
    for cell in json.loads(written)["cells"]:
        if cell["cell_type"] == "code":
            exec(compile(cell["source"], cell["id"], "exec"), found)
    lesson = hear(teacher, student, read(student, text), (2,))
    assert found["text"] == text and found["lesson"].encoded == lesson.encoded
    assert found["found"] == losses(lesson, 3)
    assert found["soft"] == {p: beside(student, lesson, p, temperature=3, top_k=8) for p in lesson.masks}
    assert found["counted"] == waterfall(BASE, BASE_VOCABULARY) and found["start"] == step_zero(teacher, lesson)
    *_, progress = LiveRun(teacher, student, seed=4).advance(1)
    assert found["progress"].moments == progress.moments


def test_it_begins_with_what_it_needs() -> None:
    first, *others = json.loads(distilbert_notebook(text="a", masks=(), temperature=2, steps=1, seed=0))["cells"]
    assert first["cell_type"] == "markdown" and "requirements.txt" in first["source"]
    assert [cell["cell_type"] for cell in others].count("markdown") == 3
