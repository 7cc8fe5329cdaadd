"""The attention explorer and the comparison as notebooks: the same functions, the same numbers."""

from __future__ import annotations

from collections.abc import Sequence

from variants.core.notebook import NotebookCell, as_notebook

INTRODUCTION = """# {title}

Run this in the folder of BERT Lab (`pip install -r requirements.txt` once). Nothing is fetched from
a network: the models are those in `assets/models`."""
LOOK = """from variants import VARIANTS
from variants.core.attention import find_network, networks_of
from variants.core.head_statistics import statistics_of

network = find_network(networks_of(VARIANTS), model)
checkpoint = network.load()
encoded = network.read(checkpoint, text, second if second.strip() else None)
attention = network.look(checkpoint, encoded, seed)
print(encoded.tokens)"""
HEADS = """statistics = statistics_of(attention)
for each in statistics:
    print(each)"""
VIEW = """from variants import find_variant
from variants.core.overview import overview
from variants.core.side_by_side import view

views = [view(find_variant(slug), text, words) for slug in models]
for row in overview(views):
    print(row)"""


def attention_notebook(*, text: str, second: str, model: str, seed: int, layer: int, head: int) -> str:
    """Return a notebook that repeats the explorer's numbers; layer and head count from 1."""
    controls = f"text = {text!r}\nsecond = {second!r}\nmodel = {model!r}\nseed = {seed}\nlayer, head = {layer}, {head}"
    return as_notebook(
        [
            NotebookCell("markdown", INTRODUCTION.format(title="Where the heads of a network look")),
            NotebookCell("code", controls),
            NotebookCell("code", LOOK),
            NotebookCell("markdown", "## One head: a row is a token that looks"),
            NotebookCell("code", "weights = attention.weights[layer - 1, head - 1]\nprint(weights.round(3))"),
            NotebookCell("markdown", "## What every head does"),
            NotebookCell("code", HEADS),
        ]
    )


def comparison_notebook(*, text: str, models: Sequence[str], words: Sequence[int]) -> str:
    """Return a notebook that repeats the comparison of one sentence; its times are those of the machine it runs on."""
    controls = f"text = {text!r}\nmodels = {list(models)!r}\nwords = {tuple(words)!r}"
    return as_notebook(
        [
            NotebookCell("markdown", INTRODUCTION.format(title="Several models on one sentence")),
            NotebookCell("code", controls),
            NotebookCell("code", VIEW),
            NotebookCell("markdown", "## How each cuts the words"),
            NotebookCell("code", "for each in views:\n    print(each.name, [piece.text for pieces in each.cut.pieces "
                         "for piece in pieces])"),
        ]
    )  # fmt: skip
