"""The beams of a search as a chart: what was kept at each step, and from which beginning it came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from variants.bertsum.writing import Written
from variants.core.figures import GREY, Figure, figure, harmless

SHOWN = 6  # steps at once: more could not be read on a telephone
STILL = {"showgrid": False, "zeroline": False, "fixedrange": True}

Place = tuple[int, int]  # step and rank


def beam_lattice(written: Written, step: int, accent: str) -> Figure:
    """Draw the beams of a step, counted from 1, and of the steps before it; the best summary's way in full colour."""
    search = written.search
    first = max(0, step - SHOWN)
    places = [(number, rank) for number in range(first, step) for rank in range(len(search.steps[number].beams))]
    best = [(number, rank) for number, rank in enumerate(search.path) if first <= number < step]
    edges = [((number - 1, _parent(written, (number, rank))), (number, rank)) for number, rank in places]
    inside = [edge for edge in edges if edge[0][0] >= first]
    on_way = [edge for edge in inside if edge[0] in best and edge[1] in best]
    traces = [
        _lines([edge for edge in inside if edge not in on_way], GREY, 1.0),
        _lines(on_way, accent, 3.0),
        _tokens(written, [place for place in places if place not in best], None),
        _tokens(written, best, accent),
    ]
    height = 90 + 46 * search.settings.beams
    layout = {
        "height": height,
        "xaxis": STILL | {"title": {"text": "step"}, "range": [first + 0.4, first + SHOWN + 0.6], "dtick": 1},
        "yaxis": STILL | {"title": {"text": "rank"}, "range": [search.settings.beams + 0.6, 0.4], "dtick": 1},
    }
    rows = [_row(written, place) for place in places]
    kept = search.steps[step - 1].beams
    alt = f"Beams as columns of tokens, steps {first + 1} to {step}. In step {step} the best of {len(kept)} ends in "
    alt += f"“{written.tokens[step - 1][0]}”."
    columns = ("step", "rank", "token", "log-probability", "from rank", "ended", "leads to the summary")
    return figure(f"Step {step}: the beginnings that were kept", alt, columns, rows, traces, layout)


def _parent(written: Written, place: Place) -> int:
    return written.search.steps[place[0]].beams[place[1]].parent


def _lines(edges: Sequence[tuple[Place, Place]], colour: str, width: float) -> dict[str, Any]:
    ends = [end for one, other in edges for end in (one, other, None)]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [end and end[0] + 1 for end in ends],
        "y": [end and end[1] + 1 for end in ends],
        "line": {"color": colour, "width": width},
        "hoverinfo": "skip",
    }


def _tokens(written: Written, places: Sequence[Place], accent: str | None) -> dict[str, Any]:
    rows = [_row(written, place) for place in places]
    ended = [written.search.steps[number].beams[rank].ended for number, rank in places]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [number + 1 for number, _ in places],
        "y": [rank + 1 for _, rank in places],
        "text": [harmless(written.tokens[number][rank]) for number, rank in places],
        "textposition": "top center",
        "textfont": {"size": 12},
        "cliponaxis": False,
        "marker": {
            "color": accent or GREY,
            "size": 10 if accent else 8,
            "symbol": ["square" if end else "circle" for end in ended],
        },
        "customdata": [[row[3]] for row in rows],
        "hovertemplate": "%{text}<br>log-probability so far %{customdata[0]:.2f}<extra></extra>",
    }


def _row(written: Written, place: Place) -> tuple[str | int | float, ...]:
    number, rank = place
    beam = written.search.steps[number].beams[rank]
    path = written.search.path
    leads = number < len(path) and path[number] == rank
    come_from = beam.parent + 1 if number else 0
    token = written.tokens[number][rank]
    said = ("yes" if flag else "no" for flag in (beam.ended, leads))
    return number + 1, rank + 1, token, beam.log_probability, come_from, *said
