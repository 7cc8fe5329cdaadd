"""Small is not fast: BERT- and ALBERT-shaped networks, built and timed here and now.

A popular account says that ALBERT cuts "training and inference times by roughly 70 %". It has fewer
parameters and as many operations: every token still passes L layers of width H. So for each size two
networks with random weights are built, one with L layers and a table V x H, one with a single layer
used L times and a table V x E; what is in the weights does not change how long a pass takes.

They take turns, and who begins alternates, so that whatever else the machine does meets both alike.
What is timed is one sequence on one core: reading it, or reading it and taking gradients. Left out:
the optimizer, and machines that exchange gradients, where fewer parameters do save time; that is
where the paper's speeds (Lan et al., 2019, Table 2) come from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from transformers import AlbertModel, BertModel, PreTrainedModel

from variants.albert.parameters import albert_config, bert_config
from variants.albert.sizes import Sizes
from variants.core.cost import LiveMemory, peak_bytes
from variants.core.inference import forward_pass, gradient_pass, long_run
from variants.core.quartiles import quartiles

Work = Literal["reading", "learning"]
TOKENS = 128
ROUNDS = 9


def _sizes(layers: int, hidden: int) -> Sizes:
    return Sizes(
        layers=layers, hidden=hidden, feed_forward=4 * hidden, heads=hidden // 64, embedding=128, positions=TOKENS
    )


SIZES = (_sizes(4, 256), _sizes(6, 384), _sizes(8, 512))
BASE = _sizes(12, 768)  # half a gigabyte while it is timed, and twice that to learn
NETWORKS = ("BERT", "ALBERT")
Clock = Callable[[], float]  # seconds


@dataclass(frozen=True)
class Lap:
    """What one size took."""

    sizes: Sizes
    seconds: Mapping[str, tuple[float, ...]]  # of each network, one entry a round
    parameters: Mapping[str, int]
    peaks: Mapping[str, int]  # most bytes of activations that one pass has alive at a time

    @property
    def name(self) -> str:
        """Return depth and width."""
        return f"{self.sizes.layers} × {self.sizes.hidden}"

    def quartiles(self, network: str) -> tuple[float, float, float]:
        """Return the lower quartile, the median and the upper quartile, in milliseconds."""
        low, middle, high = quartiles(self.seconds[network])
        return 1000 * low, 1000 * middle, 1000 * high

    @property
    def time_ratio(self) -> float:
        """Return ALBERT's median time over BERT's."""
        return self.quartiles("ALBERT")[1] / self.quartiles("BERT")[1]

    @property
    def size_ratio(self) -> float:
        """Return ALBERT's parameters over BERT's, which is also the ratio of their files."""
        return self.parameters["ALBERT"] / self.parameters["BERT"]


@dataclass(frozen=True)
class Race:
    """What has been timed so far."""

    done: int  # rounds
    total: int
    laps: tuple[Lap, ...]


def race(
    all_sizes: Sequence[Sizes] = SIZES,
    *,
    work: Work = "reading",
    rounds: int = ROUNDS,
    clock: Clock = time.perf_counter,
) -> Generator[Race]:
    """Time both networks at each size, round by round; yields after every round, stop any time."""
    with long_run():
        finished: tuple[Lap, ...] = ()
        for sizes in all_sizes:
            for lap in _laps(sizes, work, rounds, clock):
                done = len(finished) * rounds + len(lap.seconds[NETWORKS[0]])
                yield Race(done, len(all_sizes) * rounds, (*finished, lap))
                if len(lap.seconds[NETWORKS[0]]) == rounds:
                    finished += (lap,)


def _laps(sizes: Sizes, work: Work, rounds: int, clock: Clock) -> Generator[Lap]:
    networks = build(sizes)
    parameters = {name: sum(p.numel() for p in network.parameters()) for name, network in networks.items()}
    seconds: dict[str, tuple[float, ...]] = dict.fromkeys(NETWORKS, ())
    peaks = {name: peak_of(network, work) for name, network in networks.items()}
    for network in networks.values():
        one_pass(network, work, clock)  # the first one is slower, and does not count
    for turn in range(rounds):
        for name in NETWORKS[:: 1 if turn % 2 else -1]:
            seconds[name] += (one_pass(networks[name], work, clock),)
        yield Lap(sizes, dict(seconds), parameters, peaks)


def build(sizes: Sizes) -> dict[str, PreTrainedModel]:
    """Return both networks of one size with random weights, without dropout."""
    return {"BERT": BertModel(bert_config(sizes)).eval(), "ALBERT": AlbertModel(albert_config(sizes)).eval()}


def one_pass(network: PreTrainedModel, work: Work, clock: Clock = time.perf_counter) -> float:
    """Return the seconds of one pass over a sequence, with its gradients where it learns."""
    input_ids = _sequence(network)
    with ExitStack() as held:
        held.enter_context(forward_pass() if work == "reading" else gradient_pass())
        began = clock()
        output: Tensor = network(input_ids).pooler_output
        if work == "learning":
            output.sum().backward()
        taken = clock() - began
    network.zero_grad(set_to_none=True)
    return taken


def peak_of(network: PreTrainedModel, work: Work) -> int:
    """Return the most bytes that a pass has alive beside the weights; where it learns, gradients are among them."""
    input_ids = _sequence(network)
    if work == "reading":
        return peak_bytes(network, input_ids)
    with gradient_pass(), LiveMemory() as memory:
        output: Tensor = network(input_ids).pooler_output
        output.sum().backward()
    network.zero_grad(set_to_none=True)
    return memory.peak


def _sequence(network: PreTrainedModel) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(5, network.config.vocab_size, (1, TOKENS), generator=generator)
