"""What Yang et al., 2019, report: XLNet against BERT on the same data, and what each part of it brings."""

from __future__ import annotations

from variants.core.ablation import Ablation, ablation
from variants.core.variant import Claim

SAME_DATA, PARTS = (f"Yang et al., 2019, Table {number}" for number in (1, 6))
TASKS = ("RACE", "SQuAD 2.0 F1", "SQuAD 2.0 EM", "MNLI", "SST-2")
BY_PART = {
    "BERT-base": (64.3, 76.30, 73.66, 84.34, 92.78),
    "hidden words, Transformer-XL network": (65.03, 79.56, 76.80, 84.88, 92.60),
    "XLNet-base, K = 7": (66.05, 81.33, 78.46, 85.84, 92.66),
    "XLNet-base, K = 6": (66.66, 80.98, 78.18, 85.63, 93.35),
    "the same without memory": (65.55, 80.15, 77.27, 85.32, 92.78),
    "the same with next sentence prediction": (66.76, 79.83, 76.94, 85.32, 92.89),
}
CLAIMS = (
    Claim(text="MNLI, BERT-large, best of three", value=87.3, source=SAME_DATA),
    Claim(text="MNLI, XLNet-large, Wikipedia and books alone", value=88.4, source=SAME_DATA),
    Claim(text="one token in so many is predicted, K", value=6, source="Yang et al., 2019, section 3.1"),
    *(
        Claim(text=f"{task}, {what}", value=score, source=PARTS)
        for what, scores in BY_PART.items()
        for task, score in zip(TASKS, scores, strict=True)
    ),
)


def by_part() -> Ablation:
    """Return the ablation of the base models, development sets, read from the claims."""
    return ablation(CLAIMS, PARTS)


def same_data() -> tuple[Claim, ...]:
    """Return the comparison on the same data."""
    return tuple(claim for claim in CLAIMS if claim.source == SAME_DATA)
