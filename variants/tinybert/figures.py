"""The charts of the TinyBERT chapter that no other chapter draws."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from variants.core.charts import CALM, Series, line_chart
from variants.core.figures import CLEAR, MOST_TICKS, OPPOSITE, Figure, figure, harmless
from variants.core.guesses import Floats


def score_map(title: str, tokens: Sequence[str], scores: Floats, bound: float, accent: str) -> Figure:
    """Draw one head's scores before the softmax, from -``bound`` to ``bound``; rows look, columns are looked at."""
    size = len(tokens)
    pixels = {
        "type": "heatmap",
        "z": scores.astype(np.float32),
        "zmin": -bound,
        "zmax": bound,
        "colorscale": [[0, OPPOSITE], [0.5, CLEAR], [1, accent]],
        "xgap": int(size <= MOST_TICKS),
        "ygap": int(size <= MOST_TICKS),
        "colorbar": {"thickness": 10},
        "hovertemplate": "%{y} for %{x}: %{z:.2f}<extra></extra>",
    }
    layout = {
        "height": min(760, 150 + 22 * size),
        "xaxis": _places(tokens) | {"side": "top", "tickangle": -60, "constrain": "domain"},
        "yaxis": _places(tokens) | {"autorange": "reversed"},
    }
    highest = scores.argmax(axis=1)
    said = "; ".join(f"{tokens[i]} scores {tokens[j]} highest, {scores[i, j]:.2f}" for i, j in enumerate(highest[:4]))
    rows = [(token, *(float(score) for score in row)) for token, row in zip(tokens, scores, strict=True)]
    columns = ("from", *(f"{place}: {token}" for place, token in enumerate(tokens)))
    return figure(title, f"Heat map of scores. {said}.", columns, rows, [pixels], layout)


def layer_errors(title: str, errors: Floats, copied: Sequence[int], accent: str) -> Figure:
    """Draw the error of every layer of the student, a row each, beside every layer of the teacher.

    ``copied`` are the teacher's layers that the student's copy, from 1; these are framed.
    """
    rows, columns = errors.shape
    pixels = {
        "type": "heatmap",
        "z": np.log10(np.maximum(errors, 1e-6)),
        "colorscale": [[0, accent], [1, CLEAR]],
        "opacity": 0.35,  # the numbers, in the theme's colour, must stay readable
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "text": [[f"{value:.3g}" for value in row] for row in errors],
        "hovertemplate": "student's layer %{y}, teacher's layer %{x}: %{text}<extra></extra>",
    }
    line = {"width": 2, "color": OPPOSITE}
    frames = [
        {"type": "rect", "x0": c - 1.5, "x1": c - 0.5, "y0": r - 0.5, "y1": r + 0.5, "line": line}
        for r, c in enumerate(copied)
    ]
    layout = {
        "height": 60 + 46 * rows,
        "xaxis": _numbered(columns) | {"side": "top", "title": {"text": "teacher's layer"}},
        "yaxis": _numbered(rows) | {"autorange": "reversed", "title": {"text": "student's layer"}},
        "shapes": frames,
        "annotations": [
            {"x": c, "y": r, "text": f"{errors[r, c]:.3g}", "showarrow": False}
            for r in range(rows)
            for c in range(columns)
        ],
    }
    numbers = [(place + 1, *(float(value) for value in row)) for place, row in enumerate(errors)]
    said = ", ".join(f"layer {r + 1} and {c}: {errors[r, c - 1]:.3g}" for r, c in enumerate(copied))
    names = ("student's layer", *(f"teacher's layer {place + 1}" for place in range(columns)))
    return figure(title, f"Heat map of mean squared errors. Copied: {said}.", names, numbers, [pixels], layout)


def held_out_losses(history: Sequence[Mapping[str, float]], accents: tuple[str, str, str]) -> Figure:
    """Draw the three losses on text not learned from, over the tokens of pre-training."""
    parts = {"attention": "attention scores", "hidden": "hidden states", "embedding": "embeddings"}
    series = [
        Series(name, tuple(row[f"held_out_{part}_loss"] for row in history), accent)
        for (part, name), accent in zip(parts.items(), accents, strict=True)
    ]
    return line_chart(
        "How near the student came, as training went on",
        [row["tokens"] for row in history],
        series,
        x_title="tokens seen in pre-training",
        y_title="mean squared error",
        logarithmic=True,
    )


def _places(tokens: Sequence[str]) -> dict[str, Any]:
    step = max(1, math.ceil(len(tokens) / MOST_TICKS))
    return CALM | {
        "tickvals": list(range(0, len(tokens), step)),
        "ticktext": [harmless(token) for token in tokens[::step]],
        "showgrid": False,
        "ticklabelstandoff": 4,
    }


def _numbered(count: int) -> dict[str, Any]:
    names = [str(place + 1) for place in range(count)]
    return CALM | {"tickvals": list(range(count)), "ticktext": names, "showgrid": False}
