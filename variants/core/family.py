"""The family tree: when each variant appeared, and which side of BERT it changes."""

from __future__ import annotations

from collections.abc import Sequence

from variants.core.figures import CLEAR, GREY, Figure, figure
from variants.core.variant import Branch, Variant

COLUMNS: dict[Branch, tuple[float, str]] = {
    "masking": (0, "hides"),
    "objective": (1, "asks"),
    "origin": (1.5, ""),
    "size": (2, "shrinks"),
    "task": (3, "is used"),
}

LINE = 2.2  # months that a name needs to stand below another
SPREAD = 0.32  # columns between neighbours in one column


def months(variant: Variant) -> int:
    """Return when the preprint appeared, in months since the year 0."""
    return 12 * variant.paper.year + variant.paper.month - 1


def family_tree(variants: Sequence[Variant], *, dark: bool) -> Figure:
    """Draw the variants over time, downwards, an arrow from each one's parent."""
    place = _places(variants)
    names = {variant.slug: variant.name for variant in variants}
    years = range(min(months(v) for v in variants) // 12, max(months(v) for v in variants) // 12 + 1)
    layout = {
        "height": 560,
        "margin": {"l": 44, "r": 12, "t": 40, "b": 44},
        "annotations": [_arrow(place[v.parent], place[v.slug]) for v in variants if v.parent in names] + _heads(),
        "xaxis": {"range": [-0.5, 3.5], "visible": False, "fixedrange": True},
        "yaxis": {
            "autorange": "reversed",
            "tickvals": [12 * year for year in years],
            "ticktext": [str(year) for year in years],
            "zeroline": False,
            "fixedrange": True,
        },
    }
    rows = [(v.name, f"{v.paper.year}-{v.paper.month:02}", names.get(v.parent or "", ""), v.change) for v in variants]
    said = ". ".join(
        ", ".join([name, when, *([f"from {parent}"] if parent else []), change]) for name, when, parent, change in rows
    )
    columns = ("variant", "appeared", "parent", "change")
    return figure(
        "BERT and what became of it", f"A tree. {said}.", columns, rows, [_nodes(variants, place, dark)], layout
    )


def _nodes(variants: Sequence[Variant], place: dict[str, tuple[float, float]], dark: bool) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [place[v.slug][0] for v in variants],
        "y": [place[v.slug][1] for v in variants],
        "text": [f"<b>{v.name}</b>" for v in variants],
        "textposition": "bottom center",
        "textfont": {"size": 14, "color": [v.accent[dark] for v in variants]},
        "marker": {
            "size": 18,
            "color": [v.accent[dark] if v.ready else CLEAR for v in variants],
            "line": {"width": 2.5, "color": [v.accent[dark] for v in variants]},
        },
        "customdata": [(v.change, f"{v.paper.authors}, {v.paper.year}") for v in variants],
        "hovertemplate": "%{text}: %{customdata[0]}<br>%{customdata[1]}<extra></extra>",
        "cliponaxis": False,
    }


def _places(variants: Sequence[Variant]) -> dict[str, tuple[float, float]]:
    """Return (x, y) of each variant.

    In a column, the older ones stand farther from the origin: no arrow crosses another variant.
    """
    places: dict[str, tuple[float, float]] = {}
    for branch, (centre, _) in COLUMNS.items():
        column = sorted((variant for variant in variants if variant.branch == branch), key=months)
        side = 1 if centre > COLUMNS["origin"][0] else -1
        lowest = 0.0
        for turn, variant in enumerate(column):
            lowest = max(float(months(variant)), lowest + LINE)
            places[variant.slug] = (centre + side * SPREAD * ((len(column) - 1) / 2 - turn), lowest)
    return places


def _arrow(tail: tuple[float, float], head: tuple[float, float]) -> dict[str, object]:
    return {
        "x": head[0], "y": head[1], "ax": tail[0], "ay": tail[1], "axref": "x", "ayref": "y",
        "arrowhead": 2, "arrowwidth": 1.2, "arrowcolor": GREY, "standoff": 14, "startstandoff": 14, "text": "",
    }  # fmt: skip


def _heads() -> list[dict[str, object]]:
    return [
        {
            "x": x,
            "y": 1.0,
            "yref": "paper",
            "yanchor": "bottom",
            "text": f"<i>{words}</i>",
            "showarrow": False,
        }
        for x, words in COLUMNS.values()
        if words
    ]
