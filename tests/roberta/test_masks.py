"""Every counter of the mask matrix equals what its own cells, or the closed form, say."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.masking import Fate
from variants.roberta import VARIANT
from variants.roberta.demo import Roberta, load, read
from variants.roberta.masks import (
    MaskMatrix,
    chance_of_a_token,
    count,
    draw_masks,
    number_that_may_be_hidden,
    share_ever_masked,
)

EPOCHS, COPIES = 40, 10


def text_of(length: int) -> Encoded:
    """A text of ``length`` tokens between the two special ones."""
    vocabulary = load().vocabulary
    ids = (vocabulary.cls, *range(300, 300 + length), vocabulary.sep)
    special = (True, *[False] * length, True)
    return Encoded(ids, tuple(map(str, ids)), (0,) * len(ids), special)


def draw(encoded: Encoded, seed: int, copies: int | None, epochs: int = EPOCHS) -> MaskMatrix:
    return draw_masks(load(), encoded, epochs=epochs, seed=seed, copies=copies)


@pytest.mark.parametrize("seed", range(200))
def test_counters_equal_an_independent_count_of_the_cells(seed: int) -> None:
    rng = random.Random(seed)
    length, copies, epochs = rng.randint(1, 126), rng.randint(1, 20), rng.randint(1, 60)
    encoded = text_of(length)
    for each in (copies, None):
        matrix = draw(encoded, seed, each, epochs)
        cells = [[fate is not None for fate in row] for row in matrix.fates]
        assert len(cells) == epochs and all(len(row) == length + 2 for row in cells)
        for epoch in range(1, epochs + 1):
            columns = list(zip(*cells[:epoch], strict=True))
            assert matrix.ever_masked[epoch - 1] == sum(map(any, columns))
            assert matrix.patterns_seen[epoch - 1] == len({tuple(row) for row in cells[:epoch]})
            found = count(load(), encoded, matrix, epoch, each)
            assert (found.ever_masked, found.patterns) == (
                matrix.ever_masked[epoch - 1],
                matrix.patterns_seen[epoch - 1],
            )
            assert found.draws == min(epoch, each or epoch) and found.candidates == length
            assert found.on_long_text == pytest.approx(1 - 0.85**found.draws)
        assert not any(row[0] or row[-1] for row in cells)


@pytest.mark.parametrize("length", range(1, 127))
def test_the_number_chosen_is_15_percent_rounded_either_way(length: int) -> None:
    exact = Fraction(15, 100) * (length + 2)
    allowed = {min(length, max(1, int(exact))), min(length, max(1, int(exact) + 1))}
    assert {sum(map(bool, row)) for row in draw(text_of(length), length, None).fates} <= allowed


@given(seed=st.integers(0, 10**6), length=st.integers(1, 126), copies=st.integers(1, 20))
def test_static_masks_are_the_first_dynamic_ones_again_and_again(seed: int, length: int, copies: int) -> None:
    static, dynamic = draw(text_of(length), seed, copies), draw(text_of(length), seed, None)
    assert all(row == dynamic.fates[epoch % copies] for epoch, row in enumerate(static.fates))
    assert static.patterns_seen[-1] <= copies
    assert all(a <= b for a, b in zip(static.ever_masked, dynamic.ever_masked, strict=True))
    assert static == draw(text_of(length), seed, copies)


@pytest.mark.parametrize("length", [12, 40, 126])
@pytest.mark.parametrize("servings", [1, 5, 10, 40])
def test_the_share_ever_masked_follows_the_closed_form(length: int, servings: int) -> None:
    """Within five deviations of a binomial; draws without replacement vary less than that."""
    encoded, seeds = text_of(length), 200
    chance = share_ever_masked(chance_of_a_token(length + 2, length), servings)
    ever = sum(draw(encoded, seed, None, servings).ever_masked[-1] for seed in range(seeds))
    deviation = (chance * (1 - chance) / (seeds * length)) ** 0.5
    assert ever / (seeds * length) == pytest.approx(chance, abs=5 * deviation + 1e-9)


@pytest.mark.parametrize("length", [8, 60, 126])
def test_fates_are_80_10_10(length: int) -> None:
    fates = [f for seed in range(200) for row in draw(text_of(length), seed, None, 10).fates for f in row if f]
    for fate, share in ((Fate.MASK, 0.8), (Fate.RANDOM, 0.1), (Fate.KEEP, 0.1)):
        deviation = (share * (1 - share) / len(fates)) ** 0.5
        assert fates.count(fate) / len(fates) == pytest.approx(share, abs=5 * deviation)


@given(length=st.integers(1, 512), masked=st.integers(0, 20))
def test_the_chance_is_the_mean_number_over_the_candidates(length: int, masked: int) -> None:
    candidates = max(1, length - masked)
    exact = Fraction(15, 100) * length
    below, part = int(exact), exact - int(exact)
    mean = (1 - part) * min(max(1, below), candidates) + part * min(max(1, below + 1), candidates)
    assert chance_of_a_token(length, candidates) == pytest.approx(float(mean / candidates))


def test_closed_forms_by_known_values() -> None:
    assert share_ever_masked(0.15, 10) == pytest.approx(0.803, abs=5e-4)
    assert share_ever_masked(0.15, 40) == pytest.approx(0.9985, abs=5e-5)
    assert share_ever_masked(0.15, 0) == 0
    assert chance_of_a_token(100, 100) == pytest.approx(0.15)
    assert chance_of_a_token(3, 1) == 1


def test_a_typed_mask_is_never_chosen(roberta: Roberta) -> None:
    encoded = read(roberta, "The [MASK] sat on the <mask>.")
    assert encoded.tokens.count("<mask>") == 2
    assert number_that_may_be_hidden(roberta, encoded) == len(encoded) - 4
    for row in draw(encoded, 0, None).fates:
        assert all(fate is None for fate, token in zip(row, encoded.tokens, strict=True) if token == "<mask>")


@pytest.mark.parametrize("text", ["[MASK]", "<mask> <mask>", "</s>"])
def test_a_text_without_a_word_is_refused(roberta: Roberta, text: str) -> None:
    with pytest.raises(InputError, match=r"no word to hide|nothing to read"):
        draw(read(roberta, text), 0, None)


def test_drawing_runs_no_model(roberta: Roberta) -> None:
    passes: list[object] = []
    handle = roberta.model.register_forward_hook(lambda *_: passes.append(1))  # pyright: ignore[reportUnknownLambdaType]
    draw(read(roberta, VARIANT.example), 0, 10)
    handle.remove()
    assert passes == []
