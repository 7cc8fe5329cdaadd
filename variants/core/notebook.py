"""A Jupyter notebook from a few cells: the page's computation, to be run again offline."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class NotebookCell:
    """One cell of a notebook."""

    kind: Literal["markdown", "code"]
    source: str


def as_notebook(cells: Sequence[NotebookCell]) -> str:
    """Return the notebook as the JSON text of an ``.ipynb`` file (format 4.5)."""
    written = [
        {"id": f"cell-{number}", "cell_type": cell.kind, "metadata": {}, "source": cell.source}
        | ({"execution_count": None, "outputs": []} if cell.kind == "code" else {})
        for number, cell in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = {"cells": written, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, ensure_ascii=False, indent=1)
