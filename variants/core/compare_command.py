"""``python -m variants compare TEXT``: several models on one sentence, on the command line."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any

from variants.core.errors import InputError
from variants.core.overview import records
from variants.core.reading import written_positions
from variants.core.side_by_side import can_be_compared, view
from variants.core.variant import Variant


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the comparison page asks."""
    parser.add_argument("text", help="a sentence; [MASK] hides a word from every model")
    parser.add_argument("--models", metavar="SLUGS", help="such as bert,xlnet (default: all that fill in words)")
    parser.add_argument("--words", default="", help="words to hide, counted from 0, such as 3,5")


def run(arguments: Namespace, variants: Sequence[Variant]) -> list[dict[str, Any]]:
    """Return what every model makes of the text, the same values as the page's file."""
    able = {variant.slug: variant for variant in variants if can_be_compared(variant)}
    asked = arguments.models.split(",") if arguments.models else list(able)
    for slug in asked:
        if slug not in able:
            raise InputError(f"There is no model called {slug!r} to compare; choose from {', '.join(able)}.")
    words = written_positions(arguments.words)
    return records([view(able[slug], arguments.text, words) for slug in asked])


def table(result: list[dict[str, Any]]) -> str:
    """Return the result for a reader, one line a model."""
    lines = ["model       tokens  log-likelihood  parameters     ms  hidden words guessed"]
    for each in result:
        guessed = ", ".join(filled["predictions"][0]["token"] for filled in each["predictions"])
        numbers = f"{each['token_count']:>6}{each['pseudo_log_likelihood']:>16.1f}{each['parameters']:>12,}"
        lines.append(f"{each['slug']:<12}{numbers}{1000 * each['seconds']:>7.0f}  {guessed}")
    return "\n".join(lines)
