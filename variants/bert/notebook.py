"""The BERT page as a notebook: the same functions, the same numbers."""

from __future__ import annotations

from variants.core.notebook import NotebookCell, as_notebook

INTRODUCTION = """# BERT on your sentence

Run this in the folder of BERT Lab (`pip install -r requirements.txt` once). Nothing is fetched from
a network: the model is the one in `assets/models/bert`."""


def bert_notebook(*, text: str, masks: tuple[int, ...], top_k: int, second: str, seed: int) -> str:
    """Return a notebook that repeats the page's numbers for these controls."""
    return as_notebook(
        [
            NotebookCell("markdown", INTRODUCTION),
            NotebookCell("code", f"text = {text!r}\nmasks = {masks!r}\nsecond = {second!r}"),
            NotebookCell(
                "code",
                "from variants.bert.demo import corrupt, fill, load, next_sentence, read\n"
                "from variants.core.guesses import best_guesses\n"
                "from variants.core.reading import logits_at\n\n"
                "bert = load()\nencoded = read(bert, text)\nreading = fill(bert, encoded, masks)\n"
                "print(reading.encoded.tokens)",
            ),
            NotebookCell("markdown", "## The best guesses for every hidden token"),
            NotebookCell(
                "code",
                f"top_k = {top_k}\n"
                "guesses = {place: best_guesses(bert, logits_at(reading, place), top_k) for place in reading.masks}\n"
                "for place, best in guesses.items():\n"
                '    print(place, [(guess.token, f"{guess.probability:.2%}") for guess in best])',
            ),
            NotebookCell("markdown", "## Does the second sentence follow?"),
            NotebookCell("code", "is_next = next_sentence(bert, text, second).is_next\nprint(is_next)"),
            NotebookCell("markdown", "## A training example drawn from the text"),
            NotebookCell(
                "code",
                f"drawn = corrupt(bert, encoded, seed={seed})\nfor chosen in drawn:\n    print(chosen)",
            ),
        ]
    )
