"""Attention traced through all layers, back to the tokens: rollout and flow.

Abnar and Zuidema, 2020. In deep layers a state is a mixture of tokens, so a weight between two states says
little about two tokens. Both ways take a layer as the mean of its heads, mixed half and half with the
identity for the residual connection.

*Rollout* multiplies the layers: how much of each token would arrive if nothing but this mixing happened.
*Flow* lets the weights be capacities of pipes: the most that can flow from a state to a token.

Limits, for both: heads are averaged though they do different things; values, the output projection, the
feed-forward layers and layer normalisation are left out; the half for the residual is a convention.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from variants.core.attention import Attention
from variants.core.errors import InputError

Doubles = npt.NDArray[np.float64]
MOST_TOKENS = 32  # of a flow: one maximal flow a token, each through all layers
SCALES = [4.0**-power for power in range(1, 11)]  # of pipes, wide ones first; below the last, 1e-6, they count as none


def mixing(attention: Attention) -> Doubles:
    """Return each layer's mixture: (layers, token, token), rows that sum to 1."""
    weights = attention.weights.astype(np.float64).mean(1)
    identity = np.eye(weights.shape[-1])
    looks = np.array(attention.looks)[:, None]
    return np.where(looks, 0.5 * weights + 0.5 * identity, identity)


def rollout(attention: Attention) -> Doubles:
    """Return what arrives after each layer: (layers, state, token), rows that sum to 1."""
    arrived = np.eye(attention.weights.shape[-1])
    every = list[Doubles]()
    for layer in mixing(attention):
        arrived = layer @ arrived
        every.append(arrived)
    return np.stack(every)


def flow(attention: Attention, place: int) -> Doubles:
    """Return the maximal flow from the last state at ``place`` to each token: (tokens,), each in [0, 1]."""
    layers = mixing(attention)
    tokens = layers.shape[-1]
    if tokens > MOST_TOKENS:
        raise InputError(f"Flow is computed for texts of up to {MOST_TOKENS} tokens; this one has {tokens}.")
    network = capacities(layers, place)
    return np.array([maximal_flow(network, 0, network.shape[0] - tokens + token) for token in range(tokens)])


def capacities(layers: Doubles, place: int) -> Doubles:
    """Return the pipes between all states: node 0 is the state at ``place``; the last nodes are the tokens."""
    depth, tokens = layers.shape[:2]
    pipes = np.zeros((1 + depth * tokens, 1 + depth * tokens))
    pipes[0, 1 : 1 + tokens] = layers[-1, place]
    for step, layer in enumerate(layers[-2::-1]):
        above, below = 1 + step * tokens, 1 + (step + 1) * tokens
        pipes[above : above + tokens, below : below + tokens] = layer
    return pipes


def maximal_flow(pipes: Doubles, source: int, sink: int) -> float:
    """Return the largest flow from ``source`` to ``sink``: wide and short paths first (Edmonds and Karp, 1972)."""
    left, total = pipes.copy(), 0.0
    for scale in SCALES:
        while (path := _shortest_path(left, source, sink, scale)) is not None:
            steps = (path[:-1], path[1:])
            amount = left[steps].min()
            left[steps] -= amount
            left[steps[::-1]] += amount
            total += float(amount)
    return total


def _shortest_path(left: Doubles, source: int, sink: int, least: float) -> list[int] | None:
    came_from = np.full(len(left), -1)
    came_from[source] = source
    edge = np.array([source])
    while came_from[sink] < 0 and len(edge):
        reach = left[edge] >= least
        new = np.flatnonzero(reach.any(0) & (came_from < 0))
        came_from[new] = edge[reach[:, new].argmax(0)]
        edge = new
    if came_from[sink] < 0:
        return None
    path = [sink]
    while path[-1] != source:
        path.append(int(came_from[path[-1]]))
    return path[::-1]
