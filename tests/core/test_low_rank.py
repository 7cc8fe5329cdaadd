"""Low-rank adaptation: nothing changes at first, little learns, and merging changes nothing."""

from __future__ import annotations

import torch
from torch import nn

from variants.core.low_rank import adapt, merge


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 10), nn.GELU(), nn.LayerNorm(10), nn.Linear(10, 4))


def adapted_network(seed: int = 0) -> nn.Sequential:
    changed, generator = network(), torch.Generator().manual_seed(seed)
    for place in (0, 3):
        adapt(changed[place], 2, generator)
    return changed


def test_an_adapted_network_starts_as_it_was() -> None:
    plain, adapted = network(), adapted_network()
    states = torch.randn(3, 6)
    torch.testing.assert_close(adapted(states), plain(states))
    learns = {name: each.numel() for name, each in adapted.named_parameters() if each.requires_grad}
    assert sum(learns[name] for name in learns if "parametrizations" in name) == 2 * (6 + 10) + 2 * (10 + 4)
    assert not any(name.endswith(("original", "weight")) for name in learns if not name.startswith("2."))


def test_a_step_moves_the_change_alone_and_merging_keeps_it() -> None:
    adapted, states = adapted_network(), torch.randn(3, 6)
    before = network().state_dict()
    changes = [each for name, each in adapted.named_parameters() if name.endswith((".up", ".down"))]
    optimizer = torch.optim.SGD(changes, lr=1.0)
    for _ in range(2):
        adapted(states).square().sum().backward()
        optimizer.step()
        adapted.zero_grad()
    expected = adapted(states)
    merge(adapted)
    assert set(adapted.state_dict()) == set(before)
    torch.testing.assert_close(adapted(states), expected)
    for name, value in adapted.state_dict().items():
        matrix = name in ("0.weight", "3.weight")
        assert torch.equal(value, before[name]) != matrix
        assert not matrix or torch.linalg.matrix_rank(value - before[name], rtol=1e-4) <= 2


def test_the_seed_draws_the_start() -> None:
    downs = [adapted_network(seed).state_dict()["0.parametrizations.weight.0.down"] for seed in (1, 1, 2)]
    assert torch.equal(downs[0], downs[1]) and not torch.equal(downs[0], downs[2])


def test_no_two_matrices_start_alike() -> None:
    generator, twins = torch.Generator().manual_seed(0), nn.Sequential(nn.Linear(6, 6), nn.Linear(6, 6))
    for twin in twins:
        adapt(twin, 2, generator)
    starts = [each for name, each in twins.named_parameters() if name.endswith(".down")]
    assert len(starts) == 2 and not torch.equal(*starts)


def test_a_table_of_embeddings_is_changed_too() -> None:
    table = nn.Embedding(20, 6)
    adapt(table, 1, torch.Generator())
    table(torch.tensor([3, 4])).square().sum().backward()
    change = table.get_submodule("parametrizations.weight.0").get_parameter("up").grad
    assert change is not None and change.ne(0).any(1).nonzero().flatten().tolist() == [3, 4]
