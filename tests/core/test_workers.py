"""Several processes give the batches that one gives, in the same order, from any position on."""

from __future__ import annotations

from functools import partial
from itertools import islice

import pytest
import torch

from tests.tiny import SPECIAL, VOCABULARY, make_store
from variants.bert.objective import collate, make_examples
from variants.core import batches as module
from variants.core.batches import Position, batches
from variants.core.recipe import Recipe, Stage
from variants.core.task import Batch
from variants.core.workers import Source, collated_batches

STORE = make_store([[[SPECIAL + (d + s) % 50] * (4 + s) for s in range(8)] for d in range(40)])
RECIPE = Recipe(tokens=20_000, stages=(Stage(16, 0.3), Stage(32, 0.7)), batch_tokens=256)
SOURCE = Source(
    STORE,
    partial(make_examples, vocabulary=VOCABULARY, seed=0, rows=128),
    partial(collate, vocabulary=VOCABULARY),
    RECIPE,
)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHARD_BATCHES", 4)


def take(count: int, start: Position, workers: int) -> list[tuple[Batch, Position]]:
    stream = collated_batches(SOURCE, {}, start, workers)
    try:
        return list(islice(stream, count))
    finally:
        stream.close()


def assert_same(some: list[tuple[Batch, Position]], others: list[tuple[Batch, Position]]) -> None:
    assert [position for _, position in some] == [position for _, position in others]
    for (batch, _), (other, _) in zip(some, others, strict=True):
        assert batch.keys() == other.keys()
        assert all(torch.equal(batch[name], other[name]) for name in batch)


def test_collated_batches_are_the_batches() -> None:
    plain = islice(batches(STORE, SOURCE.make_examples, RECIPE, {}), 40)
    assert_same(take(40, Position(), 0), [(SOURCE.collate(examples), position) for examples, position in plain])


@pytest.mark.parametrize("workers", [1, 3])
def test_workers_change_nothing(workers: int) -> None:
    assert_same(take(40, Position(), workers), take(40, Position(), 0))


@pytest.mark.parametrize("done", [1, 9, 17])
def test_workers_go_on_from_any_position(done: int) -> None:
    whole = take(40, Position(), 0)
    assert_same(take(40 - done, whole[done - 1][1], 2), whole[done:])


def test_an_error_in_a_worker_is_not_lost() -> None:
    def broken(*_: object, **__: object) -> list[object]:
        raise ValueError("no examples today")

    stream = collated_batches(Source(STORE, broken, SOURCE.collate, RECIPE), {}, Position(), 1)
    with pytest.raises(ValueError, match="no examples today"):
        next(stream)
