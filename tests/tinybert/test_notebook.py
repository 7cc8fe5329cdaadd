"""The notebook runs as it stands and repeats the page's numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from variants.tinybert.demo import Pair, compare, fit_width, read
from variants.tinybert.imitation import head_errors, losses
from variants.tinybert.notebook import tinybert_notebook
from variants.tinybert.parameters import count


@pytest.mark.parametrize("text", ["The cat sat on the old mat.", """She said: "it's a \\n {trap}" – 'really'\n漢"""])
def test_the_cells_repeat_the_numbers_of_the_page(shipped_pair: Pair, text: str) -> None:
    written = tinybert_notebook(text=text, stage="general", strategy="top", layer=3, head=2)
    found: dict[str, Any] = {}
    for cell in json.loads(written)["cells"]:
        if cell["cell_type"] == "code":
            exec(compile(cell["source"], cell["id"], "exec"), found)
    comparison = compare(shipped_pair, read(shipped_pair.checkpoint, text))
    expected = losses(comparison, fit_width(shipped_pair, "top"), "top")
    assert found["text"] == text and found["found"] == expected and found["answered"] is None
    assert found["heads"] == head_errors(comparison, expected.layers)
    assert found["counted"] == count("four", shipped_pair.checkpoint.vocabulary.size)


def test_it_begins_with_what_it_needs() -> None:
    first, *others = json.loads(tinybert_notebook(text="a", stage="task", strategy="uniform", layer=1, head=1))["cells"]
    assert first["cell_type"] == "markdown" and "requirements.txt" in first["source"]
    assert [cell["cell_type"] for cell in others].count("markdown") == 3
