"""What Liu, 2019, and Liu and Lapata, 2019, report: ROUGE in points, F1 on CNN/DailyMail, recall on NYT."""

from __future__ import annotations

from dataclasses import dataclass

from variants.core.variant import Claim

FIRST, SECOND = "Liu, 2019, Table {}", "Liu and Lapata, 2019, Table 2"
THIRD = "Liu and Lapata, 2019, Table 3"


@dataclass(frozen=True)
class Row:
    """One system's ROUGE-1, ROUGE-2 and ROUGE-L."""

    name: str
    rouge1: Claim
    rouge2: Claim
    rouge_l: Claim

    @property
    def claims(self) -> tuple[Claim, Claim, Claim]:
        """Return the three figures."""
        return self.rouge1, self.rouge2, self.rouge_l


def _row(name: str, values: tuple[float, float, float], source: str) -> Row:
    measures = ("ROUGE-1", "ROUGE-2", "ROUGE-L")
    return Row(
        name, *(Claim(text=f"{m}, {name}", value=v, source=source) for m, v in zip(measures, values, strict=True))
    )


ORACLE = _row("oracle", (52.59, 31.24, 48.87), FIRST.format(1))
LEAD = _row("Lead-3", (40.42, 17.62, 36.67), FIRST.format(1))
NO_PRETRAINING = _row("a Transformer without pre-training", (40.90, 18.02, 37.17), FIRST.format(1))
CLASSIFIER = _row("BERTSUM + linear classifier", (43.23, 20.22, 39.60), FIRST.format(1))
LSTM = _row("BERTSUM + LSTM", (43.22, 20.17, 39.59), FIRST.format(1))
TRANSFORMER = _row("BERTSUM + Transformer (BERTSUMEXT)", (43.25, 20.24, 39.63), FIRST.format(1))
LARGE = _row("BERTSUMEXT (large)", (43.85, 20.34, 39.90), SECOND)
NO_SEGMENTS = _row("BERTSUMEXT without interval segments", (43.20, 20.22, 39.59), SECOND)
CLASSIFIER_NO_SEGMENTS = _row("BERTSUM + classifier without interval segments", (43.21, 20.17, 39.57), FIRST.format(2))
NO_BLOCKING = _row("BERTSUM + classifier without trigram blocking", (42.57, 19.96, 39.04), FIRST.format(2))
ABSTRACTIVE = _row("BERTSUMABS", (41.72, 19.39, 38.76), SECOND)
EXTRACTIVE_FIRST = _row("BERTSUMEXTABS", (42.13, 19.60, 39.18), SECOND)
NYT_EXTRACTIVE = _row("BERTSUMEXT, New York Times", (46.66, 26.35, 42.62), THIRD)
NYT_ABSTRACTIVE = _row("BERTSUMABS, New York Times", (48.92, 30.84, 45.41), THIRD)
NYT_EXTRACTIVE_FIRST = _row("BERTSUMEXTABS, New York Times", (49.02, 31.02, 45.55), THIRD)

SYSTEMS = (ORACLE, LEAD, NO_PRETRAINING, LSTM, CLASSIFIER, TRANSFORMER, LARGE)
ABLATIONS = (NO_SEGMENTS, CLASSIFIER_NO_SEGMENTS, NO_BLOCKING)
NEWS = (TRANSFORMER, ABSTRACTIVE, EXTRACTIVE_FIRST)
NYT = (NYT_EXTRACTIVE, NYT_ABSTRACTIVE, NYT_EXTRACTIVE_FIRST)
CLAIMS = tuple(claim for row in (*SYSTEMS, *ABLATIONS, *NEWS[1:], *NYT) for claim in row.claims)
