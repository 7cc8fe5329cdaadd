"""A notebook has the structure of nbformat 4.5."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from variants.core.notebook import NotebookCell, as_notebook

CELLS = st.lists(st.builds(NotebookCell, st.sampled_from(["markdown", "code"]), st.text(max_size=30)), max_size=5)


@settings(max_examples=40)
@given(cells=CELLS)
def test_structure_of_format_4_5(cells: list[NotebookCell]) -> None:
    book = json.loads(as_notebook(cells))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert book["metadata"]["kernelspec"] == {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    assert [(cell["cell_type"], cell["source"]) for cell in book["cells"]] == [(c.kind, c.source) for c in cells]
    identities = [cell["id"] for cell in book["cells"]]
    assert len(set(identities)) == len(identities)
    for cell in book["cells"]:
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", cell["id"])
        code = {"execution_count": None, "outputs": []} if cell["cell_type"] == "code" else {}
        assert {name: value for name, value in cell.items() if name not in ("id", "cell_type", "source")} == {
            "metadata": {},
            **code,
        }
