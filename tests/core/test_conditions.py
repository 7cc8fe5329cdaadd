"""What two models had in common is read from their cards, and changes with them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from variants import find_variant
from variants.core.conditions import conditions
from variants.core.variant import MODELS

BERT, ELECTRA = find_variant("bert"), find_variant("electra")


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Two models without weights, the second a copy of the first under another name."""
    for slug in ("bert", "electra"):
        (tmp_path / slug).mkdir()
        for name in ("config.json", "recipe.json", "tokenizer.json", "metrics.json"):
            shutil.copy(MODELS / "bert" / name, tmp_path / slug / name)
    return tmp_path


def change(path: Path, **values: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_equal_cards_have_everything_in_common(models: Path) -> None:
    said = conditions(BERT, ELECTRA, models) or ""
    assert said.endswith("Not the same: nothing.")
    assert all(name in said for name in ("text (", "vocabulary (", "depth (4 layers)", "width (256)", "tokens read ("))


def test_what_differs_is_said_with_both_numbers(models: Path) -> None:
    change(models / "electra" / "recipe.json", tokens_seen=30_000_585)
    change(models / "electra" / "config.json", num_hidden_layers=7)
    change(models / "bert" / "recipe.json", tokens_seen=72_001_290)
    same, unlike = (conditions(BERT, ELECTRA, models) or "").split(". Not the same: ")
    assert (
        unlike
        == "depth (BERT: 4 layers, ELECTRA: 7 layers) and tokens read (BERT: 72.0 million, ELECTRA: 30.0 million)."
    )
    assert "depth" not in same and "tokens read" not in same and "width (256)" in same


def test_another_vocabulary_of_the_same_size_is_not_the_same(models: Path) -> None:
    shutil.copy(MODELS / "xlnet" / "tokenizer.json", models / "electra" / "tokenizer.json")
    assert "vocabulary" in (conditions(BERT, ELECTRA, models) or "").split("Not the same: ")[1]


def test_nothing_is_said_of_a_model_that_does_not_ship(models: Path) -> None:
    (models / "bert" / "recipe.json").unlink()
    assert conditions(BERT, ELECTRA, models) is None


def test_the_run_with_the_closest_budget_is_compared(models: Path) -> None:
    folder = models / "bert" / "controls" / "common-budget"
    folder.mkdir(parents=True)
    for name in ("recipe.json", "metrics.json"):
        shutil.copy(models / "bert" / name, folder / name)
    change(models / "electra" / "recipe.json", tokens_seen=30_000_585)
    change(folder / "recipe.json", tokens_seen=30_001_200)
    said = conditions(BERT, ELECTRA, models) or ""
    assert "tokens read (30.0 million)" in said and said.endswith("Not the same: nothing.")
    change(models / "electra" / "recipe.json", tokens_seen=35_000_000)
    assert "tokens read (BERT, common budget: 30.0 million, ELECTRA: 35.0 million)" in (
        conditions(BERT, ELECTRA, models) or ""
    )


def test_the_shipped_cards_are_read() -> None:
    said = conditions(BERT, ELECTRA) or ""
    assert f"{(ELECTRA.shipped or {})['tokens_seen'] / 1e6:.1f} million" in said
