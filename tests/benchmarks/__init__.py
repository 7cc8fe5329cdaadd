"""What can be measured: one module each, with a function ``measure``."""

from __future__ import annotations

from importlib import import_module

from tests.benchmarks.row import Row

MEASUREMENTS = (
    "fill_mask",
    "start",
    "pretraining",
    "memory",
    "slider",
    "chapters",
    "attention",
    "comparison",
    "learners",
)


def measure(name: str, *, quick: bool) -> list[Row]:
    """Run one measurement."""
    return import_module(f"tests.benchmarks.{name}").measure(quick=quick)
