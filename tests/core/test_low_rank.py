"""Low-rank adaptation: nothing changes at first, little learns, and merging changes nothing."""

from __future__ import annotations

import torch
from torch import nn

from variants.core.low_rank import adapt, merge


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 10), nn.GELU(), nn.LayerNorm(10), nn.Linear(10, 4))


def test_an_adapted_network_starts_as_it_was() -> None:
    plain, adapted = network(), network()
    adapt(adapted, 2, seed=0)
    states = torch.randn(3, 6)
    torch.testing.assert_close(adapted(states), plain(states))
    learns = [parameter.numel() for parameter in adapted.parameters() if parameter.requires_grad]
    assert sum(learns) == 2 * (6 + 10) + 2 * (10 + 4)


def test_a_step_moves_the_change_alone_and_merging_keeps_it() -> None:
    adapted, states = network(), torch.randn(3, 6)
    before = {name: value.clone() for name, value in adapted.state_dict().items()}
    adapt(adapted, 2, seed=0)
    optimizer = torch.optim.SGD((each for each in adapted.parameters() if each.requires_grad), lr=1.0)
    for _ in range(2):
        adapted(states).square().sum().backward()
        optimizer.step()
        optimizer.zero_grad()
    expected = adapted(states)
    merge(adapted)
    assert set(adapted.state_dict()) == set(before)
    torch.testing.assert_close(adapted(states), expected)
    for name, value in adapted.state_dict().items():
        matrix = name in ("0.weight", "3.weight")
        assert torch.equal(value, before[name]) != matrix
        assert not matrix or torch.linalg.matrix_rank(value - before[name], rtol=1e-4) <= 2


def test_the_seed_draws_the_start() -> None:
    first, again, other = network(), network(), network()
    for each, seed in ((first, 1), (again, 1), (other, 2)):
        adapt(each, 2, seed=seed)
    downs = [each.state_dict()["0.parametrizations.weight.0.down"] for each in (first, again, other)]
    assert torch.equal(downs[0], downs[1]) and not torch.equal(downs[0], downs[2])
