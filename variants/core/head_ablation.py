"""Switch heads off, one at a time, and measure how the prediction changes.

A head that looks sharply need not matter, and one that matters need not look sharply: many heads can be
switched off after training with little loss (Michel et al., 2019; Voita et al., 2019). What is zeroed is
the head's slice of what is handed to the output projection; its bias stays.

The change is measured on one prediction of one text, and a head alone: two that do the same can each be
spared, and not both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from variants.core.attention import Attention, Network
from variants.core.checkpoint import Checkpoint
from variants.core.errors import InputError


@dataclass(frozen=True, eq=False)
class HeadAblation:
    """What each head is worth to one prediction; arrays have shape (layers, heads)."""

    place: int
    moved: npt.NDArray[np.float64]  # share of the probability that goes to other answers, in [0, 1]
    gained: npt.NDArray[np.float64] | None  # change of log p of the right answer; None where none is known
    best_before: int  # the most probable answer with all heads on
    best_after: npt.NDArray[np.int64]  # the same with each head off
    probability: float  # of the best answer, with all heads on


def switch_off_each(network: Network, checkpoint: Checkpoint[Any], attention: Attention, place: int) -> HeadAblation:
    """Ask the network's question at ``place`` with all heads on, then with each one off."""
    encoded = attention.encoded
    if place not in network.places(encoded):
        raise InputError(f"Nothing can be asked of token {place}: choose another one.")
    layers, heads = attention.weights.shape[:2]
    gates = torch.ones(1 + layers * heads, layers, heads)
    for row in range(layers * heads):
        gates[1 + row, row // heads, row % heads] = 0
    logs = network.answers(checkpoint, encoded, place, gates).double()
    chances = logs.exp()
    before, after = chances[0], chances[1:]
    truth = network.truth(encoded, place)
    shape = (layers, heads)
    return HeadAblation(
        place=place,
        moved=((after - before).abs().sum(1) / 2).reshape(shape).numpy(),
        gained=None if truth is None else (logs[1:, truth] - logs[0, truth]).reshape(shape).numpy(),
        best_before=int(before.argmax()),
        best_after=after.argmax(1).reshape(shape).numpy(),
        probability=float(before.max()),
    )


def rank_correlation(first: npt.ArrayLike, second: npt.ArrayLike) -> float | None:
    """Return Spearman's correlation of two rows of numbers, None where one of them does not vary."""
    ranks = [_ranks(np.asarray(row, dtype=np.float64)) for row in (first, second)]
    if any(len(np.unique(row)) < 2 for row in ranks):
        return None
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return ranks; equal values share the middle one."""
    below = (values[:, None] > values[None, :]).sum(1)
    equal = (values[:, None] == values[None, :]).sum(1)
    return below + (equal - 1) / 2


def focus_of(attention: Attention, place: int) -> npt.NDArray[np.float64]:
    """Return the largest weight with which each head looks from one place: (layers, heads)."""
    return attention.weights[:, :, place].max(-1).astype(np.float64)
