"""The figures of the attention explorer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from variants.core.figures import CLEAR, GREY, MOST_TICKS, OPPOSITE, Figure, figure, harmless

Numbers = npt.NDArray[np.floating[Any]]
FIXED = {"fixedrange": True, "zeroline": False}
STILL = {"selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}}}  # a click fades nothing


def head_grid(title: str, values: Numbers, format: str, accent: str, chosen: tuple[int, int]) -> Figure:
    """Draw one number for every head, layers downwards; ``chosen`` (layer, head), from 0, has a frame.

    The second trace takes the clicks, layer by layer: a heat map by itself gives none.
    """
    layers, heads = values.shape
    bound = float(np.abs(values).max()) or 1.0
    signed = bool((values < 0).any())
    scale = [[0, OPPOSITE], [0.5, CLEAR], [1, accent]] if signed else [[0, CLEAR], [1, accent]]
    pixels = {
        "type": "heatmap",
        "z": values.astype(np.float32),
        "zmin": -bound if signed else 0.0,
        "zmax": bound,
        "colorscale": scale,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "hoverinfo": "skip",
    }
    dots = _click_targets(values, format)
    layer, head = chosen
    frame = {"x0": head - 0.48, "x1": head + 0.48, "y0": layer - 0.48, "y1": layer + 0.48}
    layout = {
        "height": 44 * layers + 60,
        "xaxis": FIXED | _counted(heads) | {"side": "top", "title": {"text": "head"}},
        "yaxis": FIXED | _counted(layers) | {"autorange": "reversed", "title": {"text": "layer"}},
        "shapes": [{"type": "rect", "line": {"width": 3, "color": GREY}} | frame],
    }
    rows = [(i + 1, j + 1, float(values[i, j])) for i in range(layers) for j in range(heads)]
    best = max(rows, key=lambda row: row[2])
    alt = f"Grid of {layers} layers and {heads} heads. Largest: layer {best[0]}, head {best[1]}, {best[2]:{format}}."
    return figure(title, alt, ("layer", "head", "value"), rows, [pixels, dots], layout)


def sorted_heads(
    title: str,
    names: Sequence[str],
    values: Sequence[float],
    beside: Mapping[str, Sequence[float]],
    format: str,
    accent: str,
    line: tuple[str, float] | None = None,
) -> Figure:
    """Draw a bar for every head in the order given; ``beside`` marks other values, ``line`` a value for all."""
    places = list(range(len(names)))
    data: list[dict[str, Any]] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": "this text",
            "x": list(values),
            "y": places,
            "marker": {"color": accent},
            "customdata": list(names),
            "hovertemplate": f"%{{customdata}}: %{{x:{format}}}<extra></extra>",
        }
        | STILL
    ]
    data += _markers(beside, format)
    layout = _sorted_layout(names, format)
    if line:
        name, at = line
        ends = {"x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1}
        layout["shapes"] = [{"type": "line", "line": {"dash": "dash", "color": GREY}} | ends]
        title += f"; dashed: {name}"
    columns = ("head", "this text", *beside)
    rows = [tuple(row) for row in zip(names, map(float, values), *beside.values(), strict=True)]
    said = ", ".join(f"{name} {value:{format}}" for name, value in list(zip(names, values, strict=True))[:4])
    return figure(title, f"Bars in this order: {said}.", columns, rows, data, layout)


def difference_map(title: str, tokens: Sequence[str], change: Numbers, accent: str) -> Figure:
    """Draw how the weights of one head differ: rows look, columns are looked at; 0 is clear."""
    bound = float(np.abs(change).max()) or 1.0
    gap = 1 if len(tokens) <= MOST_TICKS else 0
    pixels = {
        "type": "heatmap",
        "z": change.astype(np.float32),
        "zmin": -bound,
        "zmax": bound,
        "colorscale": [[0, OPPOSITE], [0.5, CLEAR], [1, accent]],
        "xgap": gap,
        "ygap": gap,
        "colorbar": {"thickness": 10, "tickformat": "+.0%"},
        "hovertemplate": "token %{y} to token %{x}: %{z:+.1%}<extra></extra>",
    }
    ticks = tokens_axis(tokens)
    layout = {
        "height": min(900, 150 + 24 * len(tokens)),
        "xaxis": ticks | {"side": "top", "tickangle": -60, "constrain": "domain"},
        "yaxis": ticks | {"autorange": "reversed"},
    }
    columns = ("from", *(f"{place}: {token}" for place, token in enumerate(tokens)))
    rows = [(token, *map(float, row)) for token, row in zip(tokens, change, strict=True)]
    alt = f"Heat map of differences; the largest is {np.abs(change).max():.1%}."
    return figure(title, alt, columns, rows, [pixels], layout)


def token_bars(
    title: str, tokens: Sequence[str], series: Mapping[str, Sequence[float]], colours: Sequence[str]
) -> Figure:
    """Draw shares for every token, one bar of each series beside the others."""
    data = [
        {
            "type": "bar",
            "name": name,
            "x": list(range(len(tokens))),
            "y": list(map(float, values)),
            "marker": {"color": colour},
            "customdata": [harmless(token) for token in tokens],
            "hovertemplate": f"%{{customdata}}, {name}: %{{y:.1%}}<extra></extra>",
        }
        for (name, values), colour in zip(series.items(), colours, strict=False)
    ]
    layout = {
        "height": 340,
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        "bargap": 0.25,
        "xaxis": tokens_axis(tokens) | {"tickangle": -60},
        "yaxis": FIXED | {"tickformat": ".0%"},
    }
    rows = [(token, *(float(values[place]) for values in series.values())) for place, token in enumerate(tokens)]
    said = "; ".join(f"{name}: most to {tokens[int(np.argmax(values))]}" for name, values in series.items())
    return figure(title, f"Bar chart. {said}.", ("token", *series), rows, data, layout)


def head_scatter(
    title: str, names: Sequence[str], points: Sequence[tuple[float, float]], axes: tuple[str, str], accent: str
) -> Figure:
    """Draw one point for every head; both axes are shares."""
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": [x for x, _ in points],
        "y": [y for _, y in points],
        "customdata": list(names),
        "marker": {"size": 11, "color": accent},
        "cliponaxis": False,
        "hovertemplate": "%{customdata}: %{x:.1%}, %{y:.1%}<extra></extra>",
    }
    axis = FIXED | {"tickformat": ".0%", "rangemode": "tozero"}
    layout = {
        "height": 340,
        "xaxis": axis | {"title": {"text": axes[0]}},
        "yaxis": axis | {"title": {"text": axes[1]}},
    }
    rows = [(name, *map(float, point)) for name, point in zip(names, points, strict=True)]
    top = max(rows, key=lambda row: row[2])[0]
    return figure(title, f"Scatter chart; highest: {top}.", ("head", *axes), rows, [dots], layout)


def tokens_axis(tokens: Sequence[str]) -> dict[str, Any]:
    """Return an axis that names places by number, every second or third where there are many."""
    step = -(-len(tokens) // MOST_TICKS)
    return FIXED | {
        "tickvals": list(range(0, len(tokens), step)),
        "ticktext": [harmless(token) for token in tokens[::step]],
        "showgrid": False,
        "ticklabelstandoff": 4,
    }


def _counted(number: int) -> dict[str, Any]:
    return {"tickvals": list(range(number)), "ticktext": [str(1 + place) for place in range(number)], "showgrid": False}


def _click_targets(values: Numbers, format: str) -> dict[str, Any]:
    """Return points that nobody sees, one on each cell of a grid, layer by layer."""
    layers, heads = values.shape
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [head for _ in range(layers) for head in range(heads)],
        "y": [layer for layer in range(layers) for _ in range(heads)],
        "customdata": [f"{value:{format}}" for value in values.ravel()],
        "marker": {"symbol": "square", "size": 30, "opacity": 0},
        "hovertemplate": "layer %{y}, head %{x}: %{customdata}<extra></extra>",
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
    }


def _markers(beside: Mapping[str, Sequence[float]], format: str) -> list[dict[str, Any]]:
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "x": list(marked),
            "y": list(range(len(marked))),
            "marker": {"symbol": symbol, "size": 13, "line": {"width": 3, "color": OPPOSITE}, "color": OPPOSITE},
            "hovertemplate": f"{name}: %{{x:{format}}}<extra></extra>",
        }
        | STILL
        for (name, marked), symbol in zip(beside.items(), ("line-ns", "diamond-open"), strict=False)
    ]


def _sorted_layout(names: Sequence[str], format: str) -> dict[str, Any]:
    places = list(range(len(names)))
    return {
        "height": 24 * len(names) + 90,
        "bargap": 0.35,
        "showlegend": True,
        "legend": {"orientation": "h", "y": -0.02, "yanchor": "top"},
        "xaxis": FIXED | {"side": "top", "tickformat": format, "rangemode": "tozero"},
        "yaxis": FIXED | {"tickvals": places, "ticktext": list(names), "autorange": "reversed", "ticklabelstandoff": 4},
    }
