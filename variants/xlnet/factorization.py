"""The factorization order: in which order the places of a sentence are predicted.

Yang et al., 2019, section 2.2. The probability of a sentence is a product of conditionals, and the
chain rule holds in every order z of its places:

    log p(x) = sum over t of log p(x_z[t] | x_z[1], …, x_z[t-1])

The order is a row of place numbers; the sentence and its positions stay as they are. A part of the
order may be *given*: the first c places are read and not predicted (partial prediction, section 2.3).
Special tokens come before all orders here, so that the first token has something to look at; in
pre-training they are shuffled with the targets, where most of the text is given.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.xlnet.orders import CONTEXT_RANK, permutation_mask

Order = tuple[int, ...]  # places, the first to be predicted first


@dataclass(frozen=True)
class Factorization:
    """An order of all the places that can be predicted, the first ``given`` of them not predicted."""

    order: Order
    given: int = 0

    @property
    def predicted(self) -> Order:
        """Return the places that are predicted, in their order."""
        return self.order[self.given :]

    def ranks(self, length: int) -> list[int]:
        """Return the rank of each of ``length`` places, CONTEXT_RANK where a place is not predicted."""
        ranks = [CONTEXT_RANK] * length
        for rank, place in enumerate(self.predicted):
            ranks[place] = rank
        return ranks


def places_of(encoded: Encoded) -> Order:
    """Return the places that an order runs over, from left to right: all but the special tokens."""
    return tuple(place for place, special in enumerate(encoded.special) if not special)


def draw_order(places: Order, seed: int, number: int = 0) -> Order:
    """Draw an order; every one is as likely. ``number`` counts the draws of one seed."""
    return tuple(random.Random(f"{seed}-{number}").sample(places, len(places)))


def parse_order(written: str, places: Order) -> Order:
    """Read an order such as ``3,1,0,2``; raise InputError unless it names every place once."""
    parts = written.replace(",", " ").split()
    if not all(part.isdecimal() and part.isascii() and len(part) <= 6 for part in parts):
        raise InputError("An order is a row of place numbers, such as 3,1,0,2; there is something else in it.")
    counts = Counter(map(int, parts))
    for problem, found in (
        ("there is no place", sorted(set(counts) - set(places))),
        ("repeated:", sorted(place for place, count in counts.items() if count > 1)),
        ("missing:", [place for place in places if place not in counts]),
    ):
        if found:
            raise InputError(
                f"An order names each of the {len(places)} places {places[0]} to {places[-1]} once; "
                f"{problem} {_listed(found)}."
            )
    return tuple(map(int, parts))


def _listed(places: Sequence[int], most: int = 6) -> str:
    shown = ", ".join(map(str, places[:most]))
    return shown + (f" and {len(places) - most} more" if len(places) > most else "")


def written(order: Order) -> str:
    """Return an order as :func:`parse_order` reads it."""
    return ",".join(map(str, order))


def check_given(encoded: Encoded, given: int) -> int:
    """Return how many places are given, if at least one is left to predict; raise InputError otherwise."""
    places = len(places_of(encoded))
    if not 0 <= given < places:
        raise InputError(f"Of {places} places, 0 to {places - 1} can be given: at least one must be predicted.")
    return given


def permutation_masks(factorizations: Sequence[Factorization], length: int) -> Tensor:
    """Return who must not see whom in each order: (orders, i, j), True where token i may not look at token j."""
    ranks = torch.tensor([factorization.ranks(length) for factorization in factorizations])
    return permutation_mask(ranks, ranks > CONTEXT_RANK)
