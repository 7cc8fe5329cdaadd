"""The table of differences says what the records say."""

from __future__ import annotations

from variants import VARIANTS, find_variant
from variants.core.differences import ASPECTS, OURS, differences


def test_what_is_not_said_is_as_the_parent() -> None:
    rows = {row[""]: row for row in differences(VARIANTS, VARIANTS)}
    assert rows["data"]["ALBERT"] == "as BERT" and rows["sharing"]["RoBERTa"] == "as BERT"
    for variant in VARIANTS:
        for aspect in ASPECTS:
            said = getattr(variant.design, aspect)
            assert rows[aspect][variant.name] == (said or f"as {find_variant(variant.parent or '').name}")


def test_the_first_of_the_family_has_no_gap() -> None:
    """Nothing can be as in the parent of a variant that has none."""
    for variant in VARIANTS:
        if variant.parent is None:
            assert all(getattr(variant.design, aspect) for aspect in ASPECTS)


def test_one_column_a_variant_and_one_row_an_aspect() -> None:
    chosen = [find_variant("bert"), find_variant("xlnet")]
    rows = differences(chosen, VARIANTS)
    assert [row[""] for row in rows] == ["published", *ASPECTS, OURS]
    assert all(list(row) == ["", "BERT", "XLNet"] for row in rows)
    assert rows[0]["XLNet"] == "Yang et al., 2019"


def test_the_papers_vocabulary_is_not_taken_for_ours() -> None:
    """SpanBERT's paper was cased; our model is not."""
    rows = {row[""]: row for row in differences(VARIANTS, VARIANTS)}
    assert rows["tokenizer"]["SpanBERT"] == "WordPiece, cased" and rows[OURS]["SpanBERT"] == "WordPiece, uncased"
    assert rows["tokenizer"]["DistilBERT"] == "as BERT" and rows[OURS]["DistilBERT"] == "WordPiece, uncased"
