"""The order in which a run sees its text: a pure function of seed and position.

Documents are drawn for an epoch (with their sampling weights) and shuffled; a shard of examples is
made from the next few hundred of them, sorted by length so that batches hold little padding, and its
batches are shuffled. A run that was interrupted starts again from a :class:`Position` and sees
exactly the batches that it would have seen. Shards do not depend on each other, so that several
processes may make them ahead of a fast GPU (:mod:`variants.core.workers`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np

from variants.core.errors import InputError
from variants.core.padding import by_length
from variants.core.recipe import Recipe
from variants.core.token_store import TokenStore

SHARD_BATCHES = 64  # how many batches are made, sorted and shuffled together


class Example(Protocol):
    """A training sequence: anything with a length in tokens."""

    def __len__(self) -> int:
        """Return the number of tokens."""
        ...


E = TypeVar("E", bound=Example)


class MakeExamples(Protocol[E]):
    """Make the training sequences of one document."""

    def __call__(self, store: TokenStore, index: int, *, copy: int, max_length: int) -> list[E]:
        """Return the sequences of document ``index`` in its ``copy``-th serving."""
        ...


@dataclass(frozen=True)
class Position:
    """Where a run stands in its text."""

    tokens_seen: int = 0  # by now
    shard_tokens: int = 0  # of text, served before the current shard
    epoch: int = 0  # of the current shard's first document
    document: int = 0  # the shard's first document, counted within the epoch
    batch: int = 0  # batches of the shard that are done


@dataclass(frozen=True)
class Serving:
    """One appearance of a document."""

    index: int
    copy: int


def epoch_order(store: TokenStore, weights: Mapping[str, float], seed: int, epoch: int) -> list[Serving]:
    """Return the documents of one epoch, shuffled; a weight of 2.5 means two or three servings."""
    rng = np.random.default_rng((seed, epoch))
    weight = np.array([weights.get(source, 1.0) for source in store.sources])[store.document_sources]
    if not weight.any():
        raise InputError("The sampling weights leave no document to train on: one of them must be above 0.")
    times = np.floor(weight + rng.random(len(store))).astype(int)
    most = np.ceil(weight).astype(int)
    servings = [
        Serving(index, int(epoch * most[index] + turn)) for index in range(len(store)) for turn in range(times[index])
    ]
    return [servings[i] for i in rng.permutation(len(servings))]


@dataclass(frozen=True)
class Shard:
    """The next few hundred servings, and where they start."""

    start: Position
    servings: tuple[Serving, ...]


def shards(store: TokenStore, recipe: Recipe, weights: Mapping[str, float], start: Position) -> Iterator[Shard]:
    """Yield shards without end; what a shard holds hangs on where it starts, not on what was made of others."""
    lengths = store.document_lengths()
    position = replace(start, batch=0)
    order = epoch_order(store, weights, recipe.seed, position.epoch)
    while True:
        epoch, document, tokens = position.epoch, position.document, 0
        servings: list[Serving] = []
        while tokens < SHARD_BATCHES * recipe.batch_tokens:
            if document == len(order):  # weights below one may leave an epoch of a small corpus empty
                epoch, document = epoch + 1, 0
                order = epoch_order(store, weights, recipe.seed, epoch)
                continue
            servings.append(order[document])
            tokens += int(lengths[order[document].index])
            document += 1
        yield Shard(position, tuple(servings))
        position = Position(0, position.shard_tokens + tokens, epoch, document)


def make_shard(store: TokenStore, make_examples: MakeExamples[E], recipe: Recipe, shard: Shard) -> list[list[E]]:
    """Return the batches of one shard: a pure function of its arguments."""
    rng = random.Random(f"{recipe.seed}-{shard.start.epoch}-{shard.start.document}")
    examples: list[E] = []
    for serving in shard.servings:
        max_length = recipe.draw_max_length(shard.start.shard_tokens, rng)
        examples += make_examples(store, serving.index, copy=serving.copy, max_length=max_length)
    return batched(examples, recipe.batch_tokens, rng)


def batches(
    store: TokenStore,
    make_examples: MakeExamples[E],
    recipe: Recipe,
    weights: Mapping[str, float],
    start: Position = Position(),
) -> Iterator[tuple[list[E], Position]]:
    """Yield batches without end, each with the position that follows it."""
    seen, done = start.tokens_seen, start.batch
    for shard in shards(store, recipe, weights, start):
        made = make_shard(store, make_examples, recipe, shard)
        for number, batch in list(enumerate(made, start=1))[done:]:
            seen += sum(map(len, batch))
            yield batch, replace(shard.start, tokens_seen=seen, batch=number)
        done = 0


def batched(examples: Sequence[E], batch_tokens: int, rng: random.Random) -> list[list[E]]:
    """Group examples of like length into batches of at most ``batch_tokens``, padding included."""
    shuffled = rng.sample(examples, len(examples))
    groups = list(by_length(shuffled, len, batch_tokens)) or [[]]  # an empty shard must not pass in silence
    rng.shuffle(groups)
    return groups
