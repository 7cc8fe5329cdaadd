"""The sample of BLiMP is whole, and its pairs are judged as one pair is."""

from __future__ import annotations

from typing import Any

import pytest

from variants import VARIANTS, find_variant
from variants.core.minimal_pairs import EXAMPLES
from variants.core.phenomena import CHANCE, judge, sample_pairs, wilson
from variants.core.preference import prefer
from variants.core.side_by_side_figures import judged_shares


def test_twelve_phenomena_of_twenty_pairs() -> None:
    pairs = sample_pairs()
    assert len(pairs) == 12 and {len(each) for each in pairs.values()} == {20}
    sentences = [(pair.good, pair.bad) for each in pairs.values() for pair in each]
    assert all(good != bad for good, bad in sentences) and len(set(sentences)) == len(sentences)
    assert len({pair.paradigm for each in pairs.values() for pair in each}) == 67  # every paradigm of BLiMP has a part


@pytest.mark.parametrize("slug", ["bert", "xlnet", "electra"])
def test_a_pair_among_many_is_judged_as_it_is_alone(slug: str) -> None:
    pairs, found = sample_pairs()["ellipsis"], judge(find_variant(slug), "ellipsis")
    for number in (0, 7, 19):
        alone = prefer(find_variant(slug), pairs[number].good, pairs[number].bad).margin
        assert found.margins[number] == pytest.approx(alone, abs=1e-3)
    assert found.share == found.right / 20 == sum(margin > 0 for margin in found.margins) / 20


def test_wilson_by_hand() -> None:
    """Against the textbook form, and at the ends, where the plain interval has no width."""
    n, p, z = 20, 0.7, 1.96
    half = z * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5
    expected = [(p + z**2 / (2 * n) + sign * half) / (1 + z**2 / n) for sign in (-1, 1)]
    assert wilson(14, 20) == pytest.approx(expected)
    assert wilson(20, 20)[1] == pytest.approx(1.0) and 0.8 < wilson(20, 20)[0] < 0.9
    assert wilson(0, 20)[0] == pytest.approx(0.0) and wilson(10, 20) == pytest.approx((0.299, 0.701), abs=1e-3)


def test_the_figure_draws_shares_intervals_and_chance() -> None:
    found = [judge(find_variant(slug), "ellipsis") for slug in ("bert", "electra")]
    drawn: Any = judged_shares("Judged", found, {"bert": "#123456", "electra": "#654321"}).plot.to_plotly_json()
    (dots,) = drawn["data"]
    assert list(dots["x"]) == [each.share for each in found]
    low = [x - minus for x, minus in zip(dots["x"], dots["error_x"]["arrayminus"], strict=True)]
    high = [x + plus for x, plus in zip(dots["x"], dots["error_x"]["array"], strict=True)]
    assert list(zip(low, high, strict=True)) == [pytest.approx(each.interval) for each in found]
    assert drawn["layout"]["shapes"][0]["x0"] == CHANCE == 0.5


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_sentences_of_a_ready_pair_are_equally_long_in_every_vocabulary(name: str) -> None:
    for variant in VARIANTS:
        if variant.shipped:
            first, second = (variant.part("model").load().tokenizer.encode(text) for text in EXAMPLES[name])
            assert len(first) == len(second), variant.slug
