"""The charts of the ELECTRA chapter, each with its words and its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from variants.core.figures import (
    GREY,
    LEGEND,
    MOST_ACROSS,
    QUIET_AXIS,
    Figure,
    figure,
    harmless,
    named_places,
)
from variants.electra.threshold import Confusion

Truth = Literal["original", "replaced", "lucky"]
LUCKY = "#0f8a5f"


def verdict_bars(
    title: str, tokens: Sequence[str], probabilities: Sequence[float], truths: Sequence[Truth], accent: str
) -> Figure:
    """Draw P(replaced) of every token, coloured by the truth, with the line of even odds."""
    names = {"replaced": "replaced", "lucky": "sampled, and right by luck", "original": "original"}
    colours = {"replaced": accent, "lucky": LUCKY, "original": GREY}
    bars = [
        {
            "type": "bar",
            "name": name,
            "x": [place for place, found in enumerate(truths) if found == truth],
            "y": [p for p, found in zip(probabilities, truths, strict=True) if found == truth],
            "width": 0.75,  # left to itself, each series would fill the gaps between its own bars
            "marker": {"color": colours[truth]},
            "customdata": [harmless(token) for token, found in zip(tokens, truths, strict=True) if found == truth],
            "hovertemplate": f"%{{customdata}}: %{{y:.1%}}, in truth {name}<extra></extra>",
        }
        for truth, name in names.items()
        if truth in truths
    ]
    layout = _layout(tokens) | {
        "showlegend": True,
        "yaxis": QUIET_AXIS | {"range": [0, 1.02], "tickformat": ".0%", "title": {"text": "P(replaced)"}},
        "shapes": [_level(0.5)],
    }
    rows = list(zip(tokens, map(float, probabilities), truths, strict=True))
    found = sorted(rows, key=lambda row: -row[1])[:3]
    said = ", ".join(f"{token} {p:.0%} ({truth})" for token, p, truth in found)
    alt = f"Bar chart. Of {len(tokens)} tokens the most suspicious are {said}."
    return figure(title, alt, ("token", "P(replaced)", "truth"), rows, bars, layout)


def before_and_after(
    title: str,
    tokens: Sequence[str],
    before: Sequence[float | None],
    after: Sequence[float],
    new: range,
    accent: str,
) -> Figure:
    """Draw P(replaced) of every token before and after a word was replaced; ``new`` are the new word's places."""
    places = list(range(len(tokens)))
    bars = [
        _bars("before", places, before, GREY, tokens),
        _bars("after", places, after, accent, tokens),
    ]
    word = {
        "type": "rect", "yref": "paper", "x0": new.start - 0.5, "x1": new.stop - 0.5, "y0": 0, "y1": 1,
        "line": {"width": 0}, "fillcolor": accent, "opacity": 0.12, "layer": "below",
    }  # fmt: skip
    layout = _layout(tokens) | {"barmode": "group", "showlegend": True, "shapes": [word, _level(0.5)]}
    layout["yaxis"] = QUIET_AXIS | {"range": [0, 1.02], "tickformat": ".0%", "title": {"text": "P(replaced)"}}
    rows = [
        (token, "" if old is None else float(old), float(p))
        for token, old, p in zip(tokens, before, after, strict=True)
    ]
    said = ", ".join(
        f"{tokens[place]} {'new' if (old := before[place]) is None else f'{old:.0%}'} to {after[place]:.0%}"
        for place in new
    )
    alt = f"Grouped bar chart of P(replaced) before and after. The new word: {said}."
    return figure(title, alt, ("token", "before", "after"), rows, bars, layout)


def gradient_bars(title: str, tokens: Sequence[str], norms: Sequence[float], accent: str) -> Figure:
    """Draw the length of a gradient at every token."""
    bars = [_bars("gradient", list(range(len(tokens))), norms, accent, tokens, pattern=".2g")]
    layout = _layout(tokens) | {"height": 240}
    layout["yaxis"] = QUIET_AXIS | {"rangemode": "tozero", "title": {"text": "length"}, "nticks": 4}
    learning = sum(norm > 0 for norm in norms)
    alt = f"Bar chart. {title}: {learning} of {len(tokens)} tokens have a gradient."
    rows = list(zip(tokens, map(float, norms), strict=True))
    return figure(title, alt, ("token", "length of the gradient"), rows, bars, layout)


def threshold_curves(title: str, counted: Mapping[float, Confusion], chosen: float, accent: str) -> Figure:
    """Draw precision and recall over the threshold, and the chosen one as a line."""
    thresholds = list(counted)
    drawn = [
        _line("precision", thresholds, [found.precision for found in counted.values()], accent),
        _line("recall", thresholds, [found.recall for found in counted.values()], GREY),
    ]
    mark = {
        "type": "line", "yref": "paper", "x0": chosen, "x1": chosen, "y0": 0, "y1": 1,
        "line": {"dash": "dot", "color": GREY},
    }  # fmt: skip
    layout = {
        "height": 300,
        "margin": {"l": 8, "r": 16, "t": 40, "b": 8},
        "showlegend": True,
        "legend": LEGEND,
        "xaxis": QUIET_AXIS | {"title": {"text": "threshold"}, "tickformat": ".0%", "range": [0, 1]},
        "yaxis": {"tickformat": ".0%", "range": [0, 1.03], "fixedrange": True},
        "shapes": [mark],
    }
    rows = [
        (t, _cell(found.precision), _cell(found.recall), found.hits, found.misses, found.false_alarms, found.passed)
        for t, found in counted.items()
    ]
    here = counted[chosen]
    alt = f"Line chart. At a threshold of {chosen:.0%}: precision {_said(here.precision)}, recall {_said(here.recall)}."
    columns = ("threshold", "precision", "recall", "found", "missed", "false alarms", "passed")
    return figure(title, alt, columns, rows, drawn, layout)


def _bars(
    name: str,
    places: Sequence[int],
    values: Sequence[float | None],
    colour: str,
    tokens: Sequence[str],
    *,
    pattern: str = ".1%",
) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": list(places),
        "y": list(values),
        "marker": {"color": colour},
        "customdata": [harmless(token) for token in tokens],
        "hovertemplate": f"%{{customdata}}: %{{y:{pattern}}}, {name}<extra></extra>",
    }


def _line(name: str, x: Sequence[float], y: Sequence[float | None], colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(x),
        "y": list(y),
        "line": {"color": colour, "width": 3},
        "hovertemplate": f"{name} %{{y:.1%}} at %{{x:.0%}}<extra></extra>",
    }


def _layout(tokens: Sequence[str]) -> dict[str, Any]:
    """Return a layout with one token a place along the axis; equal tokens would fall together by name."""
    axis = QUIET_AXIS | named_places(tokens, most=MOST_ACROSS)
    return {
        "height": 300,
        "margin": {"l": 8, "r": 8, "t": 40, "b": 8},
        "bargap": 0.25,
        "barmode": "overlay",
        "legend": LEGEND,
        "xaxis": axis | {"tickangle": -60, "range": [-0.6, len(tokens) - 0.4]},
    }


def _level(height: float) -> dict[str, Any]:
    return {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": height, "y1": height,
        "line": {"color": GREY, "width": 1, "dash": "dot"},
    }  # fmt: skip


def _cell(value: float | None) -> str | float:
    return "" if value is None else value


def _said(value: float | None) -> str:
    return "none found" if value is None else f"{value:.0%}"
