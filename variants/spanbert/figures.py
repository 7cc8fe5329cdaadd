"""The SpanBERT chapter's own chart: where an answer begins and ends, along the tokens of a passage."""

from __future__ import annotations

from variants.core.figures import LEGEND, MOST_ACROSS, OPPOSITE, Figure, figure, harmless, label_axis
from variants.spanbert.answers import Found


def answer_ends(title: str, found: Found, accent: str) -> Figure:
    """Draw for each token the probability of opening the answer, upwards, and of closing it, downwards."""
    places = list(range(len(found.tokens)))
    bars = [
        {
            "type": "bar",
            "name": name,
            "x": places,
            "y": [sign * value for value in values],
            "marker": {"color": colour},
            "customdata": [[harmless(token), value] for token, value in zip(found.tokens, values, strict=True)],
            "hovertemplate": f"%{{customdata[0]}}: {name} %{{customdata[1]:.1%}}<extra></extra>",
        }
        for name, values, sign, colour in (
            ("first token", found.start, 1, accent),
            ("last token", found.end, -1, OPPOSITE),
        )
    ]
    highest = max(0.05, *found.start, *found.end)
    layout = {
        "height": 260,
        "barmode": "relative",
        "bargap": 0.15,
        "showlegend": True,
        "legend": LEGEND,
        "xaxis": label_axis(found.tokens, most=MOST_ACROSS) | {"tickangle": -60},
        "yaxis": {
            "range": [-1.1 * highest, 1.1 * highest],
            "tickvals": [-highest, 0, highest],
            "ticktext": [f"{highest:.0%}", "0", f"{highest:.0%}"],
            "fixedrange": True,
            "zeroline": True,
        },
    }
    first, last = (max(zip(values, found.tokens, strict=True)) for values in (found.start, found.end))
    alt = f"Bar chart. Likeliest first token {first[1]}, {first[0]:.1%}; likeliest last token {last[1]}, {last[0]:.1%}."
    rows = list(zip(found.tokens, found.start, found.end, strict=True))
    return figure(title, alt, ("token", "first", "last"), rows, bars, layout)
