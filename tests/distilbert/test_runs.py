"""What the two runs recorded, and nothing where one of them did not."""

from __future__ import annotations

import json
from pathlib import Path

from variants.distilbert.runs import recorded_runs


def write(folder: Path, tokens: int, accuracy: float) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    scores = {"mlm_accuracy": accuracy, "mlm_loss": 3.0, "distillation_loss": 0.5, "cosine_loss": 0.1}
    (folder / "recipe.json").write_text(json.dumps({"tokens_seen": tokens}))
    (folder / "metrics.json").write_text(json.dumps({"held_out": scores}))


def test_both_runs_or_none(tmp_path: Path) -> None:
    assert recorded_runs(tmp_path) == ()
    write(tmp_path, 30, 0.4)
    assert recorded_runs(tmp_path) == ()
    write(tmp_path / "controls" / "alone", 20, 0.3)
    taught, alone = recorded_runs(tmp_path)
    assert (taught.tokens_seen, taught.accuracy, alone.tokens_seen, alone.accuracy) == (30, 0.4, 20, 0.3)
    assert (alone.loss, alone.distillation, alone.cosine) == (3.0, 0.5, 0.1)


def test_a_model_without_measures_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, 30, 0.4)
    write(tmp_path / "controls" / "alone", 20, 0.3)
    (tmp_path / "metrics.json").write_text("{}")
    assert recorded_runs(tmp_path) == ()
