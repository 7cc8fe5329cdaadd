"""The numbers of a head against loops in plain Python; ablation, rollout and flow against other computations."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
import torch

from tests.attention.known import KEYS, made_up, opened
from tests.tiny import refusal_of
from variants.core.attention import Attention
from variants.core.head_ablation import focus_of, rank_correlation, switch_off_each
from variants.core.head_statistics import (
    MEASURES,
    as_grid,
    pattern_of,
    sample_averages,
    sentences,
    statistics_of,
    uniform_entropy,
)
from variants.core.rollout import MOST_TOKENS, capacities, flow, mixing, rollout


def by_hand(attention: Attention, layer: int, head: int) -> dict[str, float]:
    """Recompute the numbers of one head, token by token."""
    rows = [row for row, looks in enumerate(attention.looks) if looks]
    weights, length = attention.weights[layer, head].tolist(), len(attention.encoded)

    def mean(values: list[float]) -> float:
        return sum(values) / len(values) if values else 0.0

    def share(step: int) -> float:
        return mean([weights[row][row + step] for row in rows if 0 <= row + step < length])

    return {
        "entropy": mean([-sum(w * math.log(w) for w in weights[row] if w > 0) for row in rows]),
        "mean_distance": mean([sum(w * abs(row - at) for at, w in enumerate(weights[row])) for row in rows]),
        "previous": share(-1),
        "next": share(1),
        "self": share(0),
        "classification": mean([sum(weights[row][at] for at in attention.classification) for row in rows]),
        "separator": mean([sum(weights[row][at] for at in attention.separators) for row in rows]),
    }


@pytest.mark.parametrize("key", KEYS)
def test_every_number_equals_a_loop(key: str) -> None:
    _, _, attention = opened(key)
    for found in statistics_of(attention):
        expected = by_hand(attention, found.layer - 1, found.head - 1)
        assert set(expected) == set(MEASURES)
        for name, value in expected.items():
            assert getattr(found, name) == pytest.approx(value, abs=1e-5), name


def test_uniform_attention_has_the_entropy_of_the_line_and_says_so() -> None:
    attention = made_up(1, 1, 9)
    attention.weights[:] = 1 / 9
    (found,) = statistics_of(attention)
    assert found.entropy == pytest.approx(uniform_entropy(attention)) == pytest.approx(math.log(9))
    assert pattern_of(found, uniform_entropy(attention)) == "looks everywhere nearly alike, 100% of uniform"


def test_a_pattern_is_named_where_it_is_clear_and_only_there() -> None:
    attention = made_up(1, 2, 6)
    attention.weights[:] = 0
    attention.weights[0, 0, np.arange(1, 6), np.arange(5)] = 1
    attention.weights[0, 0, 0, 0] = 1
    attention.weights[0, 1, :, [2, 3]] = 0.5
    first, second = statistics_of(attention)
    assert pattern_of(first, uniform_entropy(attention)) == "looks at the previous token, 100%"
    assert pattern_of(second, uniform_entropy(attention)) == ""


def test_a_single_pair_of_tokens_and_the_grid() -> None:
    attention = made_up(2, 3, 2, names=("[CLS]", "[SEP]"))
    found = statistics_of(attention)
    assert as_grid(found, "self").shape == (2, 3)
    assert as_grid(found, "self")[1, 2] == found[-1].self


def test_averages_are_those_of_the_sample_sentences() -> None:
    network, checkpoint, _ = opened("bert")
    every = [statistics_of(network.look(checkpoint, network.read(checkpoint, text, None))) for text in sentences()]
    assert len(every) == 16
    for place, found in enumerate(sample_averages(network, checkpoint).statistics):
        assert found.entropy == pytest.approx(np.mean([each[place].entropy for each in every]))
        assert (found.layer, found.head) == (1 + place // 4, 1 + place % 4)


def test_worth_is_the_probability_that_moves() -> None:
    network, checkpoint, attention = opened("bert")
    found = switch_off_each(network, checkpoint, attention, 3)
    gates = torch.ones(2, *attention.weights.shape[:2])
    gates[1, 2, 1] = 0
    logs = network.answers(checkpoint, attention.encoded, 3, gates).double()
    before, after = logs.exp().numpy()
    assert found.moved[2, 1] == pytest.approx(np.maximum(after - before, 0).sum(), abs=1e-5)
    truth = attention.encoded.input_ids[3]
    assert found.gained is not None
    assert found.gained[2, 1] == pytest.approx(float(logs[1, truth] - logs[0, truth]), abs=1e-4)
    assert found.best_before == before.argmax() and found.best_after[2, 1] == after.argmax()
    assert focus_of(attention, 3)[2, 1] == attention.weights[2, 1, 3].max()
    assert "choose another" in refusal_of(lambda: switch_off_each(network, checkpoint, attention, 0))


def test_rank_correlation_knows_order_ties_and_nothing_to_compare() -> None:
    assert rank_correlation([1, 2, 9], [0.1, 0.2, 0.3]) == pytest.approx(1)
    assert rank_correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert rank_correlation([1, 1, 2, 3], [1, 2, 3, 4]) == pytest.approx(0.9486833)  # ranks 1.5 1.5 3 4
    assert rank_correlation([1, 1], [1, 2]) is None


def test_rollout_sums_over_all_paths() -> None:
    attention = made_up(3, 2, 4)
    layers = mixing(attention)
    by_paths = [
        [sum(layers[2][i, a] * layers[1][a, b] * layers[0][b, j] for a in range(4) for b in range(4)) for j in range(4)]
        for i in range(4)
    ]
    assert np.allclose(rollout(attention)[-1], by_paths)
    assert np.allclose(rollout(attention).sum(-1), 1)


@pytest.mark.parametrize("key", ["bert", "distilbert", "xlnet-content"])
def test_flow_is_the_maximal_flow_of_another_library(key: str) -> None:
    _, _, attention = opened(key)
    found, pipes = flow(attention, 3), capacities(mixing(attention), 3)
    graph = nx.DiGraph()
    graph.add_edges_from(
        (int(i), int(j), {"capacity": float(pipes[i, j])}) for i, j in zip(*pipes.nonzero(), strict=True)
    )
    first = len(pipes) - len(attention.encoded)
    for token in (0, 3, len(attention.encoded) - 1):
        expected = nx.maximum_flow_value(graph, 0, first + token) if first + token in graph else 0
        assert found[token] == pytest.approx(expected, abs=1e-3)


def test_a_flow_through_a_long_text_is_refused() -> None:
    assert "up to" in refusal_of(lambda: flow(made_up(2, 1, MOST_TOKENS + 1), 0))
