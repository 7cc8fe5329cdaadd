"""All heads at once: a grid, a sorted list beside the sample text, and a plain word where a pattern is clear."""

import streamlit as st

from pages.looks.attention.chosen import Seen, head_name, open_head
from pages.ui.cache import remember
from pages.ui.controls import choice
from pages.ui.figure import show_figure
from pages.ui.plain import plain
from variants.core import attention_figures as figures
from variants.core.head_statistics import (
    MEASURES,
    SampleAverages,
    as_grid,
    pattern_of,
    sample_averages,
    sentences,
    uniform_entropy,
)

ORDERS = {"most": "largest first", "least": "smallest first", "layer": "by layer"}
COUNTED = ("entropy", "mean_distance")
MOST_BARS = 24


def all_heads(seen: Seen, pin: Seen | None, layer: int, head: int) -> None:
    """Draw the grid and the sorted list; a click on a head opens it."""
    left, right = st.columns(2)
    with left:
        measure = choice("What to compare heads by", MEASURES, key="measure", default="entropy")
    with right:
        order = choice("In which order", ORDERS, key="order", default="most")
    format = ".2f" if measure in COUNTED else ".0%"
    sample = remember(sample_averages)(seen.network, seen.checkpoint)
    left, right = st.columns([2, 3], gap="large")
    heads = seen.shape[1]
    with left:
        grid = as_grid(seen.statistics, measure)
        title = f"{seen.network.name}: {MEASURES[measure]}"
        drawn = figures.head_grid(title, grid, format, seen.accent, (layer, head))
        show_figure(drawn, key="grid", picked=lambda point: open_head(*divmod(point, heads)))
        if pin and pin.shape == seen.shape:
            change = grid - as_grid(pin.statistics, measure)
            drawn = figures.head_grid("This minus the pinned one", change, f"+{format}", seen.accent, (layer, head))
            show_figure(drawn, key="grid_change", picked=lambda point: open_head(*divmod(point, heads)))
        elif pin:
            st.caption(
                "The pinned network has another number of layers or heads, so there is no difference head by head."
            )
    with right:
        _sorted(seen, pin, sample, measure, order, format)
    _say_patterns(seen, sample, layer, head)


def _sorted(seen: Seen, pin: Seen | None, sample: SampleAverages, measure: str, order: str, format: str) -> None:
    places = list(range(len(seen.statistics)))
    if order != "layer":
        places.sort(key=lambda place: getattr(seen.statistics[place], measure), reverse=order == "most")
    places = places[:MOST_BARS]
    beside = {"average of the sample text": [getattr(sample.statistics[place], measure) for place in places]}
    if pin and pin.shape == seen.shape:
        beside["pinned"] = [getattr(pin.statistics[place], measure) for place in places]
    uniform = uniform_entropy(seen.attention)
    bars = figures.sorted_heads(
        f"Heads by {MEASURES[measure]}",
        [head_name(seen.statistics[place]) for place in places],
        [getattr(seen.statistics[place], measure) for place in places],
        beside,
        format,
        seen.accent,
        (f"attention to all {len(seen.attention.encoded)} tokens alike", uniform) if measure == "entropy" else None,
    )
    heads = seen.shape[1]
    show_figure(bars, key="sorted", picked=lambda point: open_head(*divmod(places[point], heads)))


def _say_patterns(seen: Seen, sample: SampleAverages, layer: int, head: int) -> None:
    """Say what the open head does here and in the sample text, and list all heads with a clear pattern."""
    uniform, place = uniform_entropy(seen.attention), layer * seen.shape[1] + head
    here, usual = pattern_of(seen.statistics[place], uniform), pattern_of(sample.statistics[place], sample.uniform)
    st.markdown(
        f"**Layer {layer + 1}, head {head + 1}** {plain(here) if here else 'shows no clear pattern here'}; "
        f"in the sample text it {plain(usual) if usual else 'shows none'}."
    )
    clear = [(each, pattern_of(each, uniform)) for each in seen.statistics]
    said = [f"{head_name(each)} {pattern}" for each, pattern in clear if pattern]
    if said:
        st.caption(plain(f"Clear patterns in this text: {'; '.join(said)}."))
    st.caption(
        f"Click a head to open it. Averages are over {len(sentences())} sentences of the sample text that ships with "
        "the site; entropy and distance grow with the length of a text, shares less so."
    )
