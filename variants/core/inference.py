"""How a model runs: never more than two passes at a time, and without gradients unless they are what is asked.

Past the number of cores, more passes at once only make each other wait; the semaphore keeps the
throughput where it is when a whole class presses the button. What takes many passes, a measurement
or a small training, holds a slot for one short pass at a time, and there is one such at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import TypeVar

import torch

from variants.core.errors import InputError

R = TypeVar("R")

_SLOTS = threading.BoundedSemaphore(2)
_LONG = threading.Lock()


@contextmanager
def forward_pass() -> Generator[None]:
    """Hold a slot and switch gradients off."""
    with _SLOTS, torch.inference_mode():
        yield


@contextmanager
def gradient_pass() -> Generator[None]:
    """Hold a slot for a forward and a backward pass; make it a short one, others wait."""
    with _SLOTS, torch.enable_grad():
        yield


@contextmanager
def long_run() -> Generator[None]:
    """Be the only measurement of many passes on this server; raise InputError while another one runs.

    Wrap a generator's whole body in it: closing the generator gives the turn back.
    """
    if not _LONG.acquire(blocking=False):
        raise InputError("Another reader's measurement is under way on this server: try again in a minute.")
    try:
        yield
    finally:
        _LONG.release()


def as_they_finish(jobs: Sequence[Callable[[], R]]) -> Iterator[tuple[int, R | InputError]]:
    """Run jobs two at a time; yield the number and the result of each when it ends, a refusal being one too."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        numbers = {pool.submit(job): number for number, job in enumerate(jobs)}
        for finished in as_completed(numbers):
            try:
                yield numbers[finished], finished.result()
            except InputError as error:
                yield numbers[finished], error
