"""The TinyBERT page as a notebook: the same functions, the same numbers."""

from __future__ import annotations

from variants.core.notebook import NotebookCell, as_notebook
from variants.tinybert.demo import Stage
from variants.tinybert.layers import Strategy

INTRODUCTION = """# TinyBERT on your sentence

Run this in the folder of BERT Lab (`pip install -r requirements.txt` once). Nothing is fetched from
a network: teacher and student are those in `assets/models/bert` and `assets/models/tinybert`."""
COMPARE = """from variants.tinybert.demo import compare, fit_width, load, load_pair, read

student = load()
pair = load_pair(student, stage)
comparison = compare(pair, read(student, text))
widen = fit_width(pair, strategy)
print(comparison.encoded.tokens)"""
LOSSES = """from variants.tinybert.imitation import answer, head_errors, losses

found = losses(comparison, widen, strategy)
heads = head_errors(comparison, found.layers)
answered = answer(comparison)
print(found, "total", found.total, answered, sep="\\n")"""
HEAD = """from variants.tinybert.imitation import every_pair, head_error, scores_of

ours = scores_of(comparison, "student", layer, head)
theirs = scores_of(comparison, "teacher", found.layers[layer], head)
print(head_error(comparison, layer, found.layers[layer], head), every_pair(comparison), sep="\\n")"""
COUNT = """from variants.tinybert.parameters import count

counted = count("four", student.vocabulary.size)
print(counted)"""


def tinybert_notebook(*, text: str, stage: Stage, strategy: Strategy, layer: int, head: int) -> str:
    """Return a notebook that repeats the page's numbers for these controls."""
    controls = {"text": text, "stage": stage, "strategy": strategy, "layer": layer, "head": head}
    return as_notebook(
        [
            NotebookCell("markdown", INTRODUCTION),
            NotebookCell("code", "\n".join(f"{name} = {value!r}" for name, value in controls.items())),
            NotebookCell("code", COMPARE),
            NotebookCell("markdown", "## Every term of the loss"),
            NotebookCell("code", LOSSES),
            NotebookCell("markdown", "## One head beside the one that it copies"),
            NotebookCell("code", HEAD),
            NotebookCell("markdown", "## Where the parameters went"),
            NotebookCell("code", COUNT),
        ]
    )
