"""Gradients are autograd's own, batches are independent, and the noise scale is found where it is known."""

from __future__ import annotations

import copy
from contextlib import closing

import pytest
import torch
from torch.nn.functional import cosine_similarity

from variants.core.errors import InputError
from variants.roberta.demo import Roberta
from variants.roberta.gradients import (
    WINDOW,
    Agreement,
    GradientNoise,
    expected_cosine,
    gradient_of,
    measure_noise,
    sample_examples,
)
from variants.roberta.objective import Example, Objective, collate


def reference(roberta: Roberta, examples: list[Example]) -> torch.Tensor:
    """The gradient of the training loss by backward(), on a copy."""

    objective = Objective(copy.deepcopy(roberta.model).requires_grad_(requires_grad=True))
    objective(collate(examples, roberta.vocabulary))["loss"].backward()
    gradients = [p.grad.flatten() for p in objective.parameters() if p.grad is not None]
    return torch.cat(gradients)


@pytest.fixture(scope="module")
def examples(roberta: Roberta) -> list[Example]:
    return sample_examples(roberta, 16, seed=3)


@pytest.fixture(scope="module")
def noise(roberta: Roberta) -> GradientNoise:
    *_, last = measure_noise(roberta, seed=3, smallest=4, largest=8)
    return last


def test_the_gradient_is_that_of_backward_on_a_copy(roberta: Roberta, examples: list[Example]) -> None:
    expected = reference(roberta, examples[:4])
    found = gradient_of(roberta, examples[:4]).mean
    assert found.shape == expected.shape == (sum(p.numel() for p in roberta.model.parameters()),)
    assert torch.allclose(found, expected, atol=1e-6)


def test_the_shared_model_is_not_touched(roberta: Roberta, examples: list[Example]) -> None:
    before = {name: weight.clone() for name, weight in roberta.model.state_dict().items()}
    gradient_of(roberta, examples[:2])
    assert all(torch.equal(before[name], weight) for name, weight in roberta.model.state_dict().items())
    assert all(p.grad is None and not p.requires_grad for p in roberta.model.parameters())
    assert not roberta.model.training


def test_agreement_is_that_of_two_whole_batches(
    roberta: Roberta, examples: list[Example], noise: GradientNoise
) -> None:
    halves = [reference(roberta, examples[:8]), reference(roberta, examples[8:])]
    smallest, largest = noise.agreements
    assert (smallest.size, len(smallest.cosines), largest.size, len(largest.cosines)) == (4, 2, 8, 1)
    assert largest.cosine == pytest.approx(float(cosine_similarity(*halves, dim=0)), abs=1e-4)
    assert largest.dots[0] == pytest.approx(float(halves[0] @ halves[1]), rel=1e-3)
    assert largest.squares[0] == pytest.approx(sum(float(half @ half) for half in halves) / 2, rel=1e-3)
    quarters = [reference(roberta, examples[start : start + 4]) for start in (0, 4, 8, 12)]
    expected = [float(cosine_similarity(a, b, dim=0)) for a, b in (quarters[:2], quarters[2:])]
    assert smallest.cosines == pytest.approx(expected, abs=1e-4)


def test_progress_counts_sequences(roberta: Roberta) -> None:
    steps = list(measure_noise(roberta, seed=0, smallest=2, largest=4))
    assert [step.done for step in steps] == [2, 4, 6, 8] and {step.total for step in steps} == {8}
    assert [len(step.agreements) for step in steps] == [0, 1, 1, 2]
    assert steps[0].noise_scale is None


def test_sequences_differ_and_are_masked(roberta: Roberta) -> None:
    """1,024 of them, as many as the page reads."""
    examples = sample_examples(roberta, 1024, seed=1)
    texts = {
        tuple(s if label < 0 else label for s, label in zip(e.masked.input_ids, e.masked.labels, strict=True))
        for e in examples
    }
    assert len(texts) > 1000  # a few short ones, such as “said he.”, stand in the text more than once
    assert all(3 <= len(e) <= WINDOW and e.masked.number_chosen >= 1 for e in examples)
    assert sample_examples(roberta, 8, seed=1) != sample_examples(roberta, 8, seed=2)
    assert sample_examples(roberta, 8, seed=1) == sample_examples(roberta, 8, seed=1)


def test_more_than_the_sample_holds_is_refused(roberta: Roberta) -> None:
    with pytest.raises(InputError, match="holds"):
        sample_examples(roberta, 10**6, seed=0)


def test_one_measurement_at_a_time_and_a_stopped_one_makes_way(roberta: Roberta) -> None:
    with closing(measure_noise(roberta, seed=0, smallest=2, largest=4)) as first:
        next(first)
        with pytest.raises(InputError, match="under way"):
            next(measure_noise(roberta, seed=0))
    assert next(measure_noise(roberta, seed=0, smallest=2, largest=4)).done == 2


def test_the_noise_scale_of_drawn_gradients_is_found() -> None:
    """Gaussian noise round a known mean: the formula finds the known ratio, and cosines follow it."""
    width, trace, pairs = 400, 100.0, 60
    torch.manual_seed(0)
    mean = torch.randn(width)
    mean /= mean.norm()  # |G|² = 1, so that N = trace
    agreements: list[Agreement] = []
    for size in (8, 512):
        batches = mean + torch.randn(pairs, 2, width) * (trace / width / size) ** 0.5
        one, other = batches[:, 0], batches[:, 1]
        dots = (one * other).sum(1)
        squares = ((one**2).sum(1) + (other**2).sum(1)) / 2
        cosines = cosine_similarity(one, other, dim=1)
        agreements.append(Agreement(size, *(tuple(v.tolist()) for v in (cosines, dots, squares))))
        assert agreements[-1].cosine == pytest.approx(expected_cosine(size, trace), abs=0.03)
    scale = GradientNoise(1, 1, tuple(agreements), 0.0).noise_scale
    assert scale == pytest.approx(trace, rel=0.05)


def test_a_gradient_lost_in_noise_has_no_scale() -> None:
    lost = Agreement(8, (-0.1,), (-0.5,), (1.0,))
    assert GradientNoise(16, 16, (lost,), 1.0).noise_scale is None
