"""Which of its teacher's layers each layer of a student comes from, or is compared with, as a picture."""

from __future__ import annotations

from collections.abc import Sequence

from variants.core.charts import CALM
from variants.core.figures import Figure, figure


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
        _boxes(list(range(1, layers + 1)), 1, [accents[0]] * layers, [layer in used for layer in range(layers)]),
        _boxes(below, 0, [accents[1]] * len(taken), [True] * len(taken)),
    ]
    layout = {
        "height": 190,
        "xaxis": CALM | {"visible": False, "range": [0.2, layers + 0.8]},
        "yaxis": CALM
        | {"tickvals": [0, 1], "ticktext": ["student", "teacher"], "range": [-0.5, 1.5], "showgrid": False},
    }
    rows = [(place + 1, theirs + 1) for place, theirs in enumerate(taken)]
    said = ", ".join(f"{ours} from {theirs}" for ours, theirs in rows)
    alt = f"The student's layers and the teacher's layers that they come from: {said}, of {layers}."
    return figure(title, alt, ("student's layer", "teacher's layer"), rows, [*lines, *boxes], layout)


def _boxes(x: Sequence[float], y: int, colours: Sequence[str], filled: Sequence[bool]) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": list(x),
        "y": [y] * len(x),
        "text": [str(place + 1) for place in range(len(x))],
        "textfont": {"color": ["#ffffff" if full else colour for full, colour in zip(filled, colours, strict=True)]},
        "marker": {
            "symbol": "square",
            "size": 28,
            "color": [colour if full else "rgba(0,0,0,0)" for full, colour in zip(filled, colours, strict=True)],
            "line": {"color": list(colours), "width": 2},
        },
        "hoverinfo": "skip",
    }
