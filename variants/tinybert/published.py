"""What the paper reports of TinyBERT; the page shows each table at its demo."""

from __future__ import annotations

from variants.core.retention import Retention
from variants.core.variant import Claim


def _claim(text: str, value: float, table: int) -> Claim:
    return Claim(text=text, value=value, source=f"Jiao et al., 2019, Table {table}")


def _retention(task: str, teacher: float, student: float) -> Retention:
    return Retention(task, _claim(f"{task}, BERT-base", teacher, 1), _claim(f"{task}, TinyBERT-4", student, 1))


GLUE = (  # test server
    _retention("MNLI-m", 83.9, 82.5),
    _retention("MNLI-mm", 83.4, 81.8),
    _retention("QQP", 71.1, 71.3),
    _retention("QNLI", 90.9, 87.7),
    _retention("SST-2", 93.4, 92.6),
    _retention("CoLA", 52.8, 44.1),
    _retention("STS-B", 85.2, 80.4),
    _retention("MRPC", 87.5, 86.4),
    _retention("RTE", 67.0, 66.6),
)
AVERAGE = _retention("average of the nine", 79.5, 77.0)
RIVALS = (
    _claim("GLUE test average, TinyBERT, 6 layers", 79.4, 1),
    _claim("GLUE test average, DistilBERT, 6 layers", 76.8, 1),
    _claim("GLUE test average, DistilBERT, 4 layers", 71.9, 1),
    _claim("GLUE test average, as small as TinyBERT-4, pre-trained without a teacher", 70.2, 1),
)
PARAMETERS = {
    "four": _claim("million parameters, TinyBERT-4 (BERT-base: 109)", 14.5, 1),
    "six": _claim("million parameters, TinyBERT-6", 67.0, 1),
}
COSTS = (
    PARAMETERS["four"],
    _claim("thousand million operations, TinyBERT-4 (BERT-base: 22.5)", 1.2, 1),
    _claim("times as fast as BERT-base on a K80 GPU, TinyBERT-4", 9.4, 1),
    PARAMETERS["six"],
    _claim("times as fast as BERT-base on a K80 GPU, TinyBERT-6", 2.0, 1),
)
FULL = _claim("average, everything", 75.6, 3)
STEPS = (
    _claim("average, without the general stage", 72.5, 2),
    _claim("average, without the task stage", 68.5, 2),
    _claim("average, without augmented data", 68.4, 2),
)
TERMS = (
    _claim("average, without the embedding term", 74.1, 3),
    _claim("average, without the prediction term", 73.5, 3),
    _claim("average, without the hidden states", 72.9, 3),
    _claim("average, without the attention scores", 71.0, 3),
    _claim("average, without either of the last two", 56.3, 3),
)
MAPS = (
    _claim("average, uniform map", 75.6, 4),
    _claim("average, top map", 70.9, 4),
    _claim("average, bottom map", 71.3, 4),
)
ABLATIONS = {"steps": (FULL, *STEPS), "terms": (FULL, *TERMS), "maps": MAPS}
AVERAGED = "TinyBERT-4, average of MNLI-m, MNLI-mm, MRPC and CoLA, development sets"
CLAIMS = (
    *(claim for row in (*GLUE, AVERAGE) for claim in (row.teacher, row.student)),
    *RIVALS,
    *COSTS,
    FULL,
    *STEPS,
    *TERMS,
    *MAPS,
)
