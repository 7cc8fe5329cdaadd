"""The three maps of the paper's Table 4, and what cannot be mapped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variants.core.errors import InputError
from variants.tinybert.layers import STRATEGIES, Strategy, copied_layers, teacher_layer


@pytest.mark.parametrize(
    ("strategy", "student", "expected"),
    [
        ("uniform", 4, (0, 3, 6, 9, 12)),
        ("uniform", 6, (0, 2, 4, 6, 8, 10, 12)),
        ("top", 4, (0, 9, 10, 11, 12)),
        ("bottom", 4, (0, 1, 2, 3, 4)),
    ],
)
def test_the_papers_maps(strategy: Strategy, student: int, expected: tuple[int, ...]) -> None:
    assert copied_layers(strategy, student, 12) == expected


@given(depth=st.integers(1, 24))
def test_equal_depths_leave_no_choice(depth: int) -> None:
    assert {copied_layers(strategy, depth, depth) for strategy in STRATEGIES} == {tuple(range(depth + 1))}


@given(student=st.integers(1, 8), times=st.integers(1, 4), strategy=st.sampled_from(STRATEGIES))
def test_every_map_rises_and_copies_the_embeddings(student: int, times: int, strategy: Strategy) -> None:
    layers = copied_layers(strategy, student, student * times)
    assert layers[0] == 0 and list(layers) == sorted(set(layers)) and layers[-1] <= student * times


def test_what_cannot_be_mapped_is_said() -> None:
    with pytest.raises(ValueError, match="evenly"):
        teacher_layer(1, 5, 12)
    for depths in ((5, 4), (0, 4)):
        with pytest.raises(InputError, match="cannot copy"):
            copied_layers("top", *depths)
