"""A paper's table, put together from its claims."""

from __future__ import annotations

from variants import VARIANTS
from variants.core.ablation import ablation, as_tables
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


def test_only_what_fills_a_table_becomes_one() -> None:
    tables, others = as_tables(CLAIMS)
    assert [table.source for table in tables] == ["Table 1"] and others == [CLAIMS[-1]]
    tables, others = as_tables(CLAIMS[:3])  # a cell is missing
    assert not tables and others == list(CLAIMS[:3])


def test_no_published_number_is_lost_or_told_twice() -> None:
    for variant in VARIANTS:
        tables, others = as_tables(variant.claims)
        cells = [score for table in tables for scores in table.scores.values() for score in scores]
        assert sorted(cells + [claim.value for claim in others]) == sorted(claim.value for claim in variant.claims)
    assert as_tables(VARIANTS[0].claims)[0][0].tasks == ("MNLI", "SQuAD 1.1 F1")
