"""Figures that compare shares: a histogram beside the distributions it may follow, and grouped bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from variants.core.figures import GREY, LARGE_LEGEND, OPPOSITE, Figure, figure

LAWS = (  # how the first and the second distribution are drawn
    {"colour": OPPOSITE, "dash": "solid", "symbol": "circle"},
    {"colour": GREY, "dash": "dot", "symbol": "x"},
)


def histogram(
    title: str, values: Sequence[int], counts: Sequence[int], expected: Mapping[str, Sequence[float]], accent: str
) -> Figure:
    """Draw how often each value came, as bars, and the shares that distributions expect, as points.

    Args:
        title: what the figure shows.
        values: the values counted, along the axis.
        counts: how often each came.
        expected: the name of a distribution -> the probability of each value; two at most.
        accent: the chapter's colour.
    """
    total = max(1, sum(counts))
    shares = [count / total for count in counts]
    bars = {
        "type": "bar",
        "name": f"drawn ({sum(counts):,})",
        "x": list(values),
        "y": shares,
        "marker": {"color": accent},
        "customdata": list(counts),
        "hovertemplate": "%{x}: %{y:.1%}, %{customdata:,} times<extra></extra>",
    }
    laws = [
        _points(name, values, chances, **style) for (name, chances), style in zip(expected.items(), LAWS, strict=False)
    ]
    layout = _layout() | {"xaxis": {"dtick": 1, "showgrid": False, "fixedrange": True}}
    said = ", ".join(f"{value}: {share:.1%}" for value, share in zip(values, shares, strict=True))
    rows = list(zip(values, counts, shares, *expected.values(), strict=True))
    columns = ("value", "count", "share", *expected)
    return figure(title, f"Histogram. {title}: {said}.", columns, rows, [bars, *laws], layout)


def _points(
    name: str, values: Sequence[int], chances: Sequence[float], *, colour: str, dash: str, symbol: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": list(values),
        "y": list(chances),
        "line": {"color": colour, "dash": dash},
        "marker": {"color": colour, "size": 9, "symbol": symbol},
        "hovertemplate": f"{name}, %{{x}}: %{{y:.1%}}<extra></extra>",
    }


def grouped_bars(
    title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]], accent: str, *, axis: str = ""
) -> Figure:
    """Draw up to three series of shares side by side, one group a label, the first in the accent.

    ``axis`` names what the labels are.
    """
    bars = [
        {
            "type": "bar",
            "name": name,
            "x": list(range(len(labels))),  # equal labels would fall together
            "y": list(shares),
            "marker": {"color": colour},
            "customdata": list(labels),
            "hovertemplate": f"{name}, %{{customdata}}: %{{y:.2%}}<extra></extra>",
        }
        for (name, shares), colour in zip(series.items(), (accent, GREY, OPPOSITE), strict=False)
    ]
    places = {"tickvals": list(range(len(labels))), "ticktext": list(labels), "showgrid": False, "fixedrange": True}
    layout = _layout() | {"barmode": "group", "xaxis": places | {"title": {"text": axis}}}
    best = [
        f"{name} {label} {share:.1%}"
        for name, shares in series.items()
        for label, share in zip(labels, shares, strict=True)
    ]
    rows = list(zip(labels, *series.values(), strict=True))
    return figure(title, f"Bar chart. {title}: {', '.join(best)}.", (axis or "label", *series), rows, bars, layout)


def _layout() -> dict[str, Any]:
    return {
        "height": 320,
        "margin": {"l": 8, "r": 16, "t": 40, "b": 8},
        "bargap": 0.25,
        "showlegend": True,
        "legend": LARGE_LEGEND,
        "yaxis": {"tickformat": ".0%", "rangemode": "tozero", "fixedrange": True},
    }
