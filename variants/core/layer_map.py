"""Which of its teacher's layers each layer of a student comes from, or is compared with, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from variants.core.charts import CALM
from variants.core.figures import CLEAR, Figure, figure


def layer_map(title: str, layers: int, taken: Sequence[int], accents: tuple[str, str]) -> Figure:
    """Draw ``layers`` boxes of the teacher above the student's, a line from each of its own to one above.

    ``taken`` holds, for each layer of the student, the teacher's, counted from 0; drawn from 1.
    """
    width = layers / max(1, len(taken))
    below = [width * (place + 0.5) + 0.5 for place in range(len(taken))]
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [theirs + 1, ours],
            "y": [1, 0],
            "line": {"color": accents[1], "width": 2},
            "hoverinfo": "skip",
        }
        for theirs, ours in zip(taken, below, strict=True)
    ]
    used = set(taken)
    boxes = [
        _boxes(list(range(1, layers + 1)), 1, accents[0], [layer in used for layer in range(layers)], "top center"),
        _boxes(below, 0, accents[1], [True] * len(taken), "bottom center"),
    ]
    layout = {
        "height": 190,
        "xaxis": CALM | {"visible": False, "range": [0.2, layers + 0.8]},
        "yaxis": CALM
        | {"tickvals": [0, 1], "ticktext": ["student", "teacher"], "range": [-0.6, 1.6], "showgrid": False},
    }
    rows = [(place + 1, theirs + 1) for place, theirs in enumerate(taken)]
    said = ", ".join(f"{ours} from {theirs}" for ours, theirs in rows)
    alt = f"The student's layers and the teacher's layers that they come from: {said}, of {layers}."
    return figure(title, alt, ("student's layer", "teacher's layer"), rows, [*lines, *boxes], layout)


def _boxes(x: Sequence[float], y: int, colour: str, filled: Sequence[bool], text: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": list(x),
        "y": [y] * len(x),
        "text": [str(place + 1) for place in range(len(x))],
        "textposition": text,
        "marker": {
            "symbol": "square",
            "size": 18,
            "color": [colour if full else CLEAR for full in filled],
            "line": {"color": colour, "width": 2},
        },
        "hoverinfo": "skip",
    }
