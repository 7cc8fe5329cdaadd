"""All shipped models and their control runs in one table: what each measured, with its spread.

A dash stands where a model cannot be asked. Two figures whose spreads overlap are no difference; the
table does not rank them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from variants.core.markdown import markdown_table
from variants.core.runs import runs_of
from variants.core.variant import MODELS, Variant

NONE = "–"
Metrics = Mapping[str, Any]


@dataclass(frozen=True)
class Measure:
    """A column: its name, what it says, and how it and what needs no model are read from ``metrics.json``."""

    name: str
    about: str
    read: Callable[[Metrics], str]
    baseline: Callable[[Metrics], str] = lambda _: NONE


def _held_out(name: str, pattern: str) -> Callable[[Metrics], str]:
    return lambda metrics: pattern.format(metrics["held_out"][name])


def _with_error(part: str, value: str, error: str, pattern: str) -> Callable[[Metrics], str]:
    return lambda metrics: f"{pattern} ± {pattern}".format(metrics[part][value], metrics[part][error])


def _transfer(name: str) -> Callable[[Metrics], str]:
    def read(metrics: Metrics) -> str:
        found = metrics["transfer"]["measures"][name]
        return f"{100 * found['mean']:.1f} ± {100 * found['spread']:.1f}"

    return read


def _counted(name: str) -> Callable[[Metrics], str]:
    return lambda metrics: f"{100 * metrics['transfer']['baselines'][name]:.1f}"


MEASURES = (
    Measure("hidden tokens", "held-out tokens guessed right", _held_out("mlm_accuracy", "{:.1%}")),
    Measure(
        "log p a word",
        "(pseudo-)log-likelihood of a word, in nats, ± standard error",
        _with_error("likelihood", "per_word", "per_word_standard_error", "{:.2f}"),
    ),
    Measure(
        "grammar",
        "BLiMP minimal pairs judged rightly, in [0, 1], ± standard error",
        _with_error("grammar", "blimp", "blimp_standard_error", "{:.3f}"),
    ),
    Measure("NSP", "next passage told from another document's", lambda m: f"{m['pairs']['nsp_accuracy']:.1%}"),
    Measure("SOP", "passages in order told from swapped ones", lambda m: f"{m['pairs']['sop_accuracy']:.1%}"),
    Measure(
        "sentiment",
        "accuracy, fine-tuned, mean ± deviation of the runs",
        _transfer("sentiment_accuracy"),
        _counted("sentiment_accuracy"),
    ),
    Measure(
        "similarity",
        "correlation × 100, fine-tuned",
        _transfer("similarity_correlation"),
        _counted("similarity_correlation"),
    ),
    Measure("answers", "F1 of extracted answers × 100, fine-tuned", _transfer("answers_f1"), _counted("answers_f1")),
    Measure("GFLOPs", "of one forward pass over 128 tokens", lambda m: f"{m['cost']['flops_128'] / 1e9:.2f}"),
)


def comparison(variants: Iterable[Variant], models: Path = MODELS) -> list[list[str]]:
    """Return the table: a header, then one row a shipped model, followed by its control runs."""
    rows = [["model", "parameters", "tokens seen", *(measure.name for measure in MEASURES)]]
    for run in (run for variant in variants for run in runs_of(variant, models)):
        measured = [_read(measure.read, run.metrics) for measure in MEASURES]
        rows.append([run.name, f"{run.card['parameters']:,}", f"{run.tokens_seen:,}", *measured])
    return rows


def without_a_model(variants: Iterable[Variant], models: Path = MODELS) -> list[str]:
    """Return a row of the table: what counting words reaches on the labelled sets."""
    metrics = (run.metrics for variant in variants for run in runs_of(variant, models))
    measured = next((each for each in metrics if "transfer" in each), {})
    return ["no model: words counted", NONE, NONE, *(_read(measure.baseline, measured) for measure in MEASURES)]


def _read(read: Callable[[Metrics], str], metrics: Metrics) -> str:
    try:
        return read(metrics)
    except KeyError:
        return NONE


def meanings(names: Sequence[str]) -> str:
    """Say what the measures among some columns mean, in one line."""
    return "; ".join(f"{measure.name}: {measure.about}" for measure in MEASURES if measure.name in names) + "."


def as_markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return the table with what its columns mean."""
    explained = "\n".join(f"- **{measure.name}**: {measure.about}." for measure in MEASURES)
    return f"""# The models, side by side

Written by `python -m variants evaluate`. The cards beside the weights say more. Two figures whose
spreads overlap are no difference, and a model that has read more text than another is no proof of an
idea: look at “tokens seen” first.

{markdown_table(rows[0], rows[1:])}

{explained}
"""
