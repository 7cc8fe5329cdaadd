"""Size, time and quality of the shipped models, measured when asked, on the reader's text."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from pages.ui.controls import choice
from pages.ui.figure import show_figure
from pages.ui.running import run_when_asked
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.core.charts import Point, points
from variants.core.tradeoff import PASSES, QUALITIES, Control, Measured, measure_models
from variants.core.variant import Variant


def trade_off(variants: Sequence[Variant], controls: Sequence[Control], text: Callable[[], str]) -> None:
    """Let the models read the text in turns, and draw what each costs and scores.

    Costs are given beside those of the first; ``text`` returns what stands in the box when the button is pressed.
    """
    named = ", ".join(variant.name for variant in variants)
    st.markdown(f"Size is counted, time is measured now on your text: {named}, in turns, one thread, this machine.")
    measured = run_when_asked(
        "Measure the time now",
        lambda: measure_models(variants, text()),
        key="time",
        described=lambda found: (len(found[0].seconds) / PASSES, f"{len(found[0].seconds)} passes of each"),
    )
    if measured:
        colours = {variant.slug: accent(variant) for variant in variants}
        _sizes(measured, colours)
        _quality(measured, controls, colours)


def _sizes(measured: Sequence[Measured], colours: Mapping[str, str]) -> None:
    unit = measured[0]
    show_table(
        [
            {
                "model": each.name,
                "parameters": f"{each.parameters:,}",
                "file": f"{each.file_bytes / 1e6:.1f} MB",
                "one pass": f"{1000 * each.typical:.1f} ms",
                "middle half": f"{1000 * each.spread[0]:.1f}–{1000 * each.spread[1]:.1f} ms",
                f"time beside {unit.name}": f"{each.typical / unit.typical:.2f}",
                f"size beside {unit.name}": f"{each.parameters / unit.parameters:.2f}",
                "tokens read in training": f"{each.tokens_seen:,}",
            }
            for each in measured
        ]
    )
    found = [
        Point(each.name, each.parameters / 1e6, 1000 * each.typical, colours[each.slug], y_range=_milliseconds(each))
        for each in measured
    ]
    chart = points(
        "Small is not the same as fast",
        found,
        x_title="parameters, in millions",
        y_title="milliseconds a pass",
        format=(".1f", ".1f"),
        y_from_zero=True,
    )
    passes, tokens = len(unit.seconds), unit.tokens
    note = f"The encoder alone, medians of {passes} passes over your {tokens} tokens; whiskers hold the middle half."
    show_figure(chart, key="size_time", note=note)


def _quality(measured: Sequence[Measured], controls: Sequence[Control], colours: Mapping[str, str]) -> None:
    """Draw time and quality; nothing where fewer than two models were asked the same."""
    asked = {q.key: q.name for q in QUALITIES if sum(q.key in each.scores for each in measured) > 1}
    if not asked:
        return
    key = choice("Which quality?", asked, key="quality", default=next(iter(asked)))
    quality = next(each for each in QUALITIES if each.key == key)
    times = {each.slug: each for each in measured}

    def point(name: str, slug: str, score: tuple[float, float], *, hollow: bool) -> Point:
        value, spread = score
        time, ends = 1000 * times[slug].typical, _milliseconds(times[slug])
        return Point(name, time, value, colours[slug], ends, (value - spread, value + spread), hollow)

    found = [point(each.name, each.slug, each.scores[key], hollow=False) for each in measured if key in each.scores]
    found += [
        point(c.name, c.slug, c.scores[key], hollow=True) for c in controls if key in c.scores and c.slug in times
    ]
    chart = points(
        f"What the time buys: {quality.name}",
        found,
        x_title="milliseconds a pass",
        y_title=quality.name,
        format=(".1f", ".3f"),
    )
    note = f"Across: time, measured now. Up: {quality.about}. Whiskers that overlap show no difference."
    if any(each.hollow for each in found):
        note += " Hollow: a control run; it is the same network, so it stands at that network's time."
    show_figure(chart, key="time_quality", note=note)


def _milliseconds(each: Measured) -> tuple[float, float]:
    low, high = each.spread
    return 1000 * low, 1000 * high
