"""The notebook runs as it stands and repeats the page's numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from variants.bert.demo import Bert, corrupt, fill, next_sentence, read
from variants.bert.notebook import bert_notebook
from variants.core.guesses import best_guesses
from variants.core.reading import logits_at

SECOND = "It slept."


def cells_of(text: str, masks: tuple[int, ...], second: str = SECOND) -> list[dict[str, Any]]:
    return json.loads(bert_notebook(text=text, masks=masks, top_k=7, second=second, seed=11))["cells"]


def run(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Run all code cells, one after another, in one namespace."""
    namespace: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile(cell["source"], cell["id"], "exec"), namespace)
    return namespace


@pytest.mark.parametrize(
    ("text", "masks"),
    [
        ("The cat sat on the mat.", (2, 6)),
        ("The [MASK] sat.", ()),
        ("""She said: "it's a \\n {trap}" – 'really'\nnext line 漢""", (3,)),
    ],
)
def test_the_cells_repeat_the_numbers_of_the_page(bert: Bert, text: str, masks: tuple[int, ...]) -> None:
    found = run(cells_of(text, masks))
    reading = fill(bert, read(bert, text), masks)
    assert found["text"] == text and found["masks"] == masks
    assert found["guesses"] == {place: best_guesses(bert, logits_at(reading, place), 7) for place in reading.masks}
    assert found["guesses"] and all(len(guesses) == 7 for guesses in found["guesses"].values())
    assert found["is_next"] == next_sentence(bert, text, SECOND).is_next
    assert found["drawn"] == corrupt(bert, read(bert, text), seed=11)


def test_the_cells_print_what_they_find(bert: Bert, capsys: pytest.CaptureFixture[str]) -> None:
    run(cells_of("The cat sat on the mat.", (2,)))
    printed = capsys.readouterr().out
    reading = fill(bert, read(bert, "The cat sat on the mat."), (2,))
    (best,) = best_guesses(bert, logits_at(reading, 2), 1)
    assert f"('{best.token}', '{best.probability:.2%}')" in printed
    assert str(next_sentence(bert, "The cat sat on the mat.", SECOND).is_next) in printed


def test_it_begins_with_what_it_needs() -> None:
    first, *others = cells_of("The cat.", (1,))
    assert first["cell_type"] == "markdown" and "requirements.txt" in first["source"]
    assert [cell["cell_type"] for cell in others].count("markdown") >= 2
