"""What a head does, in six numbers: how spread out it looks, how far, and at which places.

The numbers that Clark et al. (2019, section 3) tell BERT's heads apart with. All are averages over the
tokens that look; a share is an average over the tokens that have such a place: the first token has none
before it. Entropy is in nats; uniform attention over n tokens has log n.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, fields
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from sentencex import segment  # pyright: ignore[reportAttributeAccessIssue] - a compiled module

from variants.core.attention import Attention, Network
from variants.core.checkpoint import Checkpoint
from variants.core.samples import sample_documents

Doubles = npt.NDArray[np.float64]
CLEAR, BROAD = 0.5, 0.9  # a share from which a pattern is called clear; of the uniform entropy: broad
SENTENCES, SHORTEST, LONGEST = 16, 60, 160  # of the sample text: how many, characters of each


@dataclass(frozen=True, kw_only=True)
class HeadStatistics:
    """One head in one text; ``layer`` and ``head`` count from 1."""

    layer: int
    head: int
    entropy: float  # nats
    mean_distance: float  # tokens, to either side
    previous: float  # shares, in [0, 1]
    next: float
    self: float
    classification: float  # [CLS]
    separator: float  # all [SEP] together


@dataclass(frozen=True)
class SampleAverages:
    """What the heads do on average in the sample text."""

    statistics: tuple[HeadStatistics, ...]
    uniform: float  # the entropy of uniform attention, averaged over the same sentences


MEASURES = {
    "entropy": "entropy, in nats",
    "mean_distance": "mean distance, in tokens",
    "previous": "share to the previous token",
    "next": "share to the next token",
    "self": "share to itself",
    "classification": "share to [CLS]",
    "separator": "share to [SEP]",
}
PATTERNS = {
    "previous": "looks at the previous token",
    "next": "looks at the next token",
    "self": "looks at itself",
    "classification": "looks at [CLS]",
    "separator": "looks at [SEP]",
}


def statistics_of(attention: Attention) -> tuple[HeadStatistics, ...]:
    """Return the numbers of every head, layer by layer."""
    weights = attention.weights.astype(np.float64)
    layers, heads = weights.shape[:2]
    found = {
        "entropy": _entropy(weights, attention.looks),
        "mean_distance": _distance(weights, attention.looks),
        "previous": _neighbour(weights, attention.looks, -1),
        "next": _neighbour(weights, attention.looks, 1),
        "self": _neighbour(weights, attention.looks, 0),
        "classification": _share(weights, attention.looks, attention.classification),
        "separator": _share(weights, attention.looks, attention.separators),
    }
    return tuple(
        HeadStatistics(
            layer=layer + 1, head=head + 1, **{name: float(all_[layer, head]) for name, all_ in found.items()}
        )
        for layer in range(layers)
        for head in range(heads)
    )


def as_grid(statistics: Sequence[HeadStatistics], measure: str) -> Doubles:
    """Return one number of every head: (layers, heads)."""
    return np.array([getattr(each, measure) for each in statistics]).reshape(statistics[-1].layer, -1)


def uniform_entropy(attention: Attention) -> float:
    """Return the entropy of a token that looks at all tokens alike."""
    return float(np.log(len(attention.encoded)))


def pattern_of(statistics: HeadStatistics, uniform: float) -> str:
    """Say in plain words what a head does, nothing where it is not clear."""
    shares = {name: getattr(statistics, name) for name in PATTERNS}
    name = max(shares, key=shares.__getitem__)
    if shares[name] >= CLEAR:
        return f"{PATTERNS[name]}, {shares[name]:.0%}"
    if statistics.entropy >= BROAD * uniform:
        return f"looks everywhere nearly alike, {statistics.entropy / uniform:.0%} of uniform"
    return ""


def sample_averages(network: Network, checkpoint: Checkpoint[Any]) -> SampleAverages:
    """Return the average of each number over sentences of the sample text; no shipped model was trained on it."""
    looks = [network.look(checkpoint, network.read(checkpoint, text, None)) for text in sentences()]
    every = [statistics_of(attention) for attention in looks]
    return SampleAverages(
        statistics=tuple(_mean(same_head) for same_head in zip(*every, strict=True)),
        uniform=float(np.mean([uniform_entropy(attention) for attention in looks])),
    )


@cache
def sentences() -> tuple[str, ...]:
    """Return the sentences of the sample text that averages are taken over."""
    paragraphs = [paragraph for document in sample_documents() for paragraph in document.paragraphs]
    every = [sentence.strip() for paragraph in paragraphs for sentence in segment("en", paragraph)]
    fitting = [sentence for sentence in every if SHORTEST <= len(sentence) <= LONGEST]
    return tuple(fitting[:: max(1, len(fitting) // SENTENCES)][:SENTENCES])


def _mean(statistics: Sequence[HeadStatistics]) -> HeadStatistics:
    names = [field.name for field in fields(HeadStatistics)]
    means = dict(zip(names, np.mean([astuple(each) for each in statistics], axis=0).tolist(), strict=True))
    return HeadStatistics(**means | {"layer": statistics[0].layer, "head": statistics[0].head})


def _entropy(weights: Doubles, looks: Sequence[bool]) -> Doubles:
    logs = np.log(weights, out=np.zeros_like(weights), where=weights > 0)
    return -(weights * logs).sum(-1)[..., list(looks)].mean(-1)


def _distance(weights: Doubles, looks: Sequence[bool]) -> Doubles:
    place = np.arange(weights.shape[-1])
    apart = np.abs(place[:, None] - place[None, :])
    return (weights * apart).sum(-1)[..., list(looks)].mean(-1)


def _neighbour(weights: Doubles, looks: Sequence[bool], step: int) -> Doubles:
    rows = [place for place in np.flatnonzero(looks) if 0 <= place + step < weights.shape[-1]]
    return _or_zero(weights[..., rows, [row + step for row in rows]])


def _share(weights: Doubles, looks: Sequence[bool], places: Sequence[int]) -> Doubles:
    return weights[..., list(places)].sum(-1)[..., list(looks)].mean(-1)


def _or_zero(values: Doubles) -> Doubles:
    return values.mean(-1) if values.shape[-1] else np.zeros(values.shape[:-1])


def record_of(attention: Attention) -> dict[str, Any]:
    """Return the tokens and the numbers of every head as plain values; layers and heads count from 1."""
    uniform = uniform_entropy(attention)
    return {
        "tokens": list(attention.encoded.tokens),
        "heads": [asdict(head) | {"pattern": pattern_of(head, uniform)} for head in statistics_of(attention)],
        "uniform_entropy": uniform,
        "notices": list(attention.encoded.notices),
    }
