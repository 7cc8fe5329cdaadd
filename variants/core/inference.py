"""How a model runs: never more than two passes at a time, and without gradients unless they are what is asked.

Past the number of cores, more passes at once only make each other wait; the semaphore keeps the
throughput where it is when a whole class presses the button.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

import torch

_SLOTS = threading.BoundedSemaphore(2)


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
