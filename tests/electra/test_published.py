"""Published figures are cited and counted; the closed form is the one that chance follows."""

from __future__ import annotations

import random

import pytest

from variants.electra import VARIANT
from variants.electra.published import ABLATION, CLAIMS, LARGE, SMALL_AND_BASE, share_chosen_with_replacement


def test_the_record_holds_every_figure_that_a_page_shows() -> None:
    assert VARIANT.claims == CLAIMS
    assert all("2020" in claim.source or "2019" in claim.source for claim in CLAIMS)


def test_the_loss_on_all_tokens_explains_most_of_the_gain() -> None:
    score = [claim.value for claim in ABLATION]
    assert score == sorted(score, reverse=True)
    electra, all_tokens, fifteen, _, bert = score
    assert electra - fifteen > 3 * (fifteen - bert) and all_tokens - bert > electra - all_tokens


def test_at_equal_compute_electra_is_ahead() -> None:
    bert, electra = SMALL_AND_BASE[1:]
    assert bert.flops.value == electra.flops.value and electra.score.value > bert.score.value
    cheap, roberta = LARGE[1:3]
    assert cheap.flops.value < roberta.flops.value / 4 and cheap.score.value > roberta.score.value


def test_draws_with_replacement_hide_less() -> None:
    rng = random.Random(0)
    seen = [len({rng.randrange(126) for _ in range(19)}) / 126 for _ in range(3000)]
    assert share_chosen_with_replacement(19, 126) == pytest.approx(sum(seen) / len(seen), abs=0.001)
    assert share_chosen_with_replacement(19, 126) * 126 / 128 == pytest.approx(0.138, abs=0.0005)
    assert share_chosen_with_replacement(1, 5) == pytest.approx(0.2)
