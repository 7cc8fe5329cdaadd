"""A record knows when its paper appeared, whether its chapter is built and what is shipped."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from variants import find_variant
from variants.core import variant as module
from variants.core.variant import Paper

BERT = find_variant("bert")


@pytest.mark.parametrize(("arxiv", "year", "month"), [("1810.04805", 2018, 10), ("1909.11942", 2019, 9)])
def test_a_paper_tells_its_date_by_its_number(arxiv: str, year: int, month: int) -> None:
    paper = Paper(authors="A", title="T", arxiv=arxiv)
    assert (paper.year, paper.month, paper.url) == (year, month, f"https://arxiv.org/abs/{arxiv}")


def test_ready_is_a_package_with_a_demo() -> None:
    assert BERT.ready
    assert not replace(BERT, slug="core").ready  # a package without a demo
    assert not replace(BERT, slug="nowhere").ready


def test_parts_are_its_modules() -> None:
    assert BERT.part("model").__name__ == "variants.bert.model"
    with pytest.raises(ModuleNotFoundError):
        replace(BERT, slug="core").part("demo")


def test_shipped_is_the_card_of_the_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MODELS", tmp_path)
    assert BERT.shipped is None
    (tmp_path / "bert").mkdir()
    (tmp_path / "bert" / "recipe.json").write_text(json.dumps({"steps": 3}), encoding="utf-8")
    assert BERT.shipped == {"steps": 3}
    assert find_variant("roberta").shipped is None


def test_records_do_not_change() -> None:
    with pytest.raises(AttributeError):
        BERT.name = "ERNIE"  # pyright: ignore[reportAttributeAccessIssue]


def test_a_record_can_be_a_key_whatever_its_controls() -> None:
    assert {BERT: 1}[BERT] == 1 and BERT.controls
