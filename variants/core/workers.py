"""Batches made by several processes, in the order in which one would make them.

Making examples is plain Python and feeds one CPU core many times over; a GPU reads millions of
tokens a second. Shards do not depend on each other, so that workers make them side by side, each
shard already collated, and the run takes them in order.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from variants.core.batches import MakeExamples, Position, Shard, batches, make_shard, shards
from variants.core.recipe import Recipe
from variants.core.task import Batch
from variants.core.token_store import TokenStore

AHEAD = 3  # shards under way for each worker

Collated = list[tuple[int, Batch]]  # tokens without padding, and the batch


@dataclass(frozen=True)
class Source:
    """What batches are made from."""

    store: TokenStore
    make_examples: MakeExamples[Any]
    collate: Callable[[Sequence[Any]], Batch]
    recipe: Recipe

    def make(self, shard: Shard) -> Collated:
        """Return the collated batches of one shard."""
        made = make_shard(self.store, self.make_examples, self.recipe, shard)
        return [(sum(map(len, examples)), self.collate(examples)) for examples in made]


def collated_batches(
    source: Source, weights: Mapping[str, float], start: Position, workers: int
) -> Generator[tuple[Batch, Position]]:
    """Yield collated batches without end, each with the position that follows it, whatever the number of workers."""
    if not workers:
        for examples, position in batches(source.store, source.make_examples, source.recipe, weights, start):
            yield source.collate(examples), position
        return
    seen, done = start.tokens_seen, start.batch
    for shard, made in _made(source, shards(source.store, source.recipe, weights, start), workers):
        for number, (tokens, batch) in list(enumerate(made, start=1))[done:]:
            seen += tokens
            yield batch, replace(shard.start, tokens_seen=seen, batch=number)
        done = 0


def _made(source: Source, planned: Iterator[Shard], workers: int) -> Iterator[tuple[Shard, Collated]]:
    # Forked, so that the memory-mapped store is shared and not copied.
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, context, initializer=_remember, initargs=(source,)) as pool:
        under_way: deque[tuple[Shard, Future[Collated]]] = deque()
        try:
            while True:
                for shard in islice(planned, AHEAD * workers - len(under_way)):
                    under_way.append((shard, pool.submit(_make, shard)))
                shard, future = under_way.popleft()
                yield shard, future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_source: list[Source] = []  # of a worker process


def _remember(source: Source) -> None:
    _source[:] = [source]


def _make(shard: Shard) -> Collated:
    return _source[0].make(shard)
