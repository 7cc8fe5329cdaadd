"""The charts of the DistilBERT chapter that no other chapter draws."""

from __future__ import annotations

from collections.abc import Callable

from variants.core.charts import Series, line_chart
from variants.core.figures import GREY, Figure
from variants.distilbert.live import Progress, Standing
from variants.distilbert.objective import TEMPERATURE


def distance_curve(progress: Progress, accent: str) -> Figure:
    """Draw how far both students are from the teacher, over the steps."""
    y_title = f"T² KL, T = {TEMPERATURE:g}"
    return _curve("Distance from the teacher", progress, lambda s: s.losses.distillation, y_title, ".2f", accent)


def agreement_curve(progress: Progress, accent: str) -> Figure:
    """Draw how often each guesses first what the teacher guesses first, over the steps."""
    title = "First guesses that are the teacher's own"
    return _curve(title, progress, lambda s: s.agreement, "share of hidden tokens", ".0%", accent)


def _curve(
    title: str, progress: Progress, read: Callable[[Standing], float], y_title: str, format: str, accent: str
) -> Figure:
    series = [
        Series("taught", tuple(read(moment.taught) for moment in progress.moments), accent),
        Series("alone", tuple(read(moment.alone) for moment in progress.moments), GREY, dash="dot"),
    ]
    steps = [moment.step for moment in progress.moments]
    return line_chart(title, steps, series, x_title="step", y_title=y_title, format=format, height=260)
