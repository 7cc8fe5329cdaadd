"""The divergence and its gradient are those of PyTorch, whatever the temperature."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn.functional import kl_div, log_softmax

from variants.distilbert.divergence import ROWS, distillation_loss


def by_the_book(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    ours, theirs = log_softmax(student / temperature, -1), log_softmax(teacher / temperature, -1)
    return temperature**2 * kl_div(ours, theirs, log_target=True, reduction="batchmean")


def logits(rows: int, *, spread: float = 3.0, seed: int = 0) -> tuple[Tensor, Tensor]:
    drawn = torch.randn(2, rows, 50, generator=torch.Generator().manual_seed(seed)) * spread
    return drawn[0].clone().requires_grad_(), drawn[1].clone()


def gradient(loss: Tensor, student: Tensor) -> Tensor:
    (result,) = torch.autograd.grad(loss, student)
    return result


@pytest.mark.parametrize("rows", [1, 7, ROWS, ROWS + 1, 3 * ROWS + 5])
@pytest.mark.parametrize("temperature", [1.0, 2.0, 5.0])
def test_the_loss_and_its_gradient_are_those_of_kl_div(rows: int, temperature: float) -> None:
    student, teacher = logits(rows, seed=rows)
    ours, theirs = distillation_loss(student, teacher, temperature), by_the_book(student, teacher, temperature)
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-5)
    assert torch.allclose(gradient(3 * ours, student), gradient(3 * theirs, student), atol=1e-6)


def test_no_divergence_from_oneself() -> None:
    student, _ = logits(9)
    loss = distillation_loss(student, student.detach() + 4.0)  # a constant changes no distribution
    assert loss.item() == pytest.approx(0.0, abs=1e-6)
    assert gradient(loss, student).abs().max() < 1e-7


def test_the_temperature_leaves_the_gradients_size_alone() -> None:
    """That is what T^2 is for: without it, the gradient at T = 8 would be 64 times smaller than at 1."""
    student, teacher = logits(20, spread=0.5)
    sizes = [gradient(distillation_loss(student, teacher, t), student).norm().item() for t in (1.0, 2.0, 4.0, 8.0)]
    assert max(sizes) < 1.5 * min(sizes)


def test_half_precision_is_near() -> None:
    student, teacher = logits(40)
    exact = distillation_loss(student, teacher)
    rounded = student.detach().bfloat16().requires_grad_()
    near = distillation_loss(rounded, teacher.bfloat16())
    assert near.dtype == torch.float32 and near.item() == pytest.approx(exact.item(), rel=0.02)
    expected = gradient(exact, student)
    assert (gradient(near, rounded).float() - expected).norm() < 0.05 * expected.norm()


def test_it_can_be_measured_without_a_gradient() -> None:
    student, teacher = logits(5)
    with torch.inference_mode():
        assert distillation_loss(student, teacher).item() == pytest.approx(by_the_book(student, teacher, 2.0).item())
