"""The SpanBERT page as a notebook: the same functions, the same numbers."""

from __future__ import annotations

from dataclasses import dataclass

from variants.core.notebook import NotebookCell, as_notebook
from variants.spanbert.spans import Span

INTRODUCTION = """# SpanBERT on your sentence

Run this in the folder of BERT Lab (`pip install -r requirements.txt` once). Nothing is fetched from
a network: the model is the one in `assets/models/spanbert`."""


@dataclass(frozen=True)
class Chosen:
    """The controls of the span's part of the page."""

    span: Span
    blank: bool
    top_k: int


@dataclass(frozen=True)
class Asked:
    """The controls of the part that answers questions."""

    passage: str
    question: str
    n_best: int


def spanbert_notebook(*, text: str, seed: int, chosen: Chosen | None, asked: Asked | None = None) -> str:
    """Return a notebook that repeats the page's numbers for these controls; parts without any are left out."""
    cells = [
        NotebookCell("markdown", INTRODUCTION),
        NotebookCell("code", f"text, seed = {text!r}, {seed}"),
        NotebookCell("markdown", "## Three ways to hide 15 %"),
        NotebookCell(
            "code",
            "from variants.spanbert.demo import load, read\n"
            "from variants.spanbert.schemes import Scheme, hide_text, tally\n\n"
            "spanbert = load()\nencoded = read(spanbert, text)\n"
            "drawn = {scheme: hide_text(spanbert, encoded, scheme, seed=seed) for scheme in Scheme}\n"
            "tallies = {scheme: tally(spanbert, encoded, scheme, texts=seed + 1) for scheme in Scheme}\n"
            "for scheme in Scheme:\n"
            "    print(scheme, drawn[scheme].encoded.tokens, drawn[scheme].runs, tallies[scheme], sep='\\n')",
        ),
    ]
    return as_notebook(cells + (_span_cells(chosen) if chosen else []) + (_answer_cells(asked) if asked else []))


def _span_cells(chosen: Chosen) -> list[NotebookCell]:
    span = chosen.span
    return [
        NotebookCell("markdown", "## One span, rebuilt from its edges"),
        NotebookCell(
            "code",
            "from variants.core.guesses import best_guesses\n"
            "from variants.spanbert.demo import fill, guess_span, log_probabilities\n"
            "from variants.spanbert.spans import Span\n\n"
            f"span, top_k, blank = Span({span.start}, {span.stop}), {chosen.top_k}, {chosen.blank}\n"
            "reading = fill(spanbert, encoded, span)\n"
            "guesses = guess_span(spanbert, reading, span, blank=blank)\n"
            "heads = {'SBO': guesses.sbo, 'MLM': guesses.mlm}\n"
            "best = {name: [best_guesses(spanbert, row, top_k) for row in rows] for name, rows in heads.items()}\n"
            "right = {name: log_probabilities(rows, guesses.answers) for name, rows in heads.items()}\n"
            "for name in heads:\n"
            "    print(name, 'log-probability of the right span:', sum(right[name]))\n"
            "    for place, row in enumerate(best[name], start=span.start):\n"
            '        print(place, encoded.tokens[place], [(guess.token, f"{guess.probability:.2%}") for guess in row])',
        ),
    ]


def _answer_cells(asked: Asked) -> list[NotebookCell]:
    return [
        NotebookCell("markdown", "## A question about a passage"),
        NotebookCell(
            "code",
            "from variants.spanbert.answers import find\n"
            "from variants.spanbert.readers import READERS, load_reader\n\n"
            f"passage = {asked.passage!r}\nquestion, n_best = {asked.question!r}, {asked.n_best}\n"
            "found = {who: find(load_reader(who), question, passage, n_best) for who in READERS}\n"
            "for who in READERS:\n"
            "    print(who, 'not here' if found[who].nothing else found[who].answers[0].text)\n"
            "    print([(answer.text, f'{answer.score:+.2f}') for answer in found[who].answers])",
        ),
    ]
