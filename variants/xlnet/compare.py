"""One sentence in many orders: what the order does to the probability of a token.

XLNet's objective is the mean over all orders (Yang et al., 2019, equation 3). In one order a token sees
only what comes before it; over many orders each other token comes before it half of the time, on
either side. That mean, and no single order, is where context from both sides comes from.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from variants.core.encoding import Encoded
from variants.core.guesses import Floats
from variants.core.inference import long_run
from variants.xlnet.demo import XLNet, log_probabilities
from variants.xlnet.factorization import Factorization, Order, draw_order, places_of

ORDERS = 64
BATCH_TOKENS = 512  # in one pass; small, so that the learner sees it go on and others get their turn


@dataclass(frozen=True, eq=False)
class Comparison:
    """What has been found so far."""

    orders: tuple[Order, ...]
    log_probabilities: Floats  # (orders so far, tokens), NaN where nothing is predicted
    total: int  # orders in all
    seconds: float

    def of(self, place: int | None) -> Floats:
        """Return the log-probability of one token, or of the whole sentence, in each order: (orders,)."""
        return np.nansum(self.log_probabilities, axis=1) if place is None else self.log_probabilities[:, place]

    def seen_before(self, place: int) -> tuple[int, ...]:
        """Return how many tokens came before ``place`` in each order."""
        return tuple(order.index(place) for order in self.orders)

    def sides(self, place: int) -> tuple[float, float]:
        """Return the share of orders in which a token left of ``place``, and right of it, came before it."""
        left: list[bool] = []
        right: list[bool] = []
        for order in self.orders:
            before = set(order[: order.index(place)])
            for other in order:
                if other != place:
                    (left if other < place else right).append(other in before)
        return _share(left), _share(right)


def fixed_orders(encoded: Encoded, own: Order) -> dict[str, Order]:
    """Return the orders that stand beside the random ones."""
    places = places_of(encoded)
    return {"left to right": places, "right to left": places[::-1], "the order above": own}


def in_fixed_orders(checkpoint: XLNet, encoded: Encoded, own: Order) -> dict[str, Floats]:
    """Return for each of them the log-probability of every token: (tokens,), NaN where nothing is predicted."""
    orders = fixed_orders(encoded, own)
    found = log_probabilities(checkpoint, encoded, [Factorization(order) for order in orders.values()])
    return dict(zip(orders, found, strict=True))


def _share(found: list[bool]) -> float:
    return sum(found) / len(found) if found else 0.0


def compare_orders(checkpoint: XLNet, encoded: Encoded, *, seed: int, count: int = ORDERS) -> Generator[Comparison]:
    """Predict the sentence in ``count`` random orders, a few of them in each pass; stop any time."""
    with long_run():
        places, started = places_of(encoded), time.perf_counter()
        orders = tuple(draw_order(places, seed, number) for number in range(count))
        at_once = max(1, BATCH_TOKENS // len(encoded))
        found: list[Floats] = []
        for first in range(0, count, at_once):
            batch = [Factorization(order) for order in orders[first : first + at_once]]
            found.append(log_probabilities(checkpoint, encoded, batch))
            done = orders[: first + len(batch)]
            yield Comparison(done, np.concatenate(found), count, time.perf_counter() - started)
