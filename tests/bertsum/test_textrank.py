"""TextRank: similarity by its formula, the walk against the solution of its equation and a library."""

from __future__ import annotations

import math

import numpy as np
import pytest
from networkx import from_numpy_array
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python  # pyright: ignore

from tests.bertsum.tiny import SENTENCES
from variants.bertsum.oracle import words_of
from variants.bertsum.textrank import DAMPING, page_rank, similarity, textrank


def test_similarity_is_the_papers_formula() -> None:
    found = similarity(SENTENCES)
    for i, one in enumerate(SENTENCES):
        for j, other in enumerate(SENTENCES):
            a, b = words_of(one), words_of(other)
            expected = 0.0 if i == j else len(set(a) & set(b)) / (math.log(len(a)) + math.log(len(b)))
            assert found[i, j] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_the_walk_solves_its_equation(seed: int) -> None:
    """Rank = (1 - d) / n + d · Wᵀ rank, solved as linear equations."""
    edges = np.random.default_rng(seed).random((12, 12))
    edges = (edges + edges.T) * (edges > 0.4)
    np.fill_diagonal(edges, 0)
    edges[3, :] = edges[:, 3] = 0  # a node without edges
    degree = edges.sum(1, keepdims=True)
    steps = np.divide(edges, degree, out=np.full_like(edges, 1 / 12), where=degree > 0)
    expected = np.linalg.solve(np.eye(12) - DAMPING * steps.T, np.full(12, (1 - DAMPING) / 12))
    assert page_rank(edges) == pytest.approx(expected, abs=1e-5) and expected.sum() == pytest.approx(1)


def test_the_walk_is_the_librarys() -> None:
    edges = similarity(SENTENCES)
    library = _pagerank_python(from_numpy_array(edges), alpha=DAMPING, tol=1e-8)
    assert page_rank(edges) == pytest.approx([library[node] for node in range(5)], abs=1e-5)


def test_the_sentence_in_the_middle_of_all_words_comes_first() -> None:
    sentences = [
        "red apples grow",
        "green pears ripen",
        "red apples and green pears grow and ripen",
        "nothing else here",
    ]
    assert textrank(sentences, 2)[0] == 2 and len(textrank(sentences, 9)) == 4


@pytest.mark.parametrize("sentences", [["one"], ["!!", "??"], ["a", "a"], ["word"] * 3])
def test_texts_without_edges_are_borne(sentences: list[str]) -> None:
    rank = page_rank(similarity(sentences))
    assert rank == pytest.approx([1 / len(sentences)] * len(sentences))
