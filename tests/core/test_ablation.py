"""A paper's table, put together from its claims."""

from __future__ import annotations

from variants.core.ablation import ablation
from variants.core.variant import Claim

CLAIMS = (
    Claim(text="MNLI, spans", value=87.0, source="Table 1"),
    Claim(text="MNLI, words, whole", value=86.3, source="Table 1"),
    Claim(text="QNLI, spans", value=93.3, source="Table 1"),
    Claim(text="QNLI, words, whole", value=92.8, source="Table 1"),
    Claim(text="a number that stands alone", value=1.0, source="Table 2"),
)


def test_claims_become_a_table_in_their_order() -> None:
    table = ablation(CLAIMS, "Table 1")
    assert table.source == "Table 1" and table.tasks == ("MNLI", "QNLI")
    assert list(table.scores.items()) == [("spans", (87.0, 93.3)), ("words, whole", (86.3, 92.8))]
