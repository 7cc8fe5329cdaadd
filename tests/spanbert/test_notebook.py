"""The notebook runs as it stands and repeats the page's numbers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from variants.core.guesses import best_guesses
from variants.spanbert import demo
from variants.spanbert.demo import SpanBert, fill, guess_span, log_probabilities, read
from variants.spanbert.notebook import Chosen, spanbert_notebook
from variants.spanbert.schemes import Scheme, hide_text, tally
from variants.spanbert.spans import Span

SPAN = Span(3, 6)


def cells_of(text: str, chosen: Chosen | None) -> list[dict[str, Any]]:
    return json.loads(spanbert_notebook(text=text, seed=7, chosen=chosen))["cells"]


def run(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Run all code cells, one after another, in one namespace."""
    namespace: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile(cell["source"], cell["id"], "exec"), namespace)
    return namespace


@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize(
    "text", ["The old king died in the winter.", """She said: "it's a \\n {trap}" – 'really'\nnext line 漢"""]
)
def test_the_cells_repeat_the_numbers_of_the_page(
    spanbert: SpanBert, monkeypatch: pytest.MonkeyPatch, text: str, blank: bool
) -> None:
    monkeypatch.setattr(demo, "load", lambda: spanbert)
    found = run(cells_of(text, Chosen(SPAN, blank, 4)))
    encoded = read(spanbert, text)
    guesses = guess_span(spanbert, fill(spanbert, encoded, SPAN), SPAN, blank=blank)
    assert found["drawn"] == {scheme: hide_text(spanbert, encoded, scheme, seed=7) for scheme in Scheme}
    assert found["tallies"] == {scheme: tally(spanbert, encoded, scheme, texts=8) for scheme in Scheme}
    for name, logits in (("SBO", guesses.sbo), ("MLM", guesses.mlm)):
        assert np.array_equal(found["heads"][name], logits)
        assert found["best"][name] == [best_guesses(spanbert, row, 4) for row in logits]
        assert found["right"][name] == log_probabilities(logits, guesses.answers)


def test_without_a_span_the_notebook_draws_masks_alone(
    spanbert: SpanBert, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "load", lambda: spanbert)
    found = run(cells_of("Hello", None))
    assert "drawn" in found and "guesses" not in found
    assert "spans" in capsys.readouterr().out


def test_it_begins_with_what_it_needs() -> None:
    first, *_ = cells_of("The cat.", None)
    assert first["cell_type"] == "markdown" and "requirements.txt" in first["source"]
