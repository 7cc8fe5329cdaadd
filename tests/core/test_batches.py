"""The stream of batches hangs on seed and position alone, fits its budget and goes on from anywhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tiny import make_store
from variants.core import batches as module
from variants.core.batches import Position, Serving, batches, epoch_order, shards
from variants.core.errors import InputError
from variants.core.recipe import Recipe, Stage
from variants.core.token_store import TokenStore

STORE = make_store([[[9] * (60 + 60 * (index % 7))] for index in range(40)])
RECIPE = Recipe(tokens=24_000, stages=(Stage(16, 0.4), Stage(32, 0.6)), short_share=0.25, batch_tokens=64)
BEGINNING = Position()
MANY = 500  # batches; about six shards, three epochs and both windows


@dataclass(frozen=True)
class Piece:
    """An example that says where it comes from."""

    index: int
    copy: int
    number: int
    max_length: int
    length: int

    def __len__(self) -> int:
        return self.length


def make_pieces(store: TokenStore, index: int, *, copy: int, max_length: int) -> list[Piece]:
    """Some pieces of many lengths: a pure function of the arguments."""
    count = 10 + len(store.document(index)[0]) // 60
    lengths = [3 + (7 * index + 5 * copy + 11 * number) % (max_length - 2) for number in range(count)]
    return [Piece(index, copy, number, max_length, length) for number, length in enumerate(lengths)]


def stream(count: int, start: Position = BEGINNING, seed: int = 0) -> list[tuple[list[Piece], Position]]:
    recipe = replace(RECIPE, seed=seed)
    return list(islice(batches(STORE, make_pieces, recipe, {}, start), count))


@cache
def whole() -> list[tuple[list[Piece], Position]]:
    return stream(MANY)


def test_the_stream_covers_several_shards_epochs_and_windows() -> None:
    """Or the tests below would show less than they say."""
    positions = [position for _, position in whole()]
    assert len({position.shard_tokens for position in positions}) >= 5
    assert max(position.epoch for position in positions) >= 2
    assert {piece.max_length for batch, _ in whole() for piece in batch} == {16, 32}


def test_same_seed_same_batches() -> None:
    assert stream(100) == whole()[:100]
    assert stream(100, seed=1) != whole()[:100]


def test_batches_fit_their_budget_with_padding() -> None:
    for batch, _ in whole():
        assert batch
        assert len(batch) * max(map(len, batch)) <= RECIPE.batch_tokens


def test_batches_hold_little_padding() -> None:
    padded = sum(len(batch) * max(map(len, batch)) for batch, _ in whole())
    assert sum(len(piece) for batch, _ in whole() for piece in batch) > 0.95 * padded


def test_lengths_are_mixed_over_time() -> None:
    """Sorted by length within a batch, but not from batch to batch."""
    longest = [max(map(len, batch)) for batch, _ in whole()[:60]]
    assert longest not in (sorted(longest), sorted(longest, reverse=True))


def test_tokens_are_counted_without_padding() -> None:
    seen = 0
    for batch, position in whole():
        seen += sum(map(len, batch))
        assert position.tokens_seen == seen


def test_the_window_is_that_of_the_shard() -> None:
    for batch, position in whole():
        assert max(piece.max_length for piece in batch) <= RECIPE.max_length_at(position.shard_tokens)


def test_a_share_of_the_documents_is_cut_short_in_the_long_windows() -> None:
    late = [piece for batch, position in whole() if position.shard_tokens > 12_000 for piece in batch]
    documents = {(piece.index, piece.copy): piece.max_length for piece in late}
    short = sum(length == 16 for length in documents.values())
    assert len(documents) > 50
    spread = (RECIPE.short_share * (1 - RECIPE.short_share) / len(documents)) ** 0.5
    assert short / len(documents) == pytest.approx(RECIPE.short_share, abs=4 * spread)


@settings(max_examples=25)
@given(done=st.integers(1, MANY - 90))
def test_any_position_goes_on_with_exactly_the_following_batches(done: int) -> None:
    """Some 90 batches reach into the next shard."""
    position = whole()[done - 1][1]
    assert stream(90, position) == whole()[done : done + 90]


def test_positions_at_the_ends_of_shards_go_on_too() -> None:
    ends = [place for place in range(1, MANY - 3) if whole()[place][1].batch == 1]
    assert len(ends) >= 4
    for place in ends:
        assert stream(3, whole()[place - 1][1]) == whole()[place : place + 3]


def test_an_epoch_serves_every_document_once() -> None:
    for epoch in range(3):
        order = epoch_order(STORE, {}, 0, epoch)
        assert sorted(serving.index for serving in order) == list(range(len(STORE)))
        assert {serving.copy for serving in order} == {epoch}


def test_every_example_of_an_epoch_comes_once() -> None:
    epochs = max(position.epoch for _, position in whole())
    pieces = [piece for batch, _ in whole() for piece in batch if piece.copy < epochs - 1]
    windows = {(piece.index, piece.copy): piece.max_length for piece in pieces}
    expected = [
        piece
        for index in range(len(STORE))
        for copy in range(epochs - 1)
        for piece in make_pieces(STORE, index, copy=copy, max_length=windows[index, copy])
    ]
    assert Counter(pieces) == Counter(expected)


def test_epochs_differ_in_order_and_seeds_too() -> None:
    orders = [[s.index for s in epoch_order(STORE, {}, seed, epoch)] for seed in range(3) for epoch in range(3)]
    assert len({tuple(order) for order in orders}) == 9
    assert list(range(len(STORE))) not in orders


WEIGHTED = make_store([[[9]]] * 3000, ("often", "rarely", "plain", "never"), [i % 4 for i in range(3000)])
WEIGHTS = {"often": 2.5, "rarely": 0.25, "never": 0.0, "absent": 9.0}


@pytest.mark.parametrize(
    ("origin", "times", "mean"), [(0, {2, 3}, 2.5), (1, {0, 1}, 0.25), (2, {1}, 1.0), (3, {0}, 0.0)]
)
def test_weights_are_respected(origin: int, times: set[int], mean: float) -> None:
    """Over 750 documents a mean strays by less than 0.08, four standard deviations."""
    counts = Counter(serving.index for serving in epoch_order(WEIGHTED, WEIGHTS, 0, 0))
    own = [counts[index] for index in range(len(WEIGHTED)) if index % 4 == origin]
    assert set(own) == times
    assert sum(own) / len(own) == pytest.approx(mean, abs=0.08)


def test_servings_of_a_document_are_different_copies() -> None:
    servings = [serving for epoch in range(4) for serving in epoch_order(WEIGHTED, WEIGHTS, 0, epoch)]
    assert len(set(servings)) == len(servings)
    assert {serving.copy for serving in servings if serving.index == 0} <= set(range(12))
    assert Serving(2, 3) in servings


def test_an_epoch_without_a_document_is_passed_over() -> None:
    """With weights below one an epoch of a small corpus can turn out empty."""
    store, weights = make_store([[[9]]]), {"made": 0.3}
    assert any(not epoch_order(store, weights, 0, epoch) for epoch in range(5))
    taken = list(islice(batches(store, make_pieces, RECIPE, weights), 5))
    assert all(batch for batch, _ in taken)


def test_weights_that_leave_no_document_are_an_error() -> None:
    """And not a search without end."""
    with pytest.raises(InputError, match="weight"):
        next(batches(STORE, make_pieces, RECIPE, {"made": 0.0}))


def test_shards_take_documents_in_the_order_of_the_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHARD_BATCHES", 4)
    order = [serving for epoch in range(2) for serving in epoch_order(STORE, {}, RECIPE.seed, epoch)]
    shards: dict[int, set[Serving]] = {}
    for batch, position in stream(150):
        shards.setdefault(position.shard_tokens, set()).update(Serving(p.index, p.copy) for p in batch)
    begun = 0
    for documents in list(shards.values())[:-1]:  # the last one may not be complete
        assert documents == set(order[begun : begun + len(documents)])
        begun += len(documents)
    assert begun > len(STORE)


def test_a_shard_hangs_on_its_start_alone() -> None:
    """Or workers could not make it ahead of time."""
    planned = list(islice(shards(STORE, RECIPE, {}, Position()), 8))
    for place in range(1, 8):
        again = list(islice(shards(STORE, RECIPE, {}, planned[place].start), 8 - place))
        assert again == planned[place:]
    assert [shard.start.shard_tokens for shard in planned] == [
        sum(len(STORE.document(serving.index)[0]) for before in planned[:place] for serving in before.servings)
        for place in range(8)
    ]
