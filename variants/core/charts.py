"""Charts that several chapters draw: bars in pairs, lines over one axis, points with their spread, a waterfall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from variants.core.figures import CLEAR, GREY, LEGEND, Cell, Figure, figure, harmless, label_axis

RAISED_LEGEND = LEGEND | {"y": 1.03}
CALM = {"fixedrange": True, "zeroline": False}
BAR = 22  # pixels


@dataclass(frozen=True)
class Series:
    """A row of values with a name and a colour."""

    name: str
    values: tuple[float, ...]
    colour: str
    dash: Literal["solid", "dot"] = "solid"


@dataclass(frozen=True)
class Point:
    """One thing measured twice: where it stands on both axes, each with its spread."""

    name: str
    x: float
    y: float
    colour: str
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    hollow: bool = False  # not itself measured along x: it stands where its twin does


def paired_bars(title: str, labels: Sequence[str], series: Sequence[Series], *, format: str = ".1%") -> Figure:
    """Draw horizontal bars, one of each series beside every label; ``format`` is Python's and d3's."""
    longest = max((value for each in series for value in each.values), default=1.0)
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "name": each.name,
            "x": list(each.values),
            "y": list(range(len(labels))),
            "text": [f"{value:{format}}" for value in each.values],
            "textposition": "outside",
            "cliponaxis": False,
            "marker": {"color": each.colour},
            "customdata": [harmless(label) for label in labels],
            "hovertemplate": f"{each.name}, %{{customdata}}: %{{x:{format}}}<extra></extra>",
        }
        for each in series
    ]
    layout = {
        "height": (BAR * len(series) + 8) * len(labels) + 60,
        "bargap": 0.28,
        "bargroupgap": 0.05,
        "showlegend": len(series) > 1,
        "legend": RAISED_LEGEND | {"traceorder": "normal"},
        "xaxis": CALM | {"visible": False, "range": [min(0.0, *_all(series)) * 1.2, 1.2 * longest or 1.0]},
        "yaxis": label_axis(labels) | {"autorange": "reversed"},
    }
    rows = [(label, *values) for label, *values in zip(labels, *(each.values for each in series), strict=True)]
    said = "; ".join(
        f"{label} " + ", ".join(f"{each.name} {each.values[place]:{format}}" for each in series)
        for place, label in list(enumerate(labels))[:4]
    )
    columns = ("token", *(each.name for each in series))
    return figure(title, f"Bar chart. {title}: {said}.", columns, rows, bars, layout)


def line_chart(
    title: str,
    x: Sequence[float],
    series: Sequence[Series],
    *,
    x_title: str,
    y_title: str,
    format: str = ".3g",
    logarithmic: bool = False,
    ticks: Sequence[float] | None = None,
    height: int = 300,
) -> Figure:
    """Draw lines over one axis."""
    lines = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": each.name,
            "x": list(x),
            "y": list(each.values),
            "line": {"color": each.colour, "width": 2, "dash": each.dash},
            "marker": {"size": 6},
            "hovertemplate": f"{each.name}, %{{x}}: %{{y:{format}}}<extra></extra>",
        }
        for each in series
    ]
    y_axis: dict[str, Any] = {"title": {"text": y_title}, "tickformat": ".0%" if "%" in format else ",~g"}
    y_axis |= {"type": "log", "dtick": 1} if logarithmic else {"rangemode": "tozero"}
    layout = {
        "height": height,
        "showlegend": True,
        "legend": RAISED_LEGEND,
        "xaxis": CALM | {"title": {"text": x_title}} | ({"tickvals": list(ticks)} if ticks else {}),
        "yaxis": CALM | y_axis,
    }
    rows = [(place, *values) for place, *values in zip(x, *(each.values for each in series), strict=True)]
    said = "; ".join(f"{s.name} from {s.values[0]:{format}} to {s.values[-1]:{format}}" for s in series if s.values)
    columns = (x_title, *(each.name for each in series))
    return figure(title, f"Line chart. {title}: {said}.", columns, rows, lines, layout)


def points(
    title: str,
    found: Sequence[Point],
    *,
    x_title: str,
    y_title: str,
    format: tuple[str, str] = (".3g", ".3g"),
    y_from_zero: bool = False,
) -> Figure:
    """Draw named points with whiskers where a spread is known."""
    drawn = [_marked(point, format) for point in found]
    layout = {
        "height": 360,
        "margin": {"l": 8, "r": 40, "t": 24, "b": 8},
        "xaxis": CALM
        | {"title": {"text": x_title}, "range": _room([(p.x_range or (p.x, p.x)) for p in found], from_zero=True)},
        "yaxis": CALM
        | {
            "title": {"text": y_title},
            "range": _room([(p.y_range or (p.y, p.y)) for p in found], from_zero=y_from_zero),
        },
    }
    rows: list[tuple[Cell, ...]] = [
        (point.name, point.x, *(point.x_range or (point.x, point.x)), point.y, *(point.y_range or (point.y, point.y)))
        for point in found
    ]
    columns = ("model", x_title, "lowest", "highest", y_title, "from", "to")
    said = "; ".join(f"{p.name} {p.x:{format[0]}}, {p.y:{format[1]}}" for p in found)
    return figure(title, f"{x_title} and {y_title}. {said}.", columns, rows, drawn, layout)


def waterfall_bars(
    title: str, whole: tuple[str, int], removed: Mapping[str, int], left: tuple[str, int], accents: tuple[str, str]
) -> Figure:
    """Draw what is taken away from a whole, part by part, down to what is left."""
    labels = [whole[0], *(f"− {name}" for name in removed), left[0]]
    bases, sizes, rest = [0], [whole[1]], whole[1]
    for size in removed.values():
        rest -= size
        bases.append(rest)
        sizes.append(size)
    taken = sum(removed.values()) or 1
    said_of = [
        f"{whole[1]:,}",
        *(f"{size:,}: {_share(size / taken)} of what went" for size in removed.values()),
        f"{left[1]:,}",
    ]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [*sizes, left[1]],
        "base": [*bases, 0],
        "y": list(range(len(labels))),
        "marker": {"color": [accents[0], *[GREY] * len(removed), accents[1]]},
        "customdata": labels,
        "hovertemplate": "%{customdata}: %{x:,}<extra></extra>",
    }
    axis = label_axis(labels) | {"autorange": "reversed"}
    axis["ticktext"] = [f"{harmless(label)}<br>{said}" for label, said in zip(labels, said_of, strict=True)]
    layout = {
        "height": 50 * len(labels) + 30,
        "bargap": 0.3,
        "xaxis": CALM | {"visible": False, "range": [0, 1.02 * whole[1]]},
        "yaxis": axis,
    }
    rows = [whole, *((f"− {name}", size) for name, size in removed.items()), left]
    said = ", ".join(f"{name} {size:,}" for name, size in rows)
    return figure(title, f"Waterfall chart: {said}.", ("part", "parameters"), rows, [bars], layout)


def _marked(point: Point, format: tuple[str, str]) -> dict[str, Any]:
    name = harmless(point.name)
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [point.x],
        "y": [point.y],
        "text": [name],
        "textposition": "middle right",
        "cliponaxis": False,
        "marker": {
            "size": 14,
            "color": CLEAR if point.hollow else point.colour,
            "line": {"color": point.colour, "width": 2},
        },
        "error_x": _whisker(point.x, point.x_range),
        "error_y": _whisker(point.y, point.y_range),
        "hovertemplate": f"{name}: %{{x:{format[0]}}}, %{{y:{format[1]}}}<extra></extra>",
    }


def _share(value: float) -> str:
    return f"{value:.1%}" if value >= 0.001 else f"{value:.3%}"


def _all(series: Sequence[Series]) -> list[float]:
    return [value for each in series for value in each.values] or [0.0]


def _whisker(value: float, spread: tuple[float, float] | None) -> dict[str, Any]:
    if spread is None:
        return {"type": "data", "visible": False}
    return {"type": "data", "symmetric": False, "array": [spread[1] - value], "arrayminus": [value - spread[0]]}


def _room(ends: Sequence[tuple[float, float]], *, from_zero: bool) -> list[float]:
    """Return the ends of an axis on which every point, its whiskers and its name have room."""
    low, high = min((low for low, _ in ends), default=0.0), max((high for _, high in ends), default=1.0)
    margin = 0.2 * ((high - low) or abs(high) or 1.0)
    return [0.0 if from_zero else low - margin, high + margin]
