"""The figures of the XLNet chapter: who looks at whom, the growing sum, a token under many orders, two segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from variants.core.figures import (
    CLEAR,
    GREY,
    LARGE_LEGEND,
    MOST_ACROSS,
    MOST_TICKS,
    OPPOSITE,
    Figure,
    faded,
    figure,
    harmless,
    label_axis,
)

BINS = 16


def sight_matrix(
    title: str, tokens: Sequence[str], seen: npt.NDArray[np.bool_], current: int, accent: str, *, empty: str = ""
) -> Figure:
    """Draw who may look at whom: a row is a token that looks, a filled cell one that it sees.

    Args:
        title: what the figure shows.
        tokens: of the text, both down and across.
        seen: (tokens, tokens), True where row i may look at column j.
        current: the row that is drawn in full colour.
        accent: the chapter's colour.
        empty: what to say of rows that see nothing.
    """
    size = len(tokens)
    levels = seen.astype(np.uint8)
    levels[current] *= 2
    places = [f"{place} {token}" for place, token in enumerate(tokens)]
    pixels: dict[str, Any] = {
        "type": "heatmap",
        "z": levels,
        "zmin": 0,
        "zmax": 2,
        "colorscale": [[0, CLEAR], [0.5, faded(accent, 0.3)], [1, accent]],
        "showscale": False,
        "xgap": 1 if size <= MOST_TICKS else 0,
        "ygap": 1 if size <= MOST_TICKS else 0,
        "hovertemplate": "row %{y}, column %{x}<extra></extra>",
    }
    if size <= MOST_TICKS:  # few enough names to send
        pixels["customdata"] = [[harmless(token) for token in tokens]] * size
        pixels["hovertemplate"] = "row %{y}, column %{customdata}<extra></extra>"
    layout = {
        "height": min(700, 110 + 20 * size),
        "xaxis": label_axis(tokens, most=MOST_ACROSS) | {"side": "top", "tickangle": -60, "constrain": "domain"},
        "yaxis": label_axis(tokens, most=MOST_TICKS) | {"autorange": "reversed"},
    }
    looked = [token for token, sees in zip(tokens, seen[current], strict=True) if sees]
    said = f"“{tokens[current]}” sees {len(looked)} of {size} tokens: {', '.join(looked[:12]) or empty or 'none'}"
    rows = [(name, *(int(cell) for cell in row)) for name, row in zip(places, seen, strict=True)]
    return figure(title, f"Matrix. {title}: {said}.", ("who looks", *places), rows, [pixels], layout)


def running_sum(title: str, tokens: Sequence[str], values: Sequence[float], step: int, accent: str) -> Figure:
    """Draw the sum of log-probabilities as it grows along an order: one step down for each token, up to ``step``."""
    sums = [float(total) for total in np.cumsum(values)]
    numbers = list(range(1, len(tokens) + 1))
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [0, *numbers[:step]],
        "y": [0.0, *sums[:step]],
        "line": {"color": accent, "width": 3, "shape": "hv"},
        "marker": {"size": 6},
        "customdata": ["nothing yet", *(harmless(token) for token in tokens[:step])],
        "hovertemplate": "%{x}. %{customdata}: sum %{y:.2f}<extra></extra>",
    }
    layout = {
        "height": 260,
        "xaxis": label_axis(tokens, most=MOST_ACROSS, first=1) | {"range": [0, len(tokens) + 0.5], "tickangle": -60},
        "yaxis": {"range": [1.05 * sums[-1], 0], "title": {"text": "log p, nats"}, "fixedrange": True},
    }
    rows = list(zip(numbers, tokens, (float(value) for value in values), sums, strict=True))
    alt = f"Line chart. {title}: {sums[step - 1]:.2f} after {step} of {len(tokens)} tokens, {sums[-1]:.2f} after all."
    return figure(title, alt, ("step", "token", "log p", "sum"), rows, [line], layout)


def over_orders(title: str, values: npt.NDArray[np.float32], marks: Mapping[str, float], accent: str) -> Figure:
    """Draw how a log-probability is spread over orders, as bars, and a line for the mean and for each named order."""
    low, high = (float(bound(values.tolist() + list(marks.values()))) for bound in (min, max))
    edges = np.linspace(low - 1e-6, high + 1e-6, BINS + 1)
    counts = np.histogram(values, edges)[0]
    bars = {
        "type": "bar",
        "name": f"{len(values)} random orders",
        "x": ((edges[:-1] + edges[1:]) / 2).tolist(),
        "y": counts.tolist(),
        "width": float(edges[1] - edges[0]) * 0.92,
        "marker": {"color": faded(accent, 0.3), "line": {"color": accent, "width": 1}},
        "hovertemplate": "about %{x:.2f} nats: %{y} orders<extra></extra>",
    }
    named = {"mean of the random orders": float(values.mean())} | dict(marks)
    lines = _uprights(named, max(1, int(counts.max())), accent)
    layout = {
        "height": 340,
        "margin": {"l": 8, "r": 16, "t": 70, "b": 8},
        "showlegend": True,
        "legend": LARGE_LEGEND,
        "xaxis": {"title": {"text": "log p, nats"}, "showgrid": False, "fixedrange": True},
        "yaxis": {"title": {"text": "orders"}, "rangemode": "tozero", "fixedrange": True},
    }
    said = "; ".join(f"{name} {value:.2f}" for name, value in named.items())
    rows = [(f"random order {number}", float(value)) for number, value in enumerate(values, start=1)]
    rows += list(marks.items())
    return figure(title, f"Histogram of log-probabilities. {said}.", ("order", "log p"), rows, [bars, *lines], layout)


def _uprights(named: Mapping[str, float], top: int, accent: str) -> list[dict[str, Any]]:
    styles = ((accent, "solid"), (OPPOSITE, "solid"), (OPPOSITE, "dot"), (GREY, "dash"))
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"{name} {value:.2f}",
            "x": [value, value],
            "y": [0, top],
            "line": {"color": colour, "dash": dash, "width": 3},
            "hoverinfo": "name",
        }
        for (name, value), (colour, dash) in zip(named.items(), styles, strict=False)
    ]


def two_bars(title: str, tokens: Sequence[str], series: Mapping[str, Sequence[float]], accent: str) -> Figure:
    """Draw a value for each token twice, side by side, the first series grey and the second in the accent."""
    bars = [
        {
            "type": "bar",
            "name": name,
            "x": list(range(len(tokens))),
            "y": [float(value) for value in values],
            "marker": {"color": colour},
            "customdata": [harmless(token) for token in tokens],
            "hovertemplate": "%{customdata}: %{y:.2f} nats<extra></extra>",
        }
        for (name, values), colour in zip(series.items(), (GREY, accent), strict=True)
    ]
    layout = {
        "height": 320,
        "margin": {"l": 8, "r": 16, "t": 40, "b": 8},
        "barmode": "group",
        "bargap": 0.25,
        "showlegend": True,
        "legend": LARGE_LEGEND,
        "xaxis": label_axis(tokens, most=MOST_ACROSS) | {"tickangle": -60},
        "yaxis": {"title": {"text": "log p, nats"}, "fixedrange": True},
    }
    said = "; ".join(f"{name} {sum(values):.2f} in all" for name, values in series.items())
    rows = list(zip(tokens, *([float(value) for value in values] for values in series.values()), strict=True))
    return figure(title, f"Bar chart. {title}: {said}.", ("token", *series), rows, bars, layout)
