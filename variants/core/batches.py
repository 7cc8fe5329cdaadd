"""The order in which a run sees its text: a pure function of seed and position.

Documents are drawn for an epoch (with their sampling weights) and shuffled; a shard of examples is
made from the next few hundred of them, sorted by length so that batches hold little padding, and its
batches are shuffled. A run that was interrupted starts again from a :class:`Position` and sees
exactly the batches that it would have seen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np

from variants.core.errors import InputError
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
    shard_tokens: int = 0  # seen when the current shard began
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


def batches(
    store: TokenStore,
    make_examples: MakeExamples[E],
    recipe: Recipe,
    weights: Mapping[str, float],
    start: Position = Position(),
) -> Iterator[tuple[list[E], Position]]:
    """Yield batches without end, each with the position that follows it."""
    position = start
    epoch, order = -1, list[Serving]()
    while True:
        rng = random.Random(f"{recipe.seed}-{position.epoch}-{position.document}")
        examples: list[E] = []
        epoch_now, document, wanted = position.epoch, position.document, SHARD_BATCHES * recipe.batch_tokens
        while wanted > 0:
            if epoch != epoch_now:
                epoch, order = epoch_now, epoch_order(store, weights, recipe.seed, epoch_now)
            if not order:  # weights below one may leave an epoch of a small corpus empty
                epoch_now += 1
                continue
            serving = order[document]
            max_length = recipe.draw_max_length(position.shard_tokens, rng)
            made = make_examples(store, serving.index, copy=serving.copy, max_length=max_length)
            examples += made
            wanted -= sum(map(len, made))
            document += 1
            if document == len(order):
                epoch_now, document = epoch_now + 1, 0
        shard = batched(examples, recipe.batch_tokens, rng)
        for number, batch in list(enumerate(shard))[position.batch :]:
            seen = position.tokens_seen + sum(map(len, batch))
            position = replace(position, tokens_seen=seen, batch=number + 1)
            yield batch, position
        seen = position.tokens_seen
        position = Position(tokens_seen=seen, shard_tokens=seen, epoch=epoch_now, document=document)


def batched(examples: Sequence[E], batch_tokens: int, rng: random.Random) -> list[list[E]]:
    """Group examples of like length into batches of at most ``batch_tokens``, padding included."""
    shuffled = rng.sample(examples, len(examples))
    groups: list[list[E]] = [[]]
    for example in sorted(shuffled, key=len):
        if groups[-1] and (len(groups[-1]) + 1) * len(example) > batch_tokens:
            groups.append([])
        groups[-1].append(example)
    rng.shuffle(groups)
    return groups
