"""The race is fair, stops when told, holds one turn on the server, and adds up right; nothing here asserts a speed."""

from __future__ import annotations

from itertools import count, islice
from statistics import median

import pytest
import torch
from torch import Tensor

from tests.tiny import refusal_of
from variants.albert import stopwatch
from variants.albert.parameters import albert_parts, at_level, bert_parts, total
from variants.albert.sizes import Sizes
from variants.albert.stopwatch import NETWORKS, Lap, build, one_pass, race
from variants.core.cost import peak_bytes

TINY = tuple(
    Sizes(layers=2, hidden=hidden, heads=2, feed_forward=32, vocabulary=50, embedding=8, positions=128)
    for hidden in (16, 32)
)


def ticks() -> stopwatch.Clock:
    """Return a clock that goes on by one second at every look."""
    time = count()
    return lambda: float(next(time))


def test_a_race_yields_after_every_round_and_ends_with_all() -> None:
    found = list(race(TINY, rounds=3, clock=ticks()))
    assert [(each.done, each.total, len(each.laps)) for each in found] == [
        (1, 6, 1), (2, 6, 1), (3, 6, 1), (4, 6, 2), (5, 6, 2), (6, 6, 2),
    ]  # fmt: skip
    for lap in found[-1].laps:
        assert {name: len(lap.seconds[name]) for name in NETWORKS} == {"BERT": 3, "ALBERT": 3}
        assert lap.time_ratio == 1  # every pass took one tick


def test_the_networks_take_turns_and_alternate_who_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def noted(network: torch.nn.Module, *_: object) -> float:
        ran.append(type(network).__name__)
        return 1.0

    monkeypatch.setattr(stopwatch, "one_pass", noted)
    list(race(TINY[:1], rounds=4))
    assert sorted(ran[:2]) == ["AlbertModel", "BertModel"]  # these do not count
    assert ran[2:] == ["AlbertModel", "BertModel", "BertModel", "AlbertModel"] * 2


def test_the_memory_of_a_lap_is_what_a_pass_has_alive() -> None:
    reading, learning = (
        list(race(TINY[:1], work=work, rounds=1))[-1].laps[0].peaks for work in ("reading", "learning")
    )
    for name, network in build(TINY[0]).items():
        ids = torch.randint(5, 50, (1, stopwatch.TOKENS), generator=torch.Generator().manual_seed(0))
        assert reading[name] == pytest.approx(
            peak_bytes(network, ids), rel=0.25
        )  # when memory is freed varies a little
        assert reading[name] > 4 * stopwatch.TOKENS * TINY[0].hidden
        assert learning[name] > reading[name]  # what the way back needs is kept, and gradients come on top


def test_both_networks_have_the_size_that_is_said() -> None:
    for sizes in (*TINY, stopwatch.SIZES[0]):
        networks = build(sizes)
        counts = {name: sum(p.numel() for p in network.parameters()) for name, network in networks.items()}
        assert counts == {
            "BERT": total(at_level(bert_parts(sizes), "pooler")),
            "ALBERT": total(at_level(albert_parts(sizes), "pooler")),
        }
        assert not any(network.training for network in networks.values())


def test_learning_takes_gradients_and_leaves_none() -> None:
    network = build(TINY[0])["ALBERT"]
    reached: list[int] = []

    def note(gradient: Tensor) -> None:
        reached.append(gradient.numel())

    for parameter in network.parameters():
        parameter.register_hook(note)
    one_pass(network, "reading")
    assert reached == []
    one_pass(network, "learning")
    assert reached and all(parameter.grad is None for parameter in network.parameters())


def test_quartiles_and_ratios() -> None:
    lap = Lap(TINY[0], {"BERT": (1.0, 2.0, 3.0, 4.0, 5.0), "ALBERT": (6.0,)}, {"BERT": 200, "ALBERT": 50}, {})
    assert lap.quartiles("BERT") == (2000, 3000, 4000)
    assert lap.quartiles("ALBERT") == (6000, 6000, 6000)
    assert lap.time_ratio == 6 / median(lap.seconds["BERT"]) and lap.size_ratio == 0.25
    assert lap.name == "2 × 16"


def test_one_race_at_a_time_and_stopping_gives_the_turn_back() -> None:
    running = race(TINY, rounds=5)
    assert len(list(islice(running, 2))) == 2
    assert "try again in a minute" in refusal_of(lambda: next(race(TINY)))
    running.close()
    assert next(race(TINY, rounds=1)).done == 1


def test_the_sizes_stay_within_the_memory_of_a_small_server() -> None:
    """Both networks of the largest default size, in fp32."""
    for sizes, most in ((stopwatch.SIZES[-1], 250e6), (stopwatch.BASE, 500e6)):
        counts = (total(at_level(parts(sizes), "pooler")) for parts in (bert_parts, albert_parts))
        assert 4 * sum(counts) < most
