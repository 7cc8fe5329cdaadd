"""The decomposition against an eigenvalue solver and brute force; parameters and neighbours by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.albert.tiny import tiny_bert_checkpoint
from tests.tiny import refusal_of
from variants.albert.factorization import (
    factorize,
    kept,
    neighbours,
    neighbours_at_rank,
    table_of,
)
from variants.core.tokenization import id_of

BERT = tiny_bert_checkpoint()
TABLE = table_of(BERT)
V, H = TABLE.shape


def test_full_rank_gives_the_table_back() -> None:
    torch.testing.assert_close(factorize(BERT).at_rank(H), TABLE, atol=1e-5, rtol=0)
    assert not factorize(BERT).at_rank(0).any()


def test_singular_values_are_roots_of_the_eigenvalues() -> None:
    eigenvalues = np.linalg.eigvalsh(TABLE.double().numpy().T @ TABLE.double().numpy())[::-1]
    np.testing.assert_allclose(factorize(BERT).singular_values.numpy(), np.sqrt(eigenvalues), rtol=1e-4)


@given(st.integers(0, H))
def test_what_is_lost_is_the_distance_of_the_tables(rank: int) -> None:
    factors = factorize(BERT)
    distance = float((factors.at_rank(rank) - TABLE).norm() / TABLE.norm())
    assert factors.lost()[rank] == pytest.approx(distance, abs=1e-5)
    assert np.linalg.matrix_rank(factors.at_rank(rank).double().numpy(), tol=1e-4) == rank


def test_no_other_table_of_that_rank_is_nearer() -> None:
    """Eckart and Young: try random projections and a trained one."""
    best = factorize(BERT).lost()[4]
    for seed in range(20):
        basis, _ = torch.linalg.qr(torch.randn(H, 4, generator=torch.Generator().manual_seed(seed)))
        assert float((TABLE @ basis @ basis.T - TABLE).norm() / TABLE.norm()) >= best


def test_errors_fall_from_all_to_nothing() -> None:
    lost = factorize(BERT).lost()
    assert len(lost) == H + 1 and lost[0] == pytest.approx(1) and lost[-1] == 0
    assert all(later <= earlier for earlier, later in pairwise(lost))


def test_parameters_of_two_factors() -> None:
    factors = factorize(BERT)
    assert factors.parameters(4) == V * 4 + 4 * H
    assert factors.parameters(factors.pays_below) >= V * H > factors.parameters(factors.pays_below - 1)


def test_neighbours_by_brute_force() -> None:
    word = "the"
    place = id_of(BERT.tokenizer, word)
    rows = TABLE.double().numpy()
    lengths = np.maximum(np.linalg.norm(rows, axis=1), 1e-12)  # [PAD] has none
    cosines = rows @ rows[place] / (lengths * lengths[place])
    ordered = [i for i in np.argsort(-cosines) if i != place and i not in BERT.tokenizer.all_special_ids]
    found = neighbours(BERT, TABLE, word, 5)
    assert [id_of(BERT.tokenizer, each.token) for each in found] == ordered[:5]
    assert [each.cosine for each in found] == pytest.approx(cosines[ordered[:5]].tolist(), abs=1e-5)


def test_at_full_rank_the_neighbours_are_the_same() -> None:
    full, whole = neighbours_at_rank(BERT, "the", H), neighbours(BERT, TABLE, "the")
    assert kept(full, whole) == len(whole) == 8
    assert kept(neighbours_at_rank(BERT, "the", 1), whole) < 8


@pytest.mark.parametrize("word", ["", "\U0001f600", "a whole sentence", "\0"])
def test_what_is_no_single_piece_is_refused_in_one_sentence(word: str) -> None:
    assert "try another word" in refusal_of(lambda: neighbours(BERT, TABLE, word))
