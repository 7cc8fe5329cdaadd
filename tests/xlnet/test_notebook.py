"""The notebook runs as it stands and repeats the page's numbers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from variants.xlnet import demo
from variants.xlnet.compare import compare_orders
from variants.xlnet.demo import XLNet, follow, read
from variants.xlnet.factorization import Factorization, draw_order, places_of
from variants.xlnet.notebook import xlnet_notebook

TEXT = "The old king died in the winter."


def run(book: str) -> dict[str, Any]:
    """Run all code cells, one after another, in one namespace."""
    namespace: dict[str, Any] = {}
    for cell in json.loads(book)["cells"]:
        if cell["cell_type"] == "code":
            exec(compile(cell["source"], cell["id"], "exec"), namespace)
    return namespace


@pytest.mark.parametrize("text", [TEXT, """She said: "it's a \\n {trap}" – 'really'\nnext line"""])
def test_the_cells_repeat_the_numbers_of_the_page(xlnet: XLNet, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(demo, "load", lambda: xlnet)
    encoded = read(xlnet, text)
    factorization = Factorization(draw_order(places_of(encoded), 4), 1)
    found = run(xlnet_notebook(text=text, factorization=factorization, top_k=4, seed=2))
    reading = follow(xlnet, encoded, factorization)
    assert found["reading"].steps == reading.steps
    assert found["total"] == reading.running_sum(len(reading.steps))
    assert np.array_equal(found["content"], reading.content_sight())
    assert np.array_equal(found["query"], reading.query_sight())
    *_, comparison = compare_orders(xlnet, encoded, seed=2)
    assert np.array_equal(found["comparison"].of(None), comparison.of(None))


def test_without_an_order_the_notebook_reads_alone(xlnet: XLNet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "load", lambda: xlnet)
    found = run(xlnet_notebook(text=TEXT, factorization=None, top_k=4, seed=0))
    assert "encoded" in found and "reading" not in found
