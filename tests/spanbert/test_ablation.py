"""The paper's tables as they are cited."""

from __future__ import annotations

from variants.spanbert import ANSWERING, VARIANT
from variants.spanbert.ablation import by_masks, by_objective, gains, in_words


def test_every_claim_of_an_ablation_stands_in_one_table() -> None:
    tables = (by_masks(), by_objective())
    cells = {
        (table.source, f"{task}, {what}"): score
        for table in tables
        for what, scores in table.scores.items()
        for task, score in zip(table.tasks, scores, strict=True)
    }
    assert cells == {(c.source, c.text): c.value for c in VARIANT.claims if c.source != ANSWERING}
    assert len(cells) == 5 * 6 + 3 * 2


def test_the_tables_are_those_of_the_paper() -> None:
    masks, objective = by_masks(), by_objective()
    assert masks.source == "Joshi et al., 2019, Table 6" and objective.source == "Joshi et al., 2019, Table 7"
    assert list(masks.scores) == ["subword tokens", "whole words", "named entities", "noun phrases", "random spans"]
    coreference = {what: scores[masks.tasks.index("coreference F1")] for what, scores in masks.scores.items()}
    assert max(coreference, key=lambda what: coreference[what]) == "subword tokens"
    assert objective.scores["one sequence and SBO"] == (86.8, 79.0)
    # Table 7 starts where Table 6 ends: random spans, two sequences, NSP.
    shared = tuple(masks.scores["random spans"][masks.tasks.index(task)] for task in objective.tasks)
    assert shared == objective.scores["two sequences and NSP"]


def test_gains_are_the_differences() -> None:
    assert gains() == {"SQuAD 2.0 F1": (1.3, 0.1), "coreference F1": (-0.1, 2.7)}
    assert "+2.7 by SBO" in in_words() and "+1.3 points by one sequence" in in_words()
