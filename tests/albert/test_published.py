"""Published rows: which counts round to what is printed, and our own runs where they were measured."""

from __future__ import annotations

import json
from pathlib import Path

from variants.albert import VARIANT
from variants.albert.published import ABLATIONS, ORDER_TASKS, SIZES, SPEEDS
from variants.albert.rounding import exact, recount, recount_ablation
from variants.albert.runs import CONTROLS, recorded_pairs, recorded_runs, verdict


def test_only_the_two_largest_cannot_be_reproduced() -> None:
    assert {preset for preset in SIZES if not recount(preset).fits} == {"xlarge", "xxlarge"}


def test_the_pooler_is_in_the_shared_rows_and_not_in_the_others() -> None:
    for row in ABLATIONS:
        fits = recount_ablation(row).fits
        assert ("encoder" if row.sharing == "none" else "pooler") in fits
        assert ("pooler" in fits) != (row.sharing == "none")


def test_exact_counts_of_the_table() -> None:
    assert exact(ABLATIONS[0]) == 87_648_000
    assert {exact(row) for row in ABLATIONS if row.embedding == 768 and row.sharing == "all"} == {31_705_344}


def test_every_claim_names_its_table() -> None:
    assert all(claim.source.startswith("Lan et al., 2019, Table ") for claim in VARIANT.claims)
    assert len(VARIANT.claims) == len(SIZES) + len(SPEEDS) + 3 * len(ABLATIONS) + 2 * len(ORDER_TASKS)


BASELINES = {"n-gram": {"mlm_accuracy": 0.155}, "same answer": {"sop_accuracy": 0.25}}


def write(folder: Path, **held_out: float) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "recipe.json").write_text(json.dumps({"parameters": 10, "tokens_seen": 20}))
    metrics = {"held_out": held_out, "baselines": BASELINES, "pairs": {"sop_accuracy": 0.7}}
    (folder / "metrics.json").write_text(json.dumps(metrics))


def test_runs_are_read_when_all_four_were_measured(tmp_path: Path) -> None:
    assert recorded_runs(tmp_path) == ()
    write(tmp_path, sop_accuracy=0.9)  # the shipped model has read more than they
    assert recorded_runs(tmp_path) == ()
    for place, name in enumerate(CONTROLS, start=1):
        write(tmp_path / "controls" / name, sop_accuracy=place / 10, mlm_accuracy=0.15)
    runs = recorded_runs(tmp_path)
    assert [(run.shares, run.embedding, run.scores["sop_accuracy"]) for run in runs] == [
        (True, 64, 0.1), (True, 256, 0.2), (False, 64, 0.3), (False, 256, 0.4),
    ]  # fmt: skip
    said = verdict(runs)
    assert "none of the 4 fill in more tokens than an n-gram (15.5%)" in said
    assert "2 of the 4 tell the order better" in said


def test_pairs_are_read_when_both_were_measured(tmp_path: Path) -> None:
    write(tmp_path / "albert")
    assert recorded_pairs(tmp_path) == {}
    write(tmp_path / "bert")
    assert recorded_pairs(tmp_path) == {name: {"sop_accuracy": 0.7} for name in ("our ALBERT", "our BERT")}
