"""What Lan et al., 2019, report: sizes, speeds, the two ways to save parameters, and sentence order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from variants.albert.sizes import Sharing
from variants.core.variant import Claim


def _claim(table: int, text: str, value: float) -> Claim:
    return Claim(text=text, value=value, source=f"Lan et al., 2019, Table {table}")


SIZES = {  # by preset, in millions; BERT's own paper says 110M and 340M
    "bert-base": _claim(1, "million parameters, BERT-base", 108),
    "bert-large": _claim(1, "million parameters, BERT-large", 334),
    "base": _claim(1, "million parameters, ALBERT-base", 12),
    "large": _claim(1, "million parameters, ALBERT-large", 18),
    "xlarge": _claim(1, "million parameters, ALBERT-xlarge", 60),
    "xxlarge": _claim(1, "million parameters, ALBERT-xxlarge", 235),
}
SPEEDS = (
    _claim(2, "training speed, BERT-large", 1.0),
    _claim(2, "training speed, BERT-base", 4.7),
    _claim(2, "training speed, ALBERT-base", 5.6),
    _claim(2, "training speed, ALBERT-large", 1.7),
    _claim(2, "training speed, ALBERT-xlarge", 0.6),
    _claim(2, "training speed, ALBERT-xxlarge", 0.3),
)


@dataclass(frozen=True)
class Ablation:
    """One row of Table 3 or 4: a base-sized model with one embedding width and one kind of sharing."""

    embedding: int
    sharing: Sharing
    parameters: Claim  # in millions, rounded
    average: Claim  # over SQuAD 1.1, SQuAD 2.0, MNLI, SST-2 and RACE
    mnli: Claim


def _row(table: int, embedding: int, sharing: Sharing, parameters: float, average: float, mnli: float) -> Ablation:
    name = f"E = {embedding}, sharing {sharing}"
    return Ablation(
        embedding,
        sharing,
        _claim(table, f"million parameters, {name}", parameters),
        _claim(table, f"average, {name}", average),
        _claim(table, f"MNLI, {name}", mnli),
    )


ABLATIONS = (
    _row(3, 64, "none", 87, 81.3, 82.9),
    _row(3, 128, "none", 89, 81.7, 83.7),
    _row(3, 256, "none", 93, 81.8, 84.1),
    _row(3, 768, "none", 108, 82.3, 84.5),
    _row(3, 64, "all", 10, 79.0, 80.8),
    _row(3, 128, "all", 12, 80.1, 81.6),
    _row(3, 256, "all", 16, 79.6, 81.5),
    _row(3, 768, "all", 31, 79.8, 82.0),
    _row(4, 768, "all", 31, 79.8, 82.0),
    _row(4, 768, "attention", 83, 81.6, 84.0),
    _row(4, 768, "feed-forward", 57, 79.5, 81.5),
    _row(4, 768, "none", 108, 82.3, 84.5),
    _row(4, 128, "all", 12, 80.1, 82.0),
    _row(4, 128, "attention", 64, 81.7, 83.4),
    _row(4, 128, "feed-forward", 38, 80.2, 82.3),
    _row(4, 128, "none", 89, 81.6, 83.2),
)


@dataclass(frozen=True)
class OrderTask:
    """One row of Table 5: what a model trained with one task between sentences can answer, in percent."""

    trained_with: str
    nsp: Claim
    sop: Claim


def _task(name: str, nsp: float, sop: float) -> OrderTask:
    return OrderTask(
        name, _claim(5, f"NSP accuracy, trained with {name}", nsp), _claim(5, f"SOP accuracy, trained with {name}", sop)
    )


ORDER_TASKS = (_task("neither", 52.4, 53.3), _task("NSP", 90.5, 52.0), _task("SOP", 78.9, 86.5))


def in_words(tasks: Sequence[OrderTask]) -> str:
    """Say what each task taught of the other, in the paper's own models."""
    by_name = {task.trained_with: task for task in tasks}
    nsp, sop = by_name["NSP"], by_name["SOP"]
    return (
        f"In the paper, a model trained with NSP puts {nsp.sop.value}% of the pairs in order, and one trained with SOP "
        f"is right in {sop.nsp.value}% of what NSP asks ({sop.nsp.source})."
    )


CLAIMS = (
    *SIZES.values(),
    *SPEEDS,
    *(claim for row in ABLATIONS for claim in (row.parameters, row.average, row.mnli)),
    *(claim for row in ORDER_TASKS for claim in (row.nsp, row.sop)),
)
