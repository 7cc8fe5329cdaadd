"""TextRank: sentences that share words with many others come first. Nothing is learned.

Mihalcea and Tarau, 2004. Sentences are the nodes of a graph; two are joined as strongly as they share
words, |A ∩ B| / (log |A| + log |B|), and PageRank (Brin and Page, 1998) says which node a walk along
the edges visits most.

Left out: the filter for parts of speech. The libraries at hand need a minute and a gigabyte for the
few thousand sentences that the page accepts, or a tagger; the walk itself is one line of NumPy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from variants.bertsum.oracle import words_of

DAMPING = 0.85  # the chance that the walk goes on along an edge
TOLERANCE = 1e-6  # of the sum of all changes
MOST_STEPS = 100

Matrix = npt.NDArray[np.floating[Any]]


def similarity(sentences: Sequence[str]) -> Matrix:
    """Return how strongly every two sentences are joined, (sentences, sentences), 0 on the diagonal."""
    words = [words_of(sentence) for sentence in sentences]
    column = {word: place for place, word in enumerate(sorted({word for each in words for word in each}))}
    holds = np.zeros((len(words), max(1, len(column))), np.float32)
    for row, each in enumerate(words):
        holds[row, [column[word] for word in each]] = 1
    lengths = np.log([max(1, len(each)) for each in words])
    scale = lengths[:, None] + lengths[None, :]
    edges = np.divide(holds @ holds.T, scale, out=np.zeros_like(scale), where=scale > 0)
    np.fill_diagonal(edges, 0)
    return edges


def page_rank(edges: Matrix) -> Matrix:
    """Return the share of time that the walk spends at each node, (nodes,); a node without edges jumps anywhere."""
    count = len(edges)
    degree = edges.sum(1, keepdims=True)
    steps = np.divide(edges, degree, out=np.full_like(edges, 1 / count), where=degree > 0)
    rank = np.full(count, 1 / count)
    for _ in range(MOST_STEPS):
        following = (1 - DAMPING) / count + DAMPING * (rank @ steps)
        changed = np.abs(following - rank).sum()
        rank = following
        if changed < TOLERANCE:
            break
    return rank


def textrank(sentences: Sequence[str], count: int) -> tuple[int, ...]:
    """Return the ``count`` sentences of the highest rank, best first."""
    rank = page_rank(similarity(sentences))
    return tuple(int(number) for number in np.argsort(-rank, kind="stable")[:count])
