"""The comparison of several models in one table, a row a model, in an order that the reader chooses."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from variants.core.side_by_side import View

Key = Callable[[View], float]
ORDERS: Mapping[str, tuple[str, Key | None]] = {
    "none": ("as chosen", None),
    "likelihood": ("log-likelihood", lambda view: -view.log_likelihood),
    "tokens": ("tokens", lambda view: view.tokens),
    "parameters": ("parameters", lambda view: view.parameters),
    "time": ("time", lambda view: view.seconds),
    "memory": ("memory", lambda view: view.peak_bytes),
}


def overview(views: Sequence[View], order: str = "none") -> list[dict[str, str]]:
    """Return the table's rows; the likeliest, smallest or fastest stands first."""
    key = ORDERS[order][1]
    return [_row(view) for view in (views if key is None else sorted(views, key=key))]


def _row(view: View) -> dict[str, str]:
    return {
        "model": view.name,
        "tokens": f"{view.tokens:,}",
        "hidden words guessed": _guessed(view),
        "log-likelihood, nats": f"{view.log_likelihood:.1f}",
        "attention: entropy, nats": f"{view.entropy:.2f}",
        "distance, tokens": f"{view.mean_distance:.1f}",
        "parameters": f"{view.parameters / 1e6:.2f} M",
        "file": f"{view.file_bytes / 1e6:.1f} MB",
        "time": f"{1000 * view.seconds:.0f} ms",
        "memory": f"{view.peak_bytes / 1e6:.2f} MB",
    }


def _guessed(view: View) -> str:
    """Say what stands first for each hidden word."""
    return ", ".join(filled.guesses[0].token.lstrip("▁Ġ") for filled in view.filled) or "–"


def records(views: Sequence[View]) -> list[dict[str, Any]]:
    """Return what was found as plain values, a mapping a model; bytes, seconds and nats."""
    return [
        {
            "slug": view.slug,
            "tokens": list(view.cut.tokens),
            "token_count": view.tokens,
            "predictions": [
                {
                    "word": filled.word,
                    "probability": filled.probability,
                    "predictions": [{"token": g.token, "probability": g.probability} for g in filled.guesses],
                }
                for filled in view.filled
            ],
            "words": [word.shown for word in view.cut.words],
            "word_scores": list(view.word_scores),
            "suspicions": list(view.suspicions),
            "pseudo_log_likelihood": view.log_likelihood,
            "attention_entropy": view.entropy,
            "attention_distance": view.mean_distance,
            "parameters": view.parameters,
            "file_bytes": view.file_bytes,
            "seconds": view.seconds,
            "peak_bytes": view.peak_bytes,
        }
        for view in views
    ]


def as_json(views: Sequence[View]) -> str:
    """Return everything as JSON."""
    return json.dumps(records(views), ensure_ascii=False, indent=1)


def as_csv(views: Sequence[View]) -> str:
    """Return the numbers of the table as CSV; what is a list stands in the JSON alone."""
    rows = [{key: cell for key, cell in row.items() if not isinstance(cell, list)} for row in records(views)]
    written = io.StringIO()
    writer = csv.DictWriter(written, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()
