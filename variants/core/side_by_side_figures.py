"""The figures of the comparison page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from variants.core.figures import CLEAR, GREY, LEGEND, MOST_ACROSS, OPPOSITE, Figure, figure, harmless, label_axis
from variants.core.phenomena import CHANCE, Judged
from variants.core.preference import Odds, Preference
from variants.core.side_by_side import View

CALM = {"fixedrange": True}
SHOWN = 64  # words along an axis


def surprise_map(views: Sequence[View]) -> Figure:
    """Draw how surprising each word is to each model, in nats: models downwards, words along."""
    words = [word.shown for word in views[0].cut.words][:SHOWN]
    surprise = [[None if score is None else -score for score in view.word_scores[:SHOWN]] for view in views]
    pixels = {
        "type": "heatmap",
        "z": surprise,
        "zmin": 0.0,
        "colorscale": [[0, CLEAR], [1, OPPOSITE]],
        "xgap": 2,
        "ygap": 2,
        "colorbar": {"thickness": 10, "title": {"text": "nats"}},
        "customdata": [[harmless(word) for word in words] for _ in views],
        "hovertemplate": "%{customdata}: %{z:.2f} nats<extra></extra>",
        "hoverongaps": False,
    }
    layout = {
        "height": 40 * len(views) + 110,
        "xaxis": label_axis(words, most=MOST_ACROSS) | {"side": "top", "tickangle": -50},
        "yaxis": label_axis([view.name for view in views]) | {"autorange": "reversed"},
    }
    rows = [
        (view.name, *("" if value is None else value for value in row))
        for view, row in zip(views, surprise, strict=True)
    ]
    said = "; ".join(f"{view.name}: {_most(words, row)}" for view, row in zip(views, surprise, strict=True))
    columns = ("model", *(f"{place}: {word}" for place, word in enumerate(words)))
    alt = f"Heat map. Most surprising word. {said}."
    return figure("How surprising each word is to each model", alt, columns, rows, [pixels], layout)


def margins(found: Sequence[Preference], colours: Mapping[str, str]) -> Figure:
    """Draw by how much each model prefers one sentence: to the right the first, to the left the second."""
    bound = 1.35 * max((abs(each.margin) for each in found), default=1.0) or 1.0
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [each.margin for each in found],
        "y": list(range(len(found))),
        "text": [f"{each.margin:+.2f}" for each in found],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": [colours[each.slug] for each in found]},
        "hovertemplate": "%{x:+.3f} nats<extra></extra>",
    }
    names = [f"{each.name} (original?)" if each.judges_originality else each.name for each in found]
    layout = {
        "height": 36 * len(found) + 70,
        "bargap": 0.35,
        "xaxis": CALM | {"range": [-bound, bound], "zeroline": True, "zerolinecolor": GREY, "showgrid": False}
        | {"title": {"text": "← the second · nats · the first →"}},
        "yaxis": label_axis(names) | {"autorange": "reversed"},
    }  # fmt: skip
    rows = [(name, each.first, each.second, each.margin) for name, each in zip(names, found, strict=True)]
    said = ", ".join(f"{name} {each.margin:+.2f}" for name, each in zip(names, found, strict=True))
    columns = ("model", "first sentence", "second sentence", "difference")
    return figure("Which sentence each model prefers, and by how much", f"Bars. {said}.", columns, rows, [bars], layout)


def odds_dots(found: Sequence[Odds], candidates: tuple[str, str], colours: Mapping[str, str]) -> Figure:
    """Draw one row a filler and one dot a model: to the right the first candidate is likelier."""
    fillers = found[0].fillers
    step = 0.5 / max(1, len(found))
    dots = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": each.name,
            "x": list(each.log_odds),
            "y": [place + step * (number - (len(found) - 1) / 2) for place in range(len(fillers))],
            "marker": {"size": 12, "color": colours[each.slug]},
            "customdata": [harmless(filler) for filler in fillers],
            "hovertemplate": f"{each.name}, %{{customdata}}: %{{x:+.2f}}<extra></extra>",
        }
        for number, each in enumerate(found)
    ]
    bound = 1.15 * max((abs(value) for each in found for value in each.log_odds), default=1.0) or 1.0
    first, second = map(harmless, candidates)
    layout = {
        "height": 44 * len(fillers) + 110,
        "showlegend": len(found) > 1,
        "legend": LEGEND,
        "xaxis": CALM | {"range": [-bound, bound], "zeroline": True, "zerolinecolor": GREY, "showgrid": False}
        | {"title": {"text": f"← “{second}” · log-odds in nats · “{first}” →"}},
        "yaxis": label_axis(fillers) | {"range": [len(fillers) - 0.5, -0.5]},
    }  # fmt: skip
    rows = [(filler, *(each.log_odds[place] for each in found)) for place, filler in enumerate(fillers)]
    said = "; ".join(f"{each.name}: {each.fillers[0]} {each.log_odds[0]:+.2f}" for each in found)
    title = f"“{candidates[0]}” or “{candidates[1]}”, for each filler"
    return figure(title, f"Dots. {said}.", ("filler", *(each.name for each in found)), rows, dots, layout)


def _most(words: Sequence[str], row: Sequence[float | None]) -> str:
    known = [(value, word) for value, word in zip(row, words, strict=True) if value is not None]
    return max(known)[1] if known else "none"


def judged_shares(title: str, found: Sequence[Judged], colours: Mapping[str, str]) -> Figure:
    """Draw the share of pairs that each model judges rightly, with its interval, and chance as a line."""
    lows, highs = zip(*(each.interval for each in found), strict=True)
    dots = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [each.share for each in found],
        "y": list(range(len(found))),
        "text": [f"{each.right} of {len(each.margins)}" for each in found],
        "textposition": "top center",
        "cliponaxis": False,
        "error_x": {
            "type": "data",
            "array": [high - each.share for high, each in zip(highs, found, strict=True)],
            "arrayminus": [each.share - low for low, each in zip(lows, found, strict=True)],
            "thickness": 2,
            "color": GREY,
        },
        "marker": {"size": 13, "color": [colours[each.slug] for each in found]},
        "hovertemplate": "%{x:.0%}<extra></extra>",
    }
    chance = {"type": "line", "x0": CHANCE, "x1": CHANCE, "yref": "paper", "y0": 0, "y1": 1}
    layout = {
        "height": 52 * len(found) + 80,
        "xaxis": CALM | {"range": [0, 1.02], "tickformat": ".0%", "zeroline": False},
        "yaxis": label_axis([each.name for each in found]) | {"range": [len(found) - 0.5, -0.7]},
        "shapes": [chance | {"line": {"dash": "dot", "color": GREY}}],
    }
    rows = [(each.name, each.right, len(each.margins), *each.interval) for each in found]
    said = ", ".join(f"{each.name} {each.right} of {len(each.margins)}" for each in found)
    columns = ("model", "right", "pairs", "interval from", "to")
    return figure(title, f"Dots with intervals, chance as a line. {said}.", columns, rows, [dots], layout)
