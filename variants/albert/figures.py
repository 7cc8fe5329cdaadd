"""The charts of the ALBERT chapter, each with its words and its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from variants.albert.parameters import ATTENTION, FEED_FORWARD, MAP, MLM, PAIR, PLACES, POOLER, TOKENS, Part, total
from variants.core.figures import GREY, LEGEND, OPPOSITE, QUIET_AXIS, Figure, figure

COLOURS = {  # of the parts, told apart by lightness too
    TOKENS: "#d9822b",
    PLACES: "#e8b98a",
    MAP: "#8a5a00",
    ATTENTION: "#2f6fb5",
    FEED_FORWARD: "#8fb8e6",
    POOLER: "#8a8a8a",
    MLM: "#b9b9b9",
    PAIR: "#5c5c5c",
}
DARK_TEXT = (PLACES, FEED_FORWARD, MLM, TOKENS)  # parts whose colour takes dark writing
ORDERED_LEGEND = LEGEND | {"traceorder": "normal"}


def part_map(title: str, parts: Sequence[Part]) -> Figure:
    """Draw the parts as areas in proportion to their parameters."""
    everything = total(parts)
    areas = {
        "type": "treemap",
        "labels": [part.name for part in parts],
        "parents": [""] * len(parts),
        "values": [part.count for part in parts],
        "text": [f"{part.count:,}" for part in parts],
        "textinfo": "label+text+percent root",
        "textfont": {"size": 13, "color": ["#141311" if part.name in DARK_TEXT else "#ffffff" for part in parts]},
        "marker": {"colors": [COLOURS[part.name] for part in parts], "line": {"width": 0}},
        "tiling": {"pad": 2},
        "pathbar": {"visible": False},
        "hovertemplate": "%{label}: %{value:,}<extra></extra>",
    }
    rows = [(part.name, part.letters, part.count, part.count / everything) for part in parts]
    said = ", ".join(f"{part.name} {part.count / everything:.1%}" for part in parts)
    return figure(
        title,
        f"Tree map of {everything:,} parameters: {said}.",
        ("part", "formula", "parameters", "share"),
        rows,
        [areas],
        {"height": 300, "margin": {"l": 0, "r": 0, "t": 4, "b": 4}},
    )


def stacked_parts(title: str, networks: Mapping[str, Sequence[Part]]) -> Figure:
    """Draw one bar a network, the first on top, stacked from its parts."""
    names = [part.name for part in max(networks.values(), key=len)]
    counts = {
        network: {name: next((part.count for part in parts if part.name == name), 0) for name in names}
        for network, parts in networks.items()
    }
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": list(networks),
            "x": [counts[network][name] for network in networks],
            "marker": {"color": COLOURS[name]},
            "hovertemplate": f"%{{y}}, {name}: %{{x:,}}<extra></extra>",
        }
        for name in names
    ]
    sums = {network: total(parts) for network, parts in networks.items()}
    layout = {
        "height": 90 + 62 * len(networks) + 50,
        "barmode": "stack",
        "bargap": 0.35,
        "showlegend": True,
        "legend": ORDERED_LEGEND,
        "xaxis": QUIET_AXIS | {"range": [0, max(sums.values())], "visible": False},
        "yaxis": QUIET_AXIS
        | {"autorange": "reversed", "ticklabelstandoff": 6, "tickvals": list(networks)}
        | {"ticktext": [f"{network}<br><b>{count:,}</b>" for network, count in sums.items()]},  # fits a telephone
    }
    rows = [(network, *(counts[network][name] for name in names), sums[network]) for network in networks]
    said = "; ".join(f"{network} {count:,} parameters" for network, count in sums.items())
    return figure(title, f"Stacked bars. {said}.", ("network", *names, "total"), rows, bars, layout)


def two_lines(
    title: str,
    x: Sequence[str],
    lines: Mapping[str, Sequence[float]],
    colours: Sequence[str],
    *,
    axis: str,
    form: str = ".2f",
) -> Figure:
    """Draw one value a step for each of two models; a shorter line ends earlier."""
    drawn = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": list(range(len(values))),
            "y": [float(value) for value in values],
            "line": {"color": colour, "width": 2.5},
            "marker": {"size": 8, "symbol": symbol},
            "hovertemplate": f"{name}, %{{x}}: %{{y:{form}}}<extra></extra>",
        }
        for (name, values), colour, symbol in zip(lines.items(), colours, ("circle", "diamond"), strict=False)
    ]
    layout = {
        "height": 280,
        "showlegend": True,
        "legend": ORDERED_LEGEND,
        "xaxis": QUIET_AXIS | {"tickvals": list(range(len(x))), "ticktext": list(x), "range": [-0.3, len(x) - 0.7]},
        "yaxis": {"title": {"text": axis}, "rangemode": "tozero", "fixedrange": True, "tickformat": form},
    }
    said = "; ".join(
        f"{name}: " + ", ".join(f"{step} {value:{form}}" for step, value in zip(x, values, strict=False))
        for name, values in lines.items()
    )
    rows = [
        (step, *(float(values[place]) if place < len(values) else "" for values in lines.values()))
        for place, step in enumerate(x)
    ]
    return figure(title, f"Line chart. {said}.", ("step", *lines), rows, drawn, layout)


def grouped_bars(
    title: str,
    groups: Sequence[str],
    series: Mapping[str, Sequence[float]],
    colours: Sequence[str],
    *,
    form: str = ".1%",
) -> Figure:
    """Draw horizontal bars in groups, a bar of each series in every group, with their numbers."""
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": list(groups),
            "x": [float(value) for value in values],
            "text": [f"{value:{form}}" for value in values],
            "textposition": "outside",
            "cliponaxis": False,
            "marker": {"color": colour},
            "hovertemplate": f"{name}, %{{y}}: %{{x:{form}}}<extra></extra>",
        }
        for (name, values), colour in zip(series.items(), colours, strict=False)
    ]
    largest = max((max(values) for values in series.values()), default=1.0)
    layout = {
        "height": 60 + 26 * (len(series) + 1) * len(groups),
        "barmode": "group",
        "bargap": 0.3,
        "showlegend": True,
        "legend": ORDERED_LEGEND,
        "xaxis": QUIET_AXIS | {"visible": False, "range": [0, 1.18 * largest or 1.0]},
        "yaxis": QUIET_AXIS | {"autorange": "reversed", "ticklabelstandoff": 6},
    }
    said = "; ".join(
        f"{group}: " + ", ".join(f"{name} {values[place]:{form}}" for name, values in series.items())
        for place, group in enumerate(groups)
    )
    rows = [(group, *(float(values[place]) for values in series.values())) for place, group in enumerate(groups)]
    return figure(title, f"Bar chart. {said}.", ("", *series), rows, bars, layout)


def error_curve(title: str, errors: Sequence[float], rank: int, accent: str) -> Figure:
    """Draw the share of the table that is lost at every rank, and mark the chosen one."""
    ranks = list(range(len(errors)))
    curve: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "x": ranks,
        "y": list(errors),
        "line": {"color": accent, "width": 3},
        "hovertemplate": "rank %{x}: %{y:.1%} lost<extra></extra>",
    }
    chosen = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [rank],
        "y": [errors[rank]],
        "text": [f"rank {rank}: {errors[rank]:.1%}"],
        "textposition": "top right" if rank < 0.6 * len(errors) else "top left",
        "marker": {"size": 12, "color": OPPOSITE},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    layout = {
        "height": 280,
        "xaxis": QUIET_AXIS | {"title": {"text": "rank E"}},
        "yaxis": {"title": {"text": "lost"}, "tickformat": ".0%", "range": [0, 1.05], "fixedrange": True},
    }
    rows = list(zip(ranks, errors, strict=True))
    alt = f"Falling curve. At rank {rank} the table has lost {errors[rank]:.1%} of its length."
    return figure(title, alt, ("rank", "lost"), rows, [curve, chosen], layout)


def times(title: str, sizes: Sequence[str], laps: Mapping[str, Sequence[Sequence[float]]], accent: str) -> Figure:
    """Draw the median time of each network at every size, in milliseconds, from the lower to the upper quartile."""
    drawn = [
        {
            "type": "bar",
            "name": name,
            "x": list(sizes),
            "y": [middle for _, middle, _ in values],
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": [high - middle for _, middle, high in values],
                "arrayminus": [middle - low for low, middle, _ in values],
                "thickness": 1.5,
            },
            "marker": {"color": colour},
            "hovertemplate": f"{name}, %{{x}}: %{{y:.1f}} ms<extra></extra>",
        }
        for (name, values), colour in zip(laps.items(), (GREY, accent), strict=True)
    ]
    layout = {
        "height": 320,
        "barmode": "group",
        "showlegend": True,
        "legend": ORDERED_LEGEND,
        "xaxis": QUIET_AXIS | {"type": "category"},
        "yaxis": {"title": {"text": "ms"}, "rangemode": "tozero", "fixedrange": True},
    }
    said = "; ".join(
        f"{size}: " + ", ".join(f"{name} {values[place][1]:.1f} ms" for name, values in laps.items())
        for place, size in enumerate(sizes)
    )
    rows = [(name, size, *values[place]) for place, size in enumerate(sizes) for name, values in laps.items()]
    columns = ("network", "size", "lower quartile (ms)", "median (ms)", "upper quartile (ms)")
    return figure(title, f"Bars with whiskers. {said}.", columns, rows, drawn, layout)
