"""What the papers report of DistilBERT; the page shows each table at its demo."""

from __future__ import annotations

from dataclasses import dataclass

from variants.core.retention import Retention
from variants.core.variant import Claim


def _claim(text: str, value: float, table: int) -> Claim:
    return Claim(text=text, value=value, source=f"Sanh et al., 2019, Table {table}")


def _retention(task: str, teacher: float, student: float) -> Retention:
    return Retention(task, _claim(f"{task}, BERT-base", teacher, 1), _claim(f"{task}, DistilBERT", student, 1))


GLUE = (  # development set
    _retention("CoLA", 56.3, 51.3),
    _retention("MNLI", 86.7, 82.2),
    _retention("MRPC", 88.6, 87.5),
    _retention("QNLI", 91.8, 89.2),
    _retention("QQP", 89.6, 88.5),
    _retention("RTE", 69.3, 59.9),
    _retention("SST-2", 92.7, 91.3),
    _retention("STS-B", 89.0, 86.9),
    _retention("WNLI", 53.5, 56.3),
)
AVERAGE = _retention("average of nine tasks", 79.5, 77.0)
MNLI_IN_CODE = Claim(  # the table's own mean needs it, see the test
    text="MNLI, BERT-base, median of five seeds", value=84.7, source="README of the code of Sanh et al., 2019"
)
SECONDS = (
    _claim("seconds for all of STS-B's development set, one sentence pair at a time on a CPU, BERT-base", 668, 3),
    _claim("the same, DistilBERT", 410, 3),
)
MILLIONS = (_claim("million parameters, BERT-base", 110, 3), _claim("million parameters, DistilBERT", 66, 3))
ABLATION = (
    _claim("change of the GLUE average without the distillation loss", -2.96, 4),
    _claim("change of the GLUE average without the cosine loss", -1.46, 4),
    _claim("change of the GLUE average without the MLM loss", -0.31, 4),
    _claim("change of the GLUE average, started from random weights and not from the teacher's", -3.69, 4),
)
RIVALS = tuple(
    Claim(text=f"GLUE test average, {name}", value=value, source="Jiao et al., 2019, Table 1")
    for name, value in {
        "BERT-base": 79.5,
        "DistilBERT, 4 layers": 71.9,
        "DistilBERT, 6 layers": 76.8,
        "TinyBERT, 4 layers": 77.0,
        "TinyBERT, 6 layers": 79.4,
    }.items()
)
CLAIMS = (
    *(claim for row in (*GLUE, AVERAGE) for claim in (row.teacher, row.student)),
    MNLI_IN_CODE,
    *MILLIONS,
    *SECONDS,
    *ABLATION,
    *RIVALS,
)


@dataclass(frozen=True)
class Meaning:
    """The three numbers that everybody quotes, from the figures behind them."""

    kept: float  # of the average, in [0, 1]
    kept_without_wnli: float  # of the average of the other eight, as printed
    kept_corrected: float  # the same with BERT's MNLI score as the code's README has it
    smaller: float  # share of the parameters that went
    throughput: float  # how many times as many inputs in the same time
    less_time: float  # share of the time saved


def meaning() -> Meaning:
    """Work the headlines out from the tables."""
    others = [row for row in GLUE if row.task != "WNLI"]
    kept, whole = (sum(getattr(row, who).value for row in others) for who in ("student", "teacher"))
    (misprint,) = (row.teacher.value for row in GLUE if row.task == "MNLI")
    slow, fast = (claim.value for claim in SECONDS)
    large, small = (claim.value for claim in MILLIONS)
    return Meaning(
        kept=AVERAGE.kept,
        kept_without_wnli=kept / whole,
        kept_corrected=kept / (whole - misprint + MNLI_IN_CODE.value),
        smaller=1 - small / large,
        throughput=slow / fast,
        less_time=1 - fast / slow,
    )
