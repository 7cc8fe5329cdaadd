"""The figures of the site: every chart is drawn here, and only here.

A :class:`Figure` cannot exist without a title that states what it shows, a text alternative and the
table of its numbers. Text colours are left to the reader's theme; the accent is the chapter's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

Cell = str | int | float
CLEAR = "rgba(0,0,0,0)"
OPPOSITE = "#d9822b"  # the other end of scales that have two
GREY = "#8a8a8a"
LABEL = 0.07  # the height of a line of text, as a share of a learning curve's
MOST_TICKS = 40  # labels that can be read down an axis, one a line
MOST_ACROSS = 20  # and, slanted, across a phone
QUIET_AXIS = {"showgrid": False, "zeroline": False, "fixedrange": True}
LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}  # above the figure, from the left
LARGE_LEGEND = LEGEND | {"font": {"size": 14}}


@dataclass(frozen=True, eq=False)
class Figure:
    """A chart with everything that a reader who cannot see it needs."""

    title: str
    alt: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    plot: go.Figure


def figure(
    title: str,
    alt: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    data: Sequence[dict[str, Any]],
    layout: dict[str, Any],
) -> Figure:
    """Assemble a figure with the margins and the calm axes that all share."""
    common = {
        "margin": {"l": 8, "r": 16, "t": 8, "b": 8},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "showlegend": False,
        "hoverlabel": {"font": {"size": 14}},
        "dragmode": False,
        "template": "none",  # Streamlit's would be four times the figure, and sets nothing that we leave open
    }
    plot = go.Figure({"data": list(data), "layout": common | layout})
    return Figure(title, alt, tuple(columns), tuple(tuple(row) for row in rows), plot)


def probability_bars(
    title: str,
    labels: Sequence[str],
    probabilities: Sequence[float],
    accent: str,
    *,
    highlight: str | None = None,
) -> Figure:
    """Draw labelled horizontal bars, most probable first; ``highlight`` fills one and outlines the others."""
    shown = [f"{p:.1%}" if p >= 0.001 else "<0.1%" for p in probabilities]
    filled = [highlight is None or label == highlight for label in labels]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [float(p) for p in probabilities],
        "y": list(range(len(labels))),
        "text": shown,
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {
            "color": [accent if full else faded(accent) for full in filled],
            "line": {"color": accent, "width": 1},
        },
        "hovertemplate": "%{customdata}: %{x:.4f}<extra></extra>",
        "customdata": [harmless(label) for label in labels],
    }
    layout = {
        "height": 30 * len(labels) + 24,
        "bargap": 0.3,
        "xaxis": {
            "range": [0, max(0.05, 1.18 * max(probabilities, default=1.0))],
            "visible": False,
            "fixedrange": True,
        },
        "yaxis": label_axis(labels) | {"autorange": "reversed"},
    }
    best = ", ".join(f"{label} {text}" for label, text in list(zip(labels, shown, strict=True))[:3])
    rows = [(label, float(p)) for label, p in zip(labels, probabilities, strict=True)]
    return figure(title, f"Bar chart. {title}: {best}.", ("token", "probability"), rows, [bars], layout)


def attention_heatmap(title: str, tokens: Sequence[str], weights: npt.NDArray[np.float32], accent: str) -> Figure:
    """Draw one head: rows are the tokens that look, columns the tokens looked at; rows sum to 1."""
    size = len(tokens)
    pixels: dict[str, Any] = {
        "type": "heatmap",
        "z": weights.astype(np.float32),
        "zmin": 0.0,
        "zmax": float(weights.max()),
        "colorscale": [[0, CLEAR], [1, accent]],
        "xgap": 1 if size <= MOST_TICKS else 0,
        "ygap": 1 if size <= MOST_TICKS else 0,
        "colorbar": {"thickness": 10, "title": {"text": "attention"}, "tickformat": ".0%"},
        "hovertemplate": "token %{y} looks at token %{x}: %{z:.1%}<extra></extra>",
    }
    if size <= MOST_TICKS:  # %{y} is the label of the tick then, and the names are few enough to send
        pixels["customdata"] = [[harmless(token) for token in tokens]] * size
        pixels["hovertemplate"] = "%{y} looks at %{customdata}: %{z:.1%}<extra></extra>"
    layout = {
        "height": min(900, 150 + 24 * size),
        "xaxis": label_axis(tokens, most=MOST_ACROSS) | {"side": "top", "tickangle": -60, "constrain": "domain"},
        "yaxis": label_axis(tokens, most=MOST_TICKS) | {"autorange": "reversed"},
    }
    strongest = weights.argmax(axis=1)
    said = "; ".join(f"{tokens[i]} looks most at {tokens[j]}" for i, j in list(enumerate(strongest))[:4])
    rows = [(token, *(float(w) for w in row)) for token, row in zip(tokens, weights, strict=True)]
    columns = ("from", *(f"{place}: {token}" for place, token in enumerate(tokens)))
    return figure(title, f"Heat map of attention. {said}.", columns, rows, [pixels], layout)


def vector_strips(title: str, names: Sequence[str], vectors: npt.NDArray[np.float32], accent: str) -> Figure:
    """Draw vectors as strips of colour, one row each, all on one scale."""
    bound = float(np.abs(vectors).max()) or 1.0
    pixels = {
        "type": "heatmap",
        "z": vectors.astype(np.float32),
        "zmin": -bound,
        "zmax": bound,
        "colorscale": [[0, OPPOSITE], [0.5, CLEAR], [1, accent]],
        "ygap": 6,
        "colorbar": {"thickness": 10},
        "hovertemplate": "dimension %{x}: %{z:.3f}<extra></extra>",
    }
    layout = {
        "height": 46 * len(names) + 50,
        "xaxis": {"title": {"text": f"{vectors.shape[1]} dimensions"}, "showgrid": False, "fixedrange": True},
        "yaxis": label_axis(names) | {"autorange": "reversed"},
    }
    norms = ", ".join(f"{name} {np.linalg.norm(row):.2f}" for name, row in zip(names, vectors, strict=True))
    rows = [(name, *(float(x) for x in row)) for name, row in zip(names, vectors, strict=True)]
    columns = ("vector", *(str(i) for i in range(vectors.shape[1])))
    return figure(title, f"Strips of colour. Lengths of the vectors: {norms}.", columns, rows, [pixels], layout)


def rank_by_layer(title: str, layers: Sequence[str], ranks: Sequence[int], best: Sequence[str], accent: str) -> Figure:
    """Draw the rank of the answer after each layer, best at the top, on a logarithmic scale."""
    line = {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": list(layers),
        "y": list(ranks),
        "text": [f"{rank:,}" for rank in ranks],
        "textposition": "top center",
        "line": {"color": accent, "width": 2},
        "marker": {"size": 10},
        "cliponaxis": False,
        "customdata": list(best),
        "hovertemplate": "%{x}: rank %{y}<br>best guess: %{customdata}<extra></extra>",
    }
    layout = {
        "height": 300,
        "margin": {"l": 8, "r": 24, "t": 28, "b": 8},
        "xaxis": {"type": "category", "fixedrange": True, "showgrid": False},
        "yaxis": {
            "type": "log",
            "range": [math.log10(1.6 * max(ranks, default=1)), -0.15],  # rank 1 stands at the top
            "title": {"text": "rank"},
            "dtick": 1,
            "fixedrange": True,
        },
    }
    said = ", ".join(f"{layer} rank {rank:,}" for layer, rank in zip(layers, ranks, strict=True))
    rows = list(zip(layers, ranks, best, strict=True))
    return figure(title, f"Line chart. {said}.", ("layer", "rank of the answer", "best guess"), rows, [line], layout)


def learning_curve(
    title: str, tokens: Sequence[float], values: Sequence[float], references: dict[str, float], accent: str
) -> Figure:
    """Draw a measure over tokens seen, with horizontal lines for what it is measured beside."""
    curve = {
        "type": "scatter",
        "mode": "lines",
        "x": list(tokens),
        "y": list(values),
        "line": {"color": accent, "width": 3},
        "hovertemplate": "%{x:,} tokens: %{y:.1%}<extra></extra>",
    }
    below = _written_below(references, max([*values, *references.values()], default=1.0))
    lines = [
        {
            "type": "scatter",
            "mode": "lines+text",
            "x": [min(tokens, default=0), max(tokens, default=1)],
            "y": [value, value],
            "text": ["", f"{name} {value:.1%}"],
            "textposition": "bottom left" if name in below else "top left",
            "line": {"color": GREY, "dash": "dot"},
            "hoverinfo": "skip",
        }
        for name, value in references.items()
    ]
    layout = {
        "height": 320,
        "xaxis": {
            "title": {"text": "tokens seen in pre-training"},
            "fixedrange": True,
            "rangemode": "tozero",
        },
        "yaxis": {"tickformat": ".0%", "rangemode": "tozero", "fixedrange": True},
    }
    said = f"from {values[0]:.1%} to {values[-1]:.1%}" if values else "empty"
    beside = "; ".join(f"{name} {value:.1%}" for name, value in references.items())
    rows = list(zip(tokens, values, strict=True))
    return figure(title, f"Line chart, {said}. {beside}.", ("tokens", "value"), rows, [curve, *lines], layout)


def _written_below(references: Mapping[str, float], highest: float) -> set[str]:
    """Return the references whose name would run into that of the next higher one if it stood above its line."""
    upward = sorted(references, key=lambda name: references[name])
    return {low for low, high in pairwise(upward) if references[high] - references[low] < LABEL * highest}


def label_axis(labels: Sequence[str], *, most: int = 1000, first: int = 0) -> dict[str, Any]:
    """Return a quiet axis of named places, its names a little off the figure; see :func:`named_places`."""
    return QUIET_AXIS | named_places(labels, most=most, first=first) | {"ticklabelstandoff": 4}


def named_places(labels: Sequence[str], *, most: int, first: int = 0) -> dict[str, Any]:
    """Return ticks that name places by number: equal tokens would fall together on a category axis.

    No more than ``most`` labels are written: all, or every second, third, … The places count from ``first``.
    """
    step = max(1, math.ceil(len(labels) / most))
    return {
        "tickvals": list(range(first, first + len(labels), step)),
        "ticktext": [harmless(label) for label in labels[::step]],
    }


def harmless(text: str) -> str:
    """Return a label that shows ``text`` to the letter: Plotly reads some HTML, <s> for one."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def faded(colour: str, opacity: float = 0.22) -> str:
    """Return a colour such as #2f6fb5 as one that lets the ground through."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"
