"""Charts say in words and in numbers what they show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from variants.core.charts import Point, Series, line_chart, paired_bars, points, waterfall_bars
from variants.core.figures import Figure
from variants.core.layer_map import layer_map

ONE, OTHER = "#0b5cad", "#00698a"
PAIR = (Series("teacher", (0.5, 0.25), ONE), Series("student", (0.4, 0.001), OTHER))
WATERFALL = waterfall_bars(
    "Counts", ("BERT", 100), {"layers": 60, "pooler": 5, "rows": 0}, ("DistilBERT", 35), (ONE, OTHER)
)
FIGURES = {
    "bars": paired_bars("Guesses", ["<s>", "dog"], PAIR),
    "one series": paired_bars("Up or down", ["a", "b"], [Series("pull", (0.2, -0.1), ONE)], format="+.2%"),
    "no bars": paired_bars("Guesses", [], [Series("teacher", (), ONE)]),
    "lines": line_chart("Fall", [1, 2], PAIR, x_title="step", y_title="loss"),
    "logarithmic": line_chart("Fall", [1, 2], PAIR, x_title="T", y_title="length", logarithmic=True, ticks=[1, 2]),
    "no lines": line_chart("Fall", [], [Series("taught", (), ONE)], x_title="step", y_title="loss"),
    "points": points(
        "Costs", [Point("BERT", 5, 8, ONE, None, (7, 30)), Point("DistilBERT", 4, 4, OTHER, hollow=True)],
        x_title="size", y_title="time",
    ),
    "no points": points("Costs", [], x_title="size", y_title="time"),
    "waterfall": WATERFALL,
    "layers": layer_map("Layers", 12, (0, 2, 4, 7, 9, 11), (ONE, OTHER)),
}  # fmt: skip


def drawn(figure: Figure) -> Any:
    return json.loads(figure.plot.to_json() or "")


@pytest.mark.parametrize("name", FIGURES)
def test_a_chart_has_a_title_words_and_numbers(name: str) -> None:
    figure = FIGURES[name]
    assert figure.title and figure.alt.endswith(".") and "font" not in json.dumps(drawn(figure)["layout"]["xaxis"])
    assert all(len(row) == len(figure.columns) for row in figure.rows)


def test_paired_bars_stand_beside_each_other_and_are_named() -> None:
    figure = FIGURES["bars"]
    assert figure.rows == (("<s>", 0.5, 0.4), ("dog", 0.25, 0.001))
    bars = drawn(figure)["data"]
    assert [bar["name"] for bar in bars] == ["teacher", "student"] and bars[1]["text"] == ["40.0%", "0.1%"]
    assert drawn(figure)["layout"]["yaxis"]["ticktext"][0] == "&lt;s>"
    assert drawn(figure)["layout"]["showlegend"] and not drawn(FIGURES["one series"])["layout"]["showlegend"]


def test_bars_below_zero_have_room() -> None:
    low, high = drawn(FIGURES["one series"])["layout"]["xaxis"]["range"]
    assert low < -0.1 and high > 0.2


def test_whiskers_and_names_fit() -> None:
    layout = drawn(FIGURES["points"])["layout"]
    assert layout["yaxis"]["range"][1] > 30 and layout["xaxis"]["range"][0] == 0
    whisker = drawn(FIGURES["points"])["data"][0]["error_y"]
    assert (whisker["array"], whisker["arrayminus"]) == ([22], [1])
    assert drawn(FIGURES["points"])["data"][1]["marker"]["color"] == "rgba(0,0,0,0)"


def test_a_waterfall_steps_down_to_what_is_left() -> None:
    bars = drawn(WATERFALL)["data"][0]
    tops = [base + size for base, size in zip(bars["base"], bars["x"], strict=True)]
    assert bars["base"] == [0, 40, 35, 35, 0] and tops == [100, 100, 40, 35, 35]
    assert "92.3% of what went" in drawn(WATERFALL)["layout"]["yaxis"]["ticktext"][1]
    assert WATERFALL.rows[0] == ("BERT", 100) and WATERFALL.rows[-1] == ("DistilBERT", 35)


def test_each_layer_is_tied_to_the_one_it_comes_from() -> None:
    figure = FIGURES["layers"]
    assert figure.rows == ((1, 1), (2, 3), (3, 5), (4, 8), (5, 10), (6, 12))
    *lines, above, below = drawn(figure)["data"]
    assert [line["x"][0] for line in lines] == [1, 3, 5, 8, 10, 12]
    assert [line["x"][1] for line in lines] == below["x"] == [1.5, 3.5, 5.5, 7.5, 9.5, 11.5]
    assert above["text"] == [str(layer) for layer in range(1, 13)]
