"""A smaller table: BERT's real embedding matrix, taken apart and put together at any rank.

Lan et al., 2019, section 3.1: a vector of the token table says what a piece means without context,
the hidden states mean it in context, so the table may be narrower (E) than the states (H). V x H
becomes V x E and E x H, which can hold any table of rank E and no other.

The best table of rank E is the singular value decomposition cut off at E (Eckart and Young, 1936).
ALBERT does *not* cut a trained table: it learns both factors from the start. What is shown here is
how much of a table that was learned without the limit fits through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from variants.core.checkpoint import Checkpoint
from variants.core.guesses import token_id_of
from variants.core.inference import forward_pass
from variants.core.tokenization import tokens_of


@dataclass(frozen=True, eq=False)
class Factors:
    """The singular value decomposition of a table of shape (vocabulary, hidden)."""

    left: Tensor  # (vocabulary, hidden), each column as long as its singular value
    singular_values: Tensor  # (hidden,), largest first
    right: Tensor  # (hidden, hidden), orthonormal rows

    @property
    def shape(self) -> tuple[int, int]:
        """Return V and H."""
        return self.left.shape[0], self.right.shape[1]

    def at_rank(self, rank: int) -> Tensor:
        """Return the nearest table of that rank, of shape (vocabulary, hidden)."""
        return self.left[:, :rank] @ self.right[:rank]

    def lost(self) -> list[float]:
        """Return for every rank from 0 to H the length of what is missing, as a share of the table's (Frobenius)."""
        squares = self.singular_values.double().square()
        missing = squares.flip(0).cumsum(0).flip(0)  # from each rank on
        shares = (missing / squares.sum()).sqrt().tolist()
        return [*shares, 0.0]

    def parameters(self, rank: int) -> int:
        """Return the numbers that two factors of that rank hold."""
        vocabulary, hidden = self.shape
        return vocabulary * rank + rank * hidden

    @property
    def pays_below(self) -> int:
        """Return the smallest rank at which two factors hold no fewer numbers than the table."""
        vocabulary, hidden = self.shape
        return -(-vocabulary * hidden // (vocabulary + hidden))


@dataclass(frozen=True)
class Neighbour:
    """A piece of the vocabulary and the cosine of its vector with the word's."""

    token: str
    cosine: float


@lru_cache(maxsize=2)
def factorize(checkpoint: Checkpoint[Any]) -> Factors:
    """Take a model's token table apart; once, it takes a moment."""
    with forward_pass():
        left, singular_values, right = torch.linalg.svd(table_of(checkpoint), full_matrices=False)
        return Factors(left * singular_values, singular_values, right)


def table_of(checkpoint: Checkpoint[Any]) -> Tensor:
    """Return a model's token table."""
    return checkpoint.model.get_input_embeddings().weight.detach()


def neighbours(checkpoint: Checkpoint[Any], table: Tensor, word: str, count: int = 8) -> tuple[Neighbour, ...]:
    """Return the pieces whose vectors in ``table`` point most nearly where the word's does.

    Raise InputError where the word is no single piece.
    """
    place = token_id_of(checkpoint, word)
    with forward_pass():
        units = torch.nn.functional.normalize(table, dim=-1)
        cosines = units @ units[place]
        cosines[[place, *checkpoint.tokenizer.all_special_ids]] = -2.0  # neither itself nor [CLS]
        best = cosines.topk(min(count, len(cosines)))
    tokens = tokens_of(checkpoint.tokenizer, best.indices.tolist())
    return tuple(Neighbour(token, cosine) for token, cosine in zip(tokens, best.values.tolist(), strict=True))


def neighbours_at_rank(checkpoint: Checkpoint[Any], word: str, rank: int, count: int = 8) -> tuple[Neighbour, ...]:
    """Return the word's neighbours in a model's token table, cut down to a rank."""
    return neighbours(checkpoint, factorize(checkpoint).at_rank(rank), word, count)


def kept(before: Sequence[Neighbour], after: Sequence[Neighbour]) -> int:
    """Return how many neighbours are among both."""
    return len({each.token for each in before} & {each.token for each in after})
