"""The charts of the BERTSUM chapter, each with its words and its numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from variants.bertsum.windows import Window
from variants.core.figures import GREY, Figure, figure, harmless

MOST_CHARACTERS = 70  # of a sentence in a label
SEGMENTS = ("A", "B")
STILL = {"showgrid": False, "zeroline": False, "fixedrange": True}


def score_positions(title: str, scores: Sequence[float], taken: Collection[int], accent: str) -> Figure:
    """Draw every sentence's score over its place in the article; those that are taken in full colour."""
    numbers = list(range(1, len(scores) + 1))
    bars = {
        "type": "bar",
        "x": numbers,
        "y": list(scores),
        "marker": {"color": [accent if n - 1 in taken else GREY for n in numbers], "line": {"width": 0}},
        "hovertemplate": "sentence %{x}: %{y:.1%}<extra></extra>",
    }
    layout = {"height": 240, "bargap": 0.2, "xaxis": _sentences(len(scores)), "yaxis": _share(scores)}
    rows = [(n, float(score), "yes" if n - 1 in taken else "no") for n, score in zip(numbers, scores, strict=True)]
    said = ", ".join(f"{number + 1} at {scores[number]:.1%}" for number in sorted(taken))
    alt = f"Bar chart of {len(scores)} sentences. Taken: {said}."
    return figure(title, alt, ("sentence", "score", "taken"), rows, [bars], layout)


def score_lines(title: str, scores: Mapping[str, Sequence[float]], accent: str) -> Figure:
    """Draw the scores of several runs over the same sentences; the first in full colour."""
    count = len(next(iter(scores.values())))
    numbers = list(range(1, count + 1))
    looks = [(accent, "solid"), (GREY, "solid"), (GREY, "dash"), (GREY, "dot")]
    lines = [
        {
            "type": "scatter",
            "mode": "lines" if count > 1 else "markers",
            "name": name,
            "x": numbers,
            "y": list(values),
            "line": {"color": colour, "dash": dash, "width": 2},
            "hovertemplate": f"{name}, sentence %{{x}}: %{{y:.1%}}<extra></extra>",
        }
        for (name, values), (colour, dash) in zip(scores.items(), looks, strict=False)
    ]
    layout = {
        "height": 320,
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": _sentences(count),
        "yaxis": _share([score for values in scores.values() for score in values]),
    }
    rows = [(number, *(float(values[number - 1]) for values in scores.values())) for number in numbers]
    best = {name: 1 + max(range(count), key=values.__getitem__) for name, values in scores.items()}
    alt = "Line chart. Best sentence: " + ", ".join(f"{name} {number}" for name, number in best.items()) + "."
    return figure(title, alt, ("sentence", *scores), rows, lines, layout)


def rival_bars(title: str, rivals: Mapping[int, float], accent: str) -> Figure:
    """Draw what the oracle would score with each sentence, the one that it takes first and in full colour."""
    names = [f"sentence {number + 1}" for number in rivals]
    scores = list(rivals.values())
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": scores,
        "y": names,
        "text": [f"{score:.3f}" for score in scores],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": [accent, *[GREY] * (len(names) - 1)], "line": {"width": 0}},
        "hovertemplate": "%{y}: %{x:.4f}<extra></extra>",
    }
    layout = {
        "height": 30 * len(names) + 24,
        "bargap": 0.3,
        "xaxis": {"range": [0, 1.18 * max(scores)], "visible": False, "fixedrange": True},
        "yaxis": {"autorange": "reversed", "ticklabelstandoff": 4, "showgrid": False, "fixedrange": True},
    }
    rows = list(zip(names, scores, strict=True))
    alt = f"Bar chart. {title}: {names[0]} {scores[0]:.3f}, the highest."
    return figure(title, alt, ("sentence", "ROUGE-1 + ROUGE-2"), rows, [bars], layout)


def window_boxes(
    title: str, windows: Sequence[Window], texts: Sequence[str], *, first: int, longest: int, accent: str
) -> Figure:
    """Draw each window as a row of sentences, in the two segments by turns; ``first`` is the first row's number."""
    ends = [(*window.places[1:], len(window.input_ids)) for window in windows]
    boxes = [
        (row, place, end - place, window.token_type_ids[place], number)
        for row, (window, closes) in enumerate(zip(windows, ends, strict=True))
        for place, end, number in zip(window.places, closes, window.sentences, strict=True)
    ]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [length for _, _, length, _, _ in boxes],
        "base": [start for _, start, _, _, _ in boxes],
        "y": [first + row for row, *_ in boxes],
        "text": [f"{number + 1}" for *_, number in boxes],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "marker": {"color": [(GREY, accent)[segment] for *_, segment, _ in boxes], "line": {"width": 0}},
        "customdata": [[SEGMENTS[segment], _short(texts[number])] for *_, segment, number in boxes],
        "hovertemplate": "%{x} tokens, segment %{customdata[0]}<br>%{customdata[1]}<extra></extra>",
    }
    layout = {
        "height": 70 + 26 * len(windows),
        "bargap": 0.2,
        "xaxis": STILL | {"title": {"text": "tokens"}, "range": [0, longest]},
        "yaxis": STILL | {"title": {"text": "window"}, "range": [first + len(windows) - 0.4, first - 0.6], "dtick": 1},
    }
    rows = [
        (first + row, number + 1, SEGMENTS[segment], length, texts[number]) for row, _, length, segment, number in boxes
    ]
    alt = f"Boxes. {len(windows)} windows from window {first}, with sentences {boxes[0][-1] + 1} to {boxes[-1][-1] + 1}"
    columns = ("window", "sentence", "segment", "tokens", "text")
    return figure(title, f"{alt}; segments alternate.", columns, rows, [bars], layout)


def _sentences(count: int) -> dict[str, Any]:
    title = {"text": "sentence of the article"}
    return STILL | {"title": title, "range": [0.4, count + 0.6], "tickformat": "d"}


def _share(scores: Sequence[float]) -> dict[str, Any]:
    return {"tickformat": ".0%", "range": [0, 1.08 * max(scores)], "zeroline": False, "fixedrange": True}


def _short(text: str) -> str:
    return harmless(text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…")
