"""The position table starts smooth, and all of its rows are used while windows are short."""

from __future__ import annotations

import random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from variants.core.positions import draw_offset, sinusoids


@pytest.mark.parametrize(("length", "width"), [(128, 256), (512, 768), (7, 4)])
def test_sinusoids_have_shape_and_size(length: int, width: int) -> None:
    table = sinusoids(length, width)
    assert table.shape == (length, width)
    assert float(table.abs().max()) <= 0.02 * 2**0.5 + 1e-7
    assert float(table.square().mean().sqrt()) == pytest.approx(0.02, rel=1e-4)


def test_sinusoids_by_hand() -> None:
    """sin and cos of position / 1000^(2i/width), times √2 · 0.02."""
    table = sinusoids(5, 4, standard_deviation=1.0) / 2**0.5
    angles = torch.tensor([3.0, 3.0 / 1000**0.5])
    assert torch.allclose(table[3], torch.cat([angles.sin(), angles.cos()]), atol=1e-6)


def test_neighbouring_positions_start_out_similar() -> None:
    table = sinusoids(128, 256)
    distance = (table[64] - table).norm(dim=1)
    near = distance[65:80]
    assert bool((near[1:] > near[:-1]).all())
    assert float(distance[65]) < 0.3 * float(distance[100])


@given(window=st.integers(1, 128), seed=st.integers())
def test_every_window_fits_the_table(window: int, seed: int) -> None:
    assert 0 <= draw_offset(window, 128, random.Random(seed)) <= 128 - window


def test_a_full_window_starts_at_the_first_row() -> None:
    assert {draw_offset(128, 128, random.Random(seed)) for seed in range(50)} == {0}


def test_half_of_the_short_windows_start_at_the_first_row_and_the_others_anywhere() -> None:
    rng = random.Random(1)
    offsets = [draw_offset(16, 128, rng) for _ in range(20_000)]
    at_zero = sum(offset == 0 for offset in offsets) / len(offsets)
    assert at_zero == pytest.approx(0.5 + 0.5 / 113, abs=4 * 0.5 / 20_000**0.5)
    assert set(offsets) == set(range(113))
