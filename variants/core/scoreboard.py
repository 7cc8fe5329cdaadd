"""What our models measured, one question at a time, with its spread; what papers published stands apart.

Only what stands in a model's ``metrics.json`` is drawn. The models read unequal amounts of text: each
name says how much, for a model that read more is no proof of an idea.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from variants.core.figures import GREY, Figure, figure, label_axis
from variants.core.runs import Run, runs_of
from variants.core.variant import MODELS, Variant

Metrics = Mapping[str, Any]
Read = Callable[[Metrics], tuple[float, float | None]]


@dataclass(frozen=True)
class Floor:
    """What is reached without a model: how, and where that is read."""

    name: str
    read: Callable[[Metrics], float]


@dataclass(frozen=True)
class Scale:
    """One question asked of all models: its name, what it says, how it is written, and where it is read."""

    name: str
    about: str
    format: str
    read: Read
    counted: bool = False  # the same at every repetition, whatever was learned: it has no spread
    floor: Floor | None = None  # what no model is needed for


@dataclass(frozen=True)
class Score:
    """What one run measured."""

    slug: str  # of its variant
    name: str
    tokens_seen: int
    value: float
    spread: float | None  # one standard error, or the deviation of several runs; None where it was not recorded

    @property
    def ends(self) -> tuple[float, float]:
        """Return the ends of the interval, the value itself twice where there is none."""
        return self.value - (self.spread or 0.0), self.value + (self.spread or 0.0)


def _transfer(name: str) -> Read:
    def read(metrics: Metrics) -> tuple[float, float | None]:
        found = metrics["transfer"]["measures"][name]
        return found["mean"], found["spread"] if len(found["runs"]) > 1 else None

    return read


def _counted(name: str, how: str) -> Floor:
    return Floor(how, lambda metrics: metrics["transfer"]["baselines"][name])


GUESSING = Floor("no model: guessing", lambda _: 0.5)


def _pairs(task: str) -> Read:
    def read(metrics: Metrics) -> tuple[float, float | None]:
        found = metrics["pairs"]
        return found[f"{task}_accuracy"], found.get(f"{task}_standard_error")  # older files do not say it

    return read


SCALES: Mapping[str, Scale] = {
    "word": Scale(
        "log-likelihood",
        "the (pseudo-)log-likelihood of a word of held-out text, in nats, with its standard error: higher is better",
        "+.2f",
        lambda m: (m["likelihood"]["per_word"], m["likelihood"]["per_word_standard_error"]),
    ),
    "grammar": Scale(
        "grammar",
        "BLiMP's minimal pairs judged rightly, with the standard error; guessing gives 50 %",
        ".1%",
        lambda m: (m["grammar"]["blimp"], m["grammar"]["blimp_standard_error"]),
        floor=GUESSING,
    ),
    "nsp": Scale(
        "next passage",
        "a passage that follows told from one of another document, each pair alone, with the "
        "standard error where it was recorded; guessing gives 50 %",
        ".1%",
        _pairs("nsp"),
        floor=GUESSING,
    ),
    "sop": Scale(
        "order",
        "two passages in order told from the same two swapped, each pair alone, with the "
        "standard error where it was recorded; guessing gives 50 %",
        ".1%",
        _pairs("sop"),
        floor=GUESSING,
    ),
    "sentiment": Scale(
        "sentiment",
        "accuracy after fine-tuning, mean and deviation of the runs",
        ".1%",
        _transfer("sentiment_accuracy"),
        floor=_counted("sentiment_accuracy", "no model: words counted"),
    ),
    "similarity": Scale(
        "similarity",
        "correlation with how alike people find two sentences, after fine-tuning: mean and deviation of the runs",
        "+.2f",
        _transfer("similarity_correlation"),
        floor=_counted("similarity_correlation", "no model: words in common"),
    ),
    "answers": Scale(
        "answers",
        "words shared with the right answer (F1) when one is sought in a passage, after fine-tuning: mean and "
        "deviation of the runs",
        ".1%",
        _transfer("answers_f1"),
        floor=_counted("answers_f1", "no model: likeliest sentence"),
    ),
    "work": Scale(
        "arithmetic",
        "billions of operations of one forward pass over 128 tokens: lower is cheaper",
        ".2f",
        lambda m: (m["cost"]["flops_128"] / 1e9, None),
        counted=True,
    ),
}


def scores(variants: Sequence[Variant], scale: Scale, models: Path = MODELS) -> list[Score]:
    """Return what the shipped models and the control runs measured on a scale, those that were asked."""
    return [
        Score(run.variant.slug, run.name, run.tokens_seen, *scale.read(run.metrics))
        for run in _asked(variants, scale, models)
    ]


def floor_of(variants: Sequence[Variant], scale: Scale, models: Path = MODELS) -> tuple[str, float] | None:
    """Return how something is reached on a scale without a model, and what; None where nobody measured it."""
    run = next(_asked(variants, scale, models), None)
    return (scale.floor.name, scale.floor.read(run.metrics)) if scale.floor and run else None


def _asked(variants: Sequence[Variant], scale: Scale, models: Path) -> Iterator[Run]:
    """Yield the runs that were measured on a scale: some cannot be, others were not yet."""
    for run in (run for variant in variants for run in runs_of(variant, models)):
        with suppress(KeyError):
            scale.read(run.metrics)
            yield run


def measured_scales(variants: Sequence[Variant]) -> dict[str, str]:
    """Return the names of the scales on which at least one model was measured, by key."""
    return {key: scale.name for key, scale in SCALES.items() if scores(variants, scale)}


def overlapping(found: Sequence[Score]) -> list[tuple[str, str]]:
    """Return the names of each two models whose intervals overlap; one without a spread has no interval."""
    known = [each for each in found if each.spread is not None]
    return [
        (one.name, other.name)
        for one, other in combinations(known, 2)
        if one.ends[0] <= other.ends[1] and other.ends[0] <= one.ends[1]
    ]


def dots(
    found: Sequence[Score], scale: Scale, colours: Mapping[str, str], floor: tuple[str, float] | None = None
) -> Figure:
    """Draw a dot a model with its interval, hollow and without one where no spread was recorded.

    ``floor``, how it is reached and where it lies, is a dotted line: below it a model is of no use.
    """
    labels = [f"{each.name} ({each.tokens_seen / 1e6:.3g} M)" for each in found]
    labels += [floor[0]] if floor else []
    places = list(enumerate(found))
    solid = [(place, each) for place, each in places if each.spread is not None]
    hollow = [(place, each) for place, each in places if each.spread is None]
    drawn = [_drawn(group, scale.format, colours) for group in (solid, hollow) if group]
    layout: dict[str, Any] = {
        "height": 46 * len(labels) + 70,
        "xaxis": {
            "fixedrange": True,
            "zeroline": False,
            "tickformat": scale.format,
            "range": _room(found, scale, floor),
        },
        "yaxis": label_axis(labels) | {"range": [len(labels) - 0.5, -0.7]},
    }
    rows = [(each.name, each.tokens_seen, each.value, "" if each.spread is None else each.spread) for each in found]
    said = ", ".join(f"{each.name} {each.value:{scale.format}}" for each in found)
    columns = ("model", "tokens seen", scale.name, "spread")
    if floor:
        diamond, line = _without_model(len(found), floor[1], scale.format)
        drawn.append(diamond)
        layout["shapes"] = [line]
        rows.append((floor[0], 0, floor[1], ""))
        said += f", {floor[0]} {floor[1]:{scale.format}}"
    return figure(f"Our models: {scale.name}", f"Dots with intervals. {said}.", columns, rows, drawn, layout)


def _drawn(placed: Sequence[tuple[int, Score]], format: str, colours: Mapping[str, str]) -> dict[str, Any]:
    """Draw models that all have a spread, or that all have none."""
    found = [each for _, each in placed]
    spreads = [each.spread for each in found if each.spread is not None]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [each.value for each in found],
        "y": [place for place, _ in placed],
        "text": [f"{each.value:{format}}" for each in found],
        "textposition": "top center",
        "cliponaxis": False,
        "error_x": {"type": "data", "array": spreads, "thickness": 2, "color": GREY, "visible": bool(spreads)},
        "marker": {
            "size": 13,
            "symbol": "circle" if spreads else "circle-open",
            "color": [colours[each.slug] for each in found],
            "line": {"width": 2, "color": [colours[each.slug] for each in found]},
        },
        "hovertemplate": f"%{{x:{format}}}<extra></extra>",
    }


def _without_model(place: int, value: float, format: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw a diamond in a row of its own, and a line through those above."""
    diamond = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [value],
        "y": [place],
        "text": [f"{value:{format}}"],
        "textposition": "top center",
        "cliponaxis": False,
        "marker": {"size": 11, "symbol": "diamond", "color": GREY},
        "hovertemplate": f"%{{x:{format}}}<extra></extra>",
    }
    line = {"type": "line", "x0": value, "x1": value, "y0": -0.7, "y1": place - 0.5, "layer": "below"}
    return diamond, line | {"line": {"dash": "dot", "width": 1, "color": GREY}}


def _room(found: Sequence[Score], scale: Scale, floor: tuple[str, float] | None) -> list[float]:
    """Return the ends of an axis on which all intervals and their labels have room; that of shares is always whole."""
    if "%" in scale.format:
        return [0.0, 1.0]
    ends = [*(end for each in found for end in each.ends), *([floor[1]] if floor else [])]
    low, high = min(ends), max(ends)
    margin = 0.15 * ((high - low) or abs(high) or 1.0)
    return [low - margin, high + margin]
