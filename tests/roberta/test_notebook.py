"""The notebook runs as it stands and repeats the page's numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from variants.bert import demo as bert_demo
from variants.core.guesses import best_guesses
from variants.core.reading import logits_at
from variants.core.words import read_words
from variants.roberta.demo import Roberta, fill, read
from variants.roberta.formats import pack, text_with_samples
from variants.roberta.masks import draw_masks
from variants.roberta.notebook import roberta_notebook


@pytest.mark.parametrize("text", ["The cat [MASK] on the old mat.", """She said: "it's a \\n {trap}" – 'really'\n漢"""])
def test_the_cells_repeat_the_numbers_of_the_page(roberta: Roberta, bert: bert_demo.Bert, text: str) -> None:
    written = roberta_notebook(
        text=text, seed=4, epochs=12, copies=3, epoch=9, hidden_words=(1,), format="segment-pair", window=64, largest=8
    )
    found: dict[str, Any] = {}
    for cell in json.loads(written)["cells"]:
        if cell["cell_type"] == "code":
            exec(compile(cell["source"], cell["id"], "exec"), found)
    encoded = read(roberta, text)
    assert found["text"] == text and found["encoded"] == encoded
    assert found["static"] == draw_masks(roberta, encoded, epochs=12, seed=4, copies=3)
    assert found["dynamic"] == draw_masks(roberta, encoded, epochs=12, seed=4)
    joined = text_with_samples(roberta, text)
    assert found["packed"] == pack(roberta, joined, "segment-pair", window=64, seed=4)
    ours, theirs = read_words(roberta, text), read_words(bert, text)
    readings = (
        (roberta, fill(roberta, ours.encoded, ours.masks_of((1,)))),
        (bert, bert_demo.fill(bert, theirs.encoded, theirs.masks_of((1,)))),
    )
    for model, reading in readings:
        assert found["guesses"][model.name] == {
            place: best_guesses(model, logits_at(reading, place), 5) for place in reading.masks
        }
    assert found["noise"].agreements[-1].size == 8


def test_it_begins_with_what_it_needs() -> None:
    written = roberta_notebook(
        text="a", seed=0, epochs=1, copies=1, epoch=1, hidden_words=(), format="doc-sentences", window=32, largest=512
    )
    first, *others = json.loads(written)["cells"]
    assert first["cell_type"] == "markdown" and "requirements.txt" in first["source"]
    assert [cell["cell_type"] for cell in others].count("markdown") >= 4
