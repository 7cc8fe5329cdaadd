"""The XLNet page as a notebook: the same functions, the same numbers."""

from __future__ import annotations

from variants.core.notebook import NotebookCell, as_notebook
from variants.xlnet.factorization import Factorization

INTRODUCTION = """# XLNet on your sentence

Run this in the folder of BERT Lab (`pip install -r requirements.txt` once). Nothing is fetched from
a network: the model is the one in `assets/models/xlnet`."""


def xlnet_notebook(*, text: str, factorization: Factorization | None, top_k: int, seed: int) -> str:
    """Return a notebook that repeats the page's numbers; without an order, where there is none, only the reading."""
    cells = [
        NotebookCell("markdown", INTRODUCTION),
        NotebookCell("code", f"text, top_k, seed = {text!r}, {top_k}, {seed}"),
        NotebookCell(
            "code",
            "from variants.xlnet.demo import load, read\n\n"
            "xlnet = load()\nencoded = read(xlnet, text)\nprint(encoded.tokens)",
        ),
    ]
    if factorization is None:
        return as_notebook(cells)
    cells += [
        NotebookCell("markdown", "## The sentence in one order"),
        NotebookCell(
            "code",
            "from variants.xlnet.demo import follow\nfrom variants.xlnet.factorization import Factorization\n\n"
            f"factorization = Factorization({factorization.order!r}, {factorization.given})\n"
            "reading = follow(xlnet, encoded, factorization)\n"
            "for number, step in enumerate(reading.steps, start=1):\n"
            "    guesses = [(guess.token, f'{guess.probability:.2%}') for guess in step.best[:top_k]]\n"
            "    print(step.place, encoded.tokens[step.place], step.log_probability, guesses)\n"
            "total = reading.running_sum(len(reading.steps))\nprint('log-probability of the sentence:', total)",
        ),
        NotebookCell("markdown", "## Who looks at whom: rows look, columns are seen"),
        NotebookCell(
            "code",
            "content, query = reading.content_sight(), reading.query_sight()\n"
            "print(content.astype(int), query.astype(int), sep='\\n\\n')",
        ),
        NotebookCell("markdown", "## The same sentence in 64 random orders"),
        NotebookCell(
            "code",
            "from variants.xlnet.compare import compare_orders\n\n"
            "*_, comparison = compare_orders(xlnet, encoded, seed=seed)\n"
            "print('mean log-probability of the sentence:', comparison.of(None).mean())",
        ),
    ]
    return as_notebook(cells)
