"""A forward pass keeps no gradients, and at most two run at a time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from variants.core.inference import forward_pass, gradient_pass


def test_gradients_are_off_inside_and_back_outside() -> None:
    weight = torch.ones(2, requires_grad=True)
    with forward_pass():
        assert torch.is_inference_mode_enabled()
        assert not (weight * 2).requires_grad
    assert (weight * 2).requires_grad


def test_an_error_gives_the_slot_back() -> None:
    for _ in range(5):
        with pytest.raises(RuntimeError), forward_pass():
            raise RuntimeError
    with forward_pass(), forward_pass():
        assert torch.is_inference_mode_enabled()


def test_a_gradient_pass_takes_a_slot_and_has_gradients() -> None:
    weight = torch.ones(2, requires_grad=True)
    with torch.no_grad(), gradient_pass():
        (weight * 3).sum().backward()
    assert weight.grad is not None and weight.grad.tolist() == [3, 3]
    for _ in range(5):  # an error gives the slot back
        with pytest.raises(RuntimeError), forward_pass(), gradient_pass():
            raise RuntimeError


def test_never_more_than_two_at_a_time() -> None:
    """Two passes meet at the barrier; a third one waits until they are through."""
    both, lock = threading.Barrier(2, timeout=20), threading.Lock()
    running, most = 0, 0

    def work(_: int) -> None:
        nonlocal running, most
        with forward_pass():
            with lock:
                running += 1
                most = max(most, running)
            both.wait()
            with lock:
                running -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(16)))
    assert most == 2
