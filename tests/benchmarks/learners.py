"""A class at work: 1, 20 and 40 learners on one server process.

Each thinks for two seconds, then sends a text that nobody sent before and sees its guesses and an
attention map. The clock runs from sending to the last message of the rerun.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from statistics import median, quantiles
from time import perf_counter

from tests.benchmarks.learner import learner
from tests.benchmarks.memory import wait_for_models
from tests.benchmarks.row import Goal, Row
from tests.server import Server, running
from variants.core.samples import sample_documents

CLASSES = (1, 20, 40)
THINK = 2.0  # seconds
WORDS = 12  # in a text
GOAL = Goal(200)  # for the largest class


def measure(*, quick: bool) -> list[Row]:
    """Return the 95th percentile for each size of class."""
    rows: list[Row] = []
    texts = fresh_texts()
    with running() as server:
        asyncio.run(at_work(server, texts, learners=1, seconds=2 * THINK))
        wait_for_models(server)
        for learners in CLASSES:
            took = asyncio.run(at_work(server, texts, learners=learners, seconds=8 if quick else 30))
            p95 = quantiles(took, n=20, method="inclusive")[-1]
            row = Row(
                what=f"rerun, {learners} learner{'s'[: learners > 1]}, p95",
                ours=f"p50 {1000 * median(took):.0f} ms of {len(took)} reruns",
                value=1000 * p95,
                unit="ms",
                goal=GOAL if learners == max(CLASSES) else None,
            )
            rows.append(row)
    return rows


def fresh_texts() -> Iterator[str]:
    """Yield stretches of the sample, each once: whatever is asked, the server has not seen it before."""
    words = " ".join(part for document in sample_documents() for part in document.paragraphs).split()
    for start in range(len(words) - WORDS):
        yield " ".join(words[start : start + WORDS])


async def at_work(server: Server, texts: Iterator[str], *, learners: int, seconds: float) -> list[float]:
    """Let a class work; return how long each rerun took."""
    end = perf_counter() + seconds
    rng = random.Random(0)
    delays = [rng.uniform(0, THINK) for _ in range(learners)]  # nobody presses in step with the others
    classmates = [one_learner(server, texts, delay=delay, end=end) for delay in delays]
    return [took for each in await asyncio.gather(*classmates) for took in each]


async def one_learner(server: Server, texts: Iterator[str], *, delay: float, end: float) -> list[float]:
    """Open the page, then think and send until ``end``; the opening is not counted."""
    took: list[float] = []
    async with learner(server, "bert") as visitor:
        await asyncio.sleep(delay)
        await visitor.see({"look": "attention"})
        while perf_counter() + THINK < end:
            await asyncio.sleep(THINK)
            took.append(await visitor.type(next(texts)))
    return took
