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
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import quantiles
from typing import Literal

import torch
from torch import Tensor
from transformers import AlbertConfig, AlbertModel, BertConfig, BertModel, PreTrainedModel

from variants.core.inference import forward_pass, gradient_pass, long_run

Work = Literal["reading", "learning"]
TOKENS = 128
ROUNDS = 9
VOCABULARY, EMBEDDING = 30_000, 128


@dataclass(frozen=True)
class Size:
    """A size at which both networks are built; F is four times H, and a head is 64 wide."""

    name: str
    layers: int
    hidden: int


SIZES = (Size("4 × 256", 4, 256), Size("6 × 384", 6, 384), Size("8 × 512", 8, 512))
LARGEST = Size("12 × 768", 12, 768)  # base; needs half a gigabyte while it is timed, and twice that to learn
NETWORKS = ("BERT", "ALBERT")


@dataclass(frozen=True)
class Lap:
    """What one size took."""

    size: Size
    seconds: Mapping[str, tuple[float, ...]]  # of each network, one entry a round
    parameters: Mapping[str, int]

    def quartiles(self, network: str) -> tuple[float, float, float]:
        """Return the lower quartile, the median and the upper quartile, in milliseconds."""
        taken = self.seconds[network]
        if len(taken) == 1:
            return (1000 * taken[0],) * 3
        low, middle, high = quantiles(taken, n=4, method="inclusive")
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
    sizes: tuple[Size, ...] = SIZES,
    *,
    work: Work = "reading",
    rounds: int = ROUNDS,
    clock: Callable[[], float] = time.perf_counter,
) -> Generator[Race]:
    """Time both networks at each size, round by round; yields after every round, stop any time."""
    with long_run():
        finished: list[Lap] = []
        for number, size in enumerate(sizes):
            networks = build(size)
            parameters = {name: sum(p.numel() for p in network.parameters()) for name, network in networks.items()}
            seconds: dict[str, tuple[float, ...]] = dict.fromkeys(NETWORKS, ())
            for name in NETWORKS:
                one_pass(networks[name], work, clock)  # the first pass of a network is slower, and does not count
            for turn in range(rounds):
                for name in NETWORKS if turn % 2 else reversed(NETWORKS):
                    seconds[name] += (one_pass(networks[name], work, clock),)
                lap = Lap(size, dict(seconds), parameters)
                yield Race(number * rounds + turn + 1, len(sizes) * rounds, (*finished, lap))
            finished.append(lap)
            del networks


def build(size: Size) -> dict[str, PreTrainedModel]:
    """Return both networks of one size with random weights; they differ in what is stored alone."""
    common = {
        "vocab_size": VOCABULARY,
        "hidden_size": size.hidden,
        "num_hidden_layers": size.layers,
        "num_attention_heads": size.hidden // 64,
        "intermediate_size": 4 * size.hidden,
        "max_position_embeddings": TOKENS,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
    }
    return {
        "BERT": BertModel(BertConfig(**common)).eval(),
        "ALBERT": AlbertModel(AlbertConfig(**common, embedding_size=EMBEDDING)).eval(),
    }


def one_pass(network: PreTrainedModel, work: Work, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the seconds of one pass over a sequence, with its gradients where it learns."""
    input_ids = torch.randint(5, VOCABULARY, (1, TOKENS), generator=torch.Generator().manual_seed(0))
    with ExitStack() as held:
        held.enter_context(forward_pass() if work == "reading" else gradient_pass())
        began = clock()
        output: Tensor = network(input_ids).pooler_output
        if work == "learning":
            output.sum().backward()
        taken = clock() - began
    network.zero_grad(set_to_none=True)
    return taken
