"""Many orders, a few in each pass, are what each of them is alone."""

from __future__ import annotations

import numpy as np
import pytest

from variants.core.errors import InputError
from variants.xlnet import compare
from variants.xlnet.compare import Comparison, compare_orders, fixed_orders, in_fixed_orders
from variants.xlnet.demo import XLNet, follow, read
from variants.xlnet.factorization import Factorization, draw_order, places_of

TEXT = "The old king died in the winter of that year."


def finished(xlnet: XLNet, text: str, count: int, seed: int = 0) -> Comparison:
    *_, last = compare_orders(xlnet, read(xlnet, text), seed=seed, count=count)
    return last


def test_every_order_is_as_alone_and_random(xlnet: XLNet) -> None:
    encoded = read(xlnet, TEXT)
    found = finished(xlnet, TEXT, 12, seed=5)
    assert found.orders == tuple(draw_order(places_of(encoded), 5, number) for number in range(12))
    for order, row in zip(found.orders, found.log_probabilities, strict=True):
        reading = follow(xlnet, encoded, Factorization(order))
        alone = [np.nan if value is None else value for value in reading.log_probabilities]
        assert np.allclose(row, alone, atol=1e-4, equal_nan=True)
    assert found.of(None) == pytest.approx(np.nansum(found.log_probabilities, axis=1))
    assert np.array_equal(found.of(3), found.log_probabilities[:, 3])


def test_it_goes_on_a_few_orders_at_a_time(xlnet: XLNet, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded = read(xlnet, TEXT)
    monkeypatch.setattr(compare, "BATCH_TOKENS", 3 * len(encoded) + 1)
    steps = list(compare_orders(xlnet, encoded, seed=0, count=8))
    assert [len(found.orders) for found in steps] == [3, 6, 8] and {found.total for found in steps} == {8}
    assert np.array_equal(steps[0].log_probabilities, steps[2].log_probabilities[:3], equal_nan=True)


def test_there_is_one_at_a_time_and_stopping_gives_the_turn_back(xlnet: XLNet) -> None:
    encoded = read(xlnet, TEXT)
    running = compare_orders(xlnet, encoded, seed=0)
    next(running)
    with pytest.raises(InputError, match="under way"):
        next(compare_orders(xlnet, encoded, seed=1))
    running.close()
    next(compare_orders(xlnet, encoded, seed=1, count=1))


def test_both_sides_come_first_half_of_the_time(xlnet: XLNet) -> None:
    found = finished(xlnet, TEXT, 200)
    middle = len(found.orders[0]) // 2
    assert found.sides(middle) == pytest.approx((0.5, 0.5), abs=0.06)
    by_hand = [
        sum(order.index(other) < order.index(middle) for order in found.orders for other in others)
        / (len(found.orders) * len(others))
        for others in (range(middle), range(middle + 1, len(found.orders[0])))
    ]
    assert found.sides(middle) == pytest.approx(by_hand)
    assert found.sides(0)[0] == 0.0  # nothing stands on its left


def test_fixed_orders_stand_beside(xlnet: XLNet) -> None:
    encoded = read(xlnet, TEXT)
    own = draw_order(places_of(encoded), 9)
    orders = fixed_orders(encoded, own)
    assert list(orders.values()) == [places_of(encoded), places_of(encoded)[::-1], own]
    for name, row in in_fixed_orders(xlnet, encoded, own).items():
        reading = follow(xlnet, encoded, Factorization(orders[name]))
        assert float(np.nansum(row)) == pytest.approx(reading.running_sum(len(reading.steps)), abs=1e-4)


def test_one_token_and_a_full_window_run(xlnet: XLNet) -> None:
    (encoded, long) = (read(xlnet, text) for text in ("the", "king " * 500))
    assert len(places_of(encoded)) == 1 and len(long) == 128
    assert finished(xlnet, "the", 3).log_probabilities.shape == (3, 3)
    assert finished(xlnet, "king " * 500, 3).log_probabilities.shape == (3, 128)
