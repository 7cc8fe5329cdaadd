"""The notebooks of the two guides run offline and repeat the pages' numbers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from tests.attention.known import TEXT, opened
from variants import find_variant
from variants.core.guide_notebooks import attention_notebook, comparison_notebook
from variants.core.head_statistics import statistics_of
from variants.core.side_by_side import view


def ran(book: str) -> dict[str, Any]:
    """Run a notebook's code from the first cell to the last, and return its names."""
    names: dict[str, Any] = {}
    for cell in json.loads(book)["cells"]:
        if cell["cell_type"] == "code":
            exec(cell["source"], names)
    return names


def test_the_explorers_notebook_repeats_its_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    names = ran(attention_notebook(text=TEXT, second="", model="xlnet-query", seed=3, layer=2, head=4))
    attention = opened("xlnet-query")[2]
    assert np.array_equal(names["weights"], attention.weights[1, 3])
    assert names["statistics"] == statistics_of(attention)
    assert str(list(attention.encoded.tokens[:2]))[1:-1] in capsys.readouterr().out


def test_the_comparisons_notebook_repeats_its_numbers() -> None:
    names = ran(comparison_notebook(text=TEXT, models=("bert", "roberta"), words=(3,)))
    found = [view(find_variant(slug), TEXT, (3,)) for slug in ("bert", "roberta")]
    assert [each.word_scores for each in names["views"]] == [each.word_scores for each in found]
    assert [each.filled for each in names["views"]] == [each.filled for each in found]
