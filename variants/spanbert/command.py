"""``python -m variants spanbert TEXT``: the page's computations on the command line."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from variants.core.errors import InputError
from variants.core.guesses import Floats, best_guesses, listed
from variants.core.reading import Reading
from variants.spanbert.demo import SpanBert, fill, fill_drawn, guess_span, load, log_probabilities, read
from variants.spanbert.schemes import Scheme, hide_text
from variants.spanbert.spans import Span


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the controls of the SpanBERT page."""
    parser.add_argument("text", help="a passage; 15 %% of its tokens are hidden in spans")
    parser.add_argument("--seed", type=int, default=0, help="which spans are drawn (default 0)")
    parser.add_argument("--span", metavar="FIRST-LAST", help="hide these tokens, e.g. 3-6, instead of drawing spans")
    parser.add_argument("--top-k", type=int, default=5, help="guesses per hidden token (default 5)")
    parser.add_argument("--blank", action="store_true", help="set the states inside each span to zero first")
    parser.add_argument("--checkpoint", default="spanbert", help="a folder or a hub id instead of our model")


def run(arguments: Namespace) -> dict[str, Any]:
    """Return the text, what the model read, and what both heads say of every span.

    A span runs from token ``start`` up to, not including, token ``end``.
    """
    if not 1 <= arguments.top_k <= 1000:
        raise InputError("--top-k must be between 1 and 1000.")
    chosen = None if arguments.span is None else _span(arguments.span)
    checkpoint = load(arguments.checkpoint)
    encoded = read(checkpoint, arguments.text)
    if chosen is not None:
        reading, runs = fill(checkpoint, encoded, chosen), ((chosen, "mask"),)
    else:
        hidden = hide_text(checkpoint, encoded, Scheme.SPANS, seed=arguments.seed)
        reading = fill_drawn(checkpoint, encoded, hidden)
        runs = tuple((span, str(hidden.fates[span.start])) for span in hidden.runs)
    return {
        "tokens": list(encoded.tokens),
        "shown": list(reading.encoded.tokens),
        "spans": [
            {"fate": fate} | _described(checkpoint, reading, span, arguments.top_k, blank=arguments.blank)
            for span, fate in runs
        ],
        "notices": list(encoded.notices),
    }


def _described(checkpoint: SpanBert, reading: Reading, span: Span, top_k: int, *, blank: bool) -> dict[str, Any]:
    guesses = guess_span(checkpoint, reading, span, blank=blank)

    def of_each(logits: Floats) -> list[list[dict[str, Any]]]:
        return [listed(best_guesses(checkpoint, row, top_k)) for row in logits]

    return {
        "start": span.start,
        "end": span.stop,
        "tokens": list(reading.original.tokens[span.start : span.stop]),
        "bounded": guesses.bounded,  # if not, a neighbour is [CLS] or [SEP], and training took no SBO loss
        "mlm": of_each(guesses.mlm),
        "sbo": of_each(guesses.sbo),
        "log_probability": {
            "mlm": sum(log_probabilities(guesses.mlm, guesses.answers)),
            "sbo": sum(log_probabilities(guesses.sbo, guesses.answers)),
        },
    }


def table(result: dict[str, Any]) -> str:
    """Return the result for a reader."""
    lines = [f"note: {notice}" for notice in result["notices"]]
    lines += [" ".join(result["shown"])]
    for span in result["spans"]:
        total = span["log_probability"]
        lines.append(
            f"tokens {span['start']} to {span['end'] - 1}, {span['fate']}: "
            f"log-probability {total['sbo']:.2f} by SBO, {total['mlm']:.2f} by MLM"
        )
        for offset, token in enumerate(span["tokens"]):
            for head in ("sbo", "mlm"):
                guesses = "  ".join(f"{p['token']} {p['probability']:.1%}" for p in span[head][offset])
                lines.append(f"{span['start'] + offset:>4}  {token:<14}{head.upper()}  {guesses}")
    return "\n".join(lines)


def _span(written: str) -> Span:
    first, _, last = written.partition("-")
    try:
        return Span(int(first), int(last or first) + 1)
    except ValueError as error:
        raise InputError(f"--span takes a first and a last token like 3-6, not {written!r}.") from error
