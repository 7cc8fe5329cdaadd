"""The notebook runs offline and gives the page's numbers."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any

from variants.albert import demo, stopwatch
from variants.albert.factorization import neighbours_at_rank
from variants.albert.notebook import albert_notebook
from variants.albert.order import ask, elsewhere
from variants.albert.sharing import nudge
from variants.albert.sizes import PRESETS
from variants.bert import demo as bert_demo
from variants.core.words import read_words

TEXT = "The doctor's patient drank “water”.\nIt helped."


def cells(**changed: Any) -> list[dict[str, Any]]:
    controls: dict[str, Any] = {
        "text": TEXT, "sizes": PRESETS["large"][1], "layer": 2, "weight": "attention", "amount": 3, "rank": 32,
        "word": "water", "second": "He slept.", "other": 3, "work": "reading",
    }  # fmt: skip
    return json.loads(albert_notebook(**(controls | changed)))["cells"]


def test_it_runs_and_repeats_the_page(monkeypatch: Any) -> None:
    measured = stopwatch.race

    def a_short_race(*, work: stopwatch.Work) -> Generator[stopwatch.Race]:
        return measured(stopwatch.SIZES[:1], work=work, rounds=1)

    monkeypatch.setattr(stopwatch, "race", a_short_race)
    found: dict[str, Any] = {}
    for cell in cells():
        if cell["cell_type"] == "code":
            exec(cell["source"], found)
    albert, bert = demo.load(), bert_demo.load()
    encoded = read_words(albert, TEXT).encoded
    assert found["nudged"]["ALBERT"] == nudge(albert, encoded, layer=2, weight="attention", amount=3)
    assert found["near"][32] == neighbours_at_rank(bert, "water", 32)
    assert found["answers"]["BERT"] == ask(bert, TEXT, "He slept.", elsewhere(2)).probabilities
    assert found["counted"] == {part.name: part.count for part in found["parts"]}


def test_illegal_sizes_are_left_out() -> None:
    assert len(cells(sizes=None)) == len(cells()) - 1
