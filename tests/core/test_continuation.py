"""Where a run goes on from a shipped model."""

from __future__ import annotations

from pathlib import Path

import pytest
from torch import nn

from tests.core.test_batches import RECIPE, STORE
from variants.core.batches import Position, shards
from variants.core.continuation import begin_from, position_after
from variants.core.errors import InputError
from variants.core.task import Task


def test_the_position_is_where_a_run_would_stand() -> None:
    assert position_after(0, STORE, RECIPE, {}) == Position()
    first, second = (shard.start for shard, _ in zip(shards(STORE, RECIPE, {}, Position()), range(2), strict=False))
    here = position_after(first.shard_tokens + 1, STORE, RECIPE, {})
    assert (here.epoch, here.document, here.tokens_seen) == (second.epoch, second.document, 1)
    far = position_after(100_000, STORE, RECIPE, {})
    assert far.epoch > 5 and 100_000 <= far.shard_tokens < 105_000


def test_what_is_trained_and_not_shipped_cannot_be_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_text("{}")
    model = nn.Linear(2, 2)
    objective = nn.ModuleList([model, nn.Linear(2, 3)])
    task = Task(model=model, objective=objective, make_examples=_nothing, collate=_nothing)  # pyright: ignore[reportArgumentType]
    with pytest.raises(InputError, match="parts that are not shipped"):
        begin_from(tmp_path, model, task, STORE, {}, tmp_path / "run")  # pyright: ignore[reportArgumentType]
    with pytest.raises(InputError, match="nothing to go on from"):
        begin_from(tmp_path / "nowhere", model, task, STORE, {}, tmp_path / "run")  # pyright: ignore[reportArgumentType]


def _nothing(*_: object, **__: object) -> object:
    raise AssertionError("nothing is made before the run begins")
