"""The tree shows every variant at its date, with an arrow from its parent."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from variants import VARIANTS, find_variant
from variants.core.family import COLUMNS, family_tree, months
from variants.core.figures import Figure


def nodes_of(figure: Figure) -> Any:
    """Return the variants as drawn."""
    plot: Any = figure.plot
    return plot.data[0]


def notes_of(figure: Figure) -> Any:
    """Return the arrows and the heads of the columns."""
    plot: Any = figure.plot
    return plot.layout.annotations


def test_months_count_from_the_year_0() -> None:
    assert months(find_variant("bert")) == 12 * 2018 + 9  # October
    assert months(find_variant("roberta")) - months(find_variant("bert")) == 9


@pytest.mark.parametrize("dark", [False, True])
def test_every_variant_stands_at_its_place(dark: bool) -> None:
    nodes = nodes_of(family_tree(VARIANTS, dark=dark))
    sides = {branch: centre for branch, (centre, _) in COLUMNS.items() if branch != "origin"}
    assert nodes.text == tuple(f"<b>{variant.name}</b>" for variant in VARIANTS)
    for variant, x, y in zip(VARIANTS, nodes.x, nodes.y, strict=True):
        nearest = min(sides, key=lambda branch: abs(sides[branch] - x))
        assert nearest == variant.branch or x == COLUMNS["origin"][0]
        assert months(variant) <= y < months(variant) + 12


def test_a_parent_stands_above_its_children() -> None:
    nodes = nodes_of(family_tree(VARIANTS, dark=False))
    height = {variant.slug: y for variant, y in zip(VARIANTS, nodes.y, strict=True)}
    assert all(height[v.parent] < height[v.slug] for v in VARIANTS if v.parent)


def test_no_two_labels_fall_together() -> None:
    nodes = nodes_of(family_tree(VARIANTS, dark=False))
    for (x, y), (other_x, other_y) in combinations(zip(nodes.x, nodes.y, strict=True), 2):
        assert abs(x - other_x) >= 0.3 or abs(y - other_y) >= 2


def test_no_arrow_crosses_another_variant() -> None:
    nodes = nodes_of(family_tree(VARIANTS, dark=False))
    place = {v.slug: (x, y) for v, x, y in zip(VARIANTS, nodes.x, nodes.y, strict=True)}
    for child in (variant for variant in VARIANTS if variant.parent):
        (tail_x, tail_y), (head_x, head_y) = place[child.parent or ""], place[child.slug]
        for slug, (x, y) in place.items():
            if slug not in (child.slug, child.parent) and tail_y < y < head_y:
                crossing = tail_x + (head_x - tail_x) * (y - tail_y) / (head_y - tail_y)
                assert abs(x - crossing) > 0.1, f"the arrow to {child.slug} crosses {slug}"


def test_an_arrow_comes_from_every_parent() -> None:
    figure = family_tree(VARIANTS, dark=False)
    nodes = nodes_of(figure)
    place = {v.slug: (x, y) for v, x, y in zip(VARIANTS, nodes.x, nodes.y, strict=True)}
    drawn = {((a.ax, a.ay), (a.x, a.y)) for a in notes_of(figure) if a.showarrow is not False}
    assert drawn == {(place[v.parent], place[v.slug]) for v in VARIANTS if v.parent}


@pytest.mark.parametrize("dark", [False, True])
def test_colours_are_the_accents_and_only_built_chapters_are_filled(dark: bool) -> None:
    nodes = nodes_of(family_tree(VARIANTS, dark=dark))
    assert nodes.textfont.color == tuple(variant.accent[dark] for variant in VARIANTS)
    for variant, fill in zip(VARIANTS, nodes.marker.color, strict=True):
        assert fill == (variant.accent[dark] if variant.ready else "rgba(0,0,0,0)")


def test_the_tree_can_be_read_without_seeing_it() -> None:
    figure = family_tree(VARIANTS, dark=False)
    assert [row[0] for row in figure.rows] == [variant.name for variant in VARIANTS]
    assert figure.rows[0] == ("BERT", "2018-10", "", "hidden words, guessed from both sides")
    for variant in VARIANTS:
        assert f"{variant.name}, {variant.paper.year}-{variant.paper.month:02}" in figure.alt
        assert variant.change in figure.alt


def test_a_part_of_the_family_can_be_drawn() -> None:
    """A child whose parent is not shown has no arrow."""
    figure = family_tree([find_variant("albert")], dark=False)
    assert [row[0] for row in figure.rows] == ["ALBERT"]
    assert all(note.showarrow is False for note in notes_of(figure))


def test_two_papers_of_one_month_and_branch_stand_apart() -> None:
    bert = find_variant("bert")
    twins = [bert, replace(bert, slug="a", parent="bert"), replace(bert, slug="b", parent="bert")]
    heights = nodes_of(family_tree(twins, dark=False)).y
    assert len(set(heights)) == 3 and heights[0] == months(bert)
