"""Every figure says in words and in numbers what it shows in colour."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from variants.core.figures import (
    Figure,
    attention_heatmap,
    learning_curve,
    probability_bars,
    rank_by_layer,
    vector_strips,
)

ACCENT = "#0b5cad"
RNG = np.random.default_rng(0)


def attention(size: int) -> npt.NDArray[np.float32]:
    weights = RNG.random((size, size)).astype(np.float32)
    return weights / weights.sum(axis=1, keepdims=True)


FIGURES = {
    "bars": probability_bars("Guesses", ["cat", "dog", "cat"], [0.5, 0.3, 0.0001], ACCENT),
    "one bar": probability_bars("Guess", ["cat"], [1.0], ACCENT, highlight="cat"),
    "no bars": probability_bars("Guesses", [], [], ACCENT),
    "attention": attention_heatmap("Head 1", ["[CLS]", "a", "a", "[SEP]"], attention(4), ACCENT),
    "long attention": attention_heatmap("Head 1", ["a"] * 60, attention(60), ACCENT),
    "strips": vector_strips("Sum", ["token", "position"], RNG.normal(size=(2, 8)).astype(np.float32), ACCENT),
    "zeros": vector_strips("Sum", ["token"], np.zeros((1, 4), np.float32), ACCENT),
    "ranks": rank_by_layer("Ranks", ["input", "layer 1"], [4000, 1], ["the", "cat"], ACCENT),
    "curve": learning_curve("Curve", [1e5, 2e5], [0.1, 0.2], {"unigram": 0.05}, ACCENT),
    "no curve": learning_curve("Curve", [], [], {}, ACCENT),
}


def plot_of(figure: Figure) -> Any:
    """Return the plot; its attributes are made at run time."""
    return figure.plot


def trace(figure: Figure, number: int = 0) -> dict[str, Any]:
    """Return a trace as plain values, as the browser gets it."""
    return json.loads(plot_of(figure).to_json())["data"][number]


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_every_figure_can_be_read_without_seeing_it(figure: Figure) -> None:
    assert figure.title.strip()
    assert len(figure.alt) > len("Bar chart.") and figure.alt.endswith(".")
    assert figure.columns
    assert all(len(row) == len(figure.columns) for row in figure.rows)
    assert all(isinstance(cell, str | int | float) for row in figure.rows for cell in row)
    assert len(set(figure.columns)) == len(figure.columns)


@pytest.mark.parametrize("figure", [f for name, f in FIGURES.items() if not name.startswith("no ")])
def test_there_are_numbers_behind_every_drawing(figure: Figure) -> None:
    assert figure.rows
    json.dumps(figure.rows)


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_text_takes_the_colour_of_the_readers_theme(figure: Figure) -> None:
    layout = json.loads(plot_of(figure).to_json())["layout"]
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert "color" not in layout.get("font", {})


def test_bars_are_the_probabilities() -> None:
    labels, values = ["cat", "##s", "cat"], [0.625, 0.25, 0.0004]
    figure = probability_bars("Guesses for “cat”", labels, values, ACCENT)
    assert figure.rows == tuple(zip(labels, values, strict=True))
    bars = trace(figure)
    assert bars["x"] == values
    assert bars["y"] == [0, 1, 2]  # by place: equal labels must not fall together
    assert bars["text"] == ["62.5%", "25.0%", "<0.1%"]
    assert bars["customdata"] == labels
    assert plot_of(figure).layout.yaxis.ticktext == tuple(labels)
    assert "cat 62.5%, ##s 25.0%" in figure.alt


def test_bars_leave_room_for_their_numbers() -> None:
    for values in ([0.9, 0.1], [0.001]):
        figure = probability_bars("Guesses", ["a", "b"][: len(values)], values, ACCENT)
        assert plot_of(figure).layout.xaxis.range[1] > 1.1 * max(values)


def test_a_highlight_fills_one_bar() -> None:
    colours = trace(probability_bars("Guesses", ["a", "b"], [0.5, 0.5], ACCENT, highlight="b"))["marker"]["color"]
    assert colours == ["rgba(11,92,173,0.22)", ACCENT]
    assert trace(probability_bars("Guesses", ["a", "b"], [0.5, 0.5], ACCENT))["marker"]["color"] == [ACCENT] * 2


@pytest.mark.parametrize("size", [2, 40, 41, 128])
def test_the_heat_map_is_the_matrix(size: int) -> None:
    weights, tokens = attention(size), ["again"] * size
    figure = attention_heatmap("Head", tokens, weights, ACCENT)
    np.testing.assert_array_equal(np.asarray(plot_of(figure).data[0].z), weights)
    np.testing.assert_array_equal([row[1:] for row in figure.rows], weights)
    assert [row[0] for row in figure.rows] == tokens
    assert len(figure.columns) == size + 1
    assert plot_of(figure).data[0].zmin == 0 and weights.max() <= plot_of(figure).data[0].zmax <= 1


def test_the_heat_map_names_who_looks_at_whom() -> None:
    weights = np.array([[0.1, 0.9], [0.8, 0.2]], np.float32)
    figure = attention_heatmap("Head", ["cat", "sat"], weights, ACCENT)
    assert "cat looks most at sat; sat looks most at cat" in figure.alt
    hovered = trace(figure)
    assert hovered["hovertemplate"].startswith("%{y} looks at %{customdata}")  # rows look at columns
    assert [list(row) for row in hovered["customdata"]] == [["cat", "sat"]] * 2
    layout = plot_of(figure).layout
    assert layout.yaxis.autorange == "reversed" and layout.xaxis.ticktext == layout.yaxis.ticktext == ("cat", "sat")


def test_strips_share_one_scale_around_zero() -> None:
    vectors = np.array([[0.5, -2.0], [1.0, 0.0]], np.float32)
    figure = vector_strips("Sum", ["token", "total"], vectors, ACCENT)
    np.testing.assert_array_equal(np.asarray(plot_of(figure).data[0].z), vectors)
    assert (plot_of(figure).data[0].zmin, plot_of(figure).data[0].zmax) == (-2, 2)
    assert figure.rows == (("token", 0.5, -2.0), ("total", 1.0, 0.0))
    assert "token 2.06, total 1.00" in figure.alt


def test_ranks_go_up_to_the_best() -> None:
    figure = rank_by_layer("Ranks", ["input", "layer 1", "layer 2"], [8000, 12, 1], ["the", "a", "cat"], ACCENT)
    assert figure.rows == (("input", 8000, "the"), ("layer 1", 12, "a"), ("layer 2", 1, "cat"))
    assert trace(figure)["y"] == [8000, 12, 1]
    axis = plot_of(figure).layout.yaxis
    assert axis.type == "log" and axis.range[0] > 3.9 and axis.range[1] < 0  # from rank 8,000 up to rank 1
    assert "input rank 8,000" in figure.alt and "layer 2 rank 1" in figure.alt


def test_a_curve_stands_beside_its_references() -> None:
    figure = learning_curve("Right", [10.0, 20.0], [0.1, 0.25], {"unigram": 0.05, "n-gram": 0.2}, ACCENT)
    assert figure.rows == ((10.0, 0.1), (20.0, 0.25))
    assert trace(figure)["y"] == [0.1, 0.25]
    assert [trace(figure, number)["y"] for number in (1, 2)] == [[0.05] * 2, [0.2] * 2]
    assert "from 10.0% to 25.0%" in figure.alt and "n-gram 20.0%" in figure.alt


def test_references_that_are_close_are_named_on_both_sides_of_their_lines() -> None:
    references = {"n-gram + kept": 0.237, "teacher": 0.229, "n-gram": 0.164}
    figure = learning_curve("Right", [10.0, 20.0], [0.1, 0.23], references, ACCENT)
    assert [trace(figure, number)["textposition"] for number in (1, 2, 3)] == ["top left", "bottom left", "top left"]


def test_labels_are_shown_to_the_letter() -> None:
    """Plotly would strike a text out behind <s>."""
    figure = probability_bars("Guesses", ["<s>", "&amp;"], [0.5, 0.5], ACCENT)
    assert plot_of(figure).layout.yaxis.ticktext == ("&lt;s>", "&amp;amp;")
    assert trace(figure)["customdata"] == ["&lt;s>", "&amp;amp;"]
    assert [row[0] for row in figure.rows] == ["<s>", "&amp;"]
