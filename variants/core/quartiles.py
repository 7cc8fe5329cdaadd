"""The quartiles of a few measured values: the median, and the middle half around it as their spread."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import quantiles


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the lower quartile, the median and the upper quartile, interpolated; of one value, itself thrice."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return low, middle, high
