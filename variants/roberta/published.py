"""What Liu et al., 2019, report of each change to BERT's recipe; the page shows each table at its demo."""

from __future__ import annotations

from dataclasses import dataclass

from variants.core.variant import Claim


def _claims(table: int, scores: dict[str, float]) -> tuple[Claim, ...]:
    return tuple(
        Claim(text=text, value=value, source=f"Liu et al., 2019, Table {table}") for text, value in scores.items()
    )


MASKING = _claims(
    1,
    {
        "SQuAD 2.0 F1, static masks": 78.3,
        "SQuAD 2.0 F1, dynamic masks": 78.7,
        "MNLI, static masks": 84.3,
        "MNLI, dynamic masks": 84.0,
        "SST-2, static masks": 92.5,
        "SST-2, dynamic masks": 92.9,
    },
)
FORMATS = _claims(
    2,
    {
        "SQuAD 2.0 F1, SEGMENT-PAIR + NSP": 78.7,
        "SQuAD 2.0 F1, SENTENCE-PAIR + NSP": 76.2,
        "SQuAD 2.0 F1, FULL-SENTENCES": 79.1,
        "SQuAD 2.0 F1, DOC-SENTENCES": 79.7,
        "MNLI, SEGMENT-PAIR + NSP": 84.0,
        "MNLI, SENTENCE-PAIR + NSP": 82.9,
        "MNLI, FULL-SENTENCES": 84.7,
        "MNLI, DOC-SENTENCES": 84.7,
    },
)
LONGER = _claims(
    4,
    {
        "MNLI, 16 GB of text, 100,000 steps": 89.0,
        "MNLI, 160 GB of text, 100,000 steps": 89.3,
        "MNLI, 160 GB of text, 500,000 steps": 90.2,
        "SQuAD 2.0 F1, 16 GB of text, 100,000 steps": 87.3,
        "SQuAD 2.0 F1, 160 GB of text, 100,000 steps": 87.7,
        "SQuAD 2.0 F1, 160 GB of text, 500,000 steps": 89.4,
    },
)


@dataclass(frozen=True)
class BatchSize:
    """One row of the batch size experiment: BERT-base, about the same number of sequences for each."""

    sequences: int  # in a batch
    steps: int
    perplexity: Claim  # of held-out text
    mnli: Claim
    sst: Claim

    @property
    def sequences_seen(self) -> int:
        """Return how many sequences the run read, repetitions counted."""
        return self.sequences * self.steps


def _batch_size(name: str, sequences: int, steps: int, scores: tuple[float, float, float]) -> BatchSize:
    measures = ("perplexity", "MNLI", "SST-2")
    named = {f"{measure}, batches of {name}": score for measure, score in zip(measures, scores, strict=True)}
    return BatchSize(sequences, steps, *_claims(3, named))


SEQUENCE = Claim(text="tokens of a sequence", value=512, source="Liu et al., 2019, section 3.1")
BATCH_SIZES = (
    _batch_size("256", 256, 1_000_000, (3.99, 84.7, 92.7)),
    _batch_size("2K", 2048, 125_000, (3.68, 85.2, 92.9)),
    _batch_size("8K", 8192, 31_000, (3.77, 84.6, 92.8)),
)
CLAIMS = (
    *MASKING,
    *FORMATS,
    SEQUENCE,
    *(claim for row in BATCH_SIZES for claim in (row.perplexity, row.mnli, row.sst)),
    *LONGER,
)
