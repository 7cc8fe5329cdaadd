"""Published counts to the last digit; formula and real class agree; what cannot be is refused before it is built."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AlbertForPreTraining, AlbertModel, BertForPreTraining

from tests.albert.golden import GOLDEN, GOLDEN_ABLATION
from tests.tiny import refusal_of
from variants.albert.parameters import (
    LEVELS,
    MAP,
    albert_config,
    albert_parts,
    at_level,
    bert_config,
    bert_parts,
    count_albert,
    formula,
    total,
    totals,
)
from variants.albert.sizes import OURS, PRESETS, SHARINGS, Sharing, Sizes, divisors

BASE = PRESETS["base"][1]


@pytest.mark.parametrize("preset", GOLDEN)
def test_published_alberts_to_the_last_digit(preset: str) -> None:
    assert tuple(totals(albert_parts(PRESETS[preset][1])).values()) == GOLDEN[preset]


@pytest.mark.parametrize(("embedding", "sharing"), GOLDEN_ABLATION)
def test_the_papers_ablation_to_the_last_digit(embedding: int, sharing: Sharing) -> None:
    found = totals(albert_parts(replace(BASE, embedding=embedding, sharing=sharing)))
    assert (found["pooler"], found["encoder"]) == GOLDEN_ABLATION[embedding, sharing]


def test_without_sharing_the_largest_would_be_enormous() -> None:
    counts = {
        preset: totals(albert_parts(replace(PRESETS[preset][1], sharing="none")))["pooler"]
        for preset in ("xlarge", "xxlarge")
    }
    assert counts == {"xlarge": 1_216_965_120, "xxlarge": 2_437_773_824}


def test_without_the_useless_map_nothing_saved_is_bert() -> None:
    nothing_saved = replace(BASE, embedding=768, sharing="none")
    parts = [part for part in albert_parts(nothing_saved) if part.name != MAP]
    assert totals(parts) == totals(bert_parts(nothing_saved))


def test_our_own_model_is_one_of_the_presets(albert_parameters: int) -> None:
    assert totals(albert_parts(OURS))["pretraining"] == albert_parameters


@pytest.fixture
def albert_parameters() -> int:
    from variants.albert.model import build

    return sum(parameter.numel() for parameter in build(OURS.vocabulary).parameters())


@st.composite
def legal_sizes(draw: st.DrawFn) -> Sizes:
    layers, heads = draw(st.integers(1, 12)), draw(st.integers(1, 16))
    vocabulary = draw(st.integers(1, 50_000))
    return Sizes(
        layers=layers,
        heads=heads,
        hidden=heads * draw(st.integers(1, 64)),
        feed_forward=draw(st.integers(1, 4_000)),
        vocabulary=vocabulary,
        embedding=draw(st.integers(1, min(vocabulary, 1_000))),
        sharing=draw(st.sampled_from(SHARINGS)),
        group=draw(st.sampled_from(divisors(layers))),
        positions=draw(st.integers(1, 1_024)),
        segments=draw(st.integers(1, 3)),
    )


@settings(max_examples=300)
@given(legal_sizes())
def test_the_formula_is_what_the_real_class_holds(sizes: Sizes) -> None:
    assert {part.name: part.count for part in albert_parts(sizes)} == count_albert(sizes)


def test_the_count_is_that_of_all_parameters_of_the_class() -> None:
    """Past our own naming of the parts, and at each level."""
    for sizes in (OURS, replace(OURS, sharing="none"), replace(OURS, sharing="groups", group=2)):
        with torch.device("meta"):
            whole = AlbertForPreTraining(albert_config(sizes))
            with_pooler = AlbertModel(albert_config(sizes))
            bert = BertForPreTraining(bert_config(sizes))
        found, of_bert = totals(albert_parts(sizes)), totals(bert_parts(sizes))
        assert found["pretraining"] == sum(p.numel() for p in whole.parameters())
        assert found["pooler"] == sum(p.numel() for p in with_pooler.parameters())
        assert of_bert["pretraining"] == sum(p.numel() for p in bert.parameters())


def test_groups_go_from_all_shared_to_none() -> None:
    sizes = replace(BASE, sharing="groups", group=12)
    assert albert_parts(sizes) == albert_parts(BASE)
    assert albert_parts(replace(sizes, group=1)) == albert_parts(replace(BASE, sharing="none"))


def test_the_formula_can_be_read_and_computed() -> None:
    """Its numbers, read as arithmetic, give its last number."""
    parts = at_level(albert_parts(BASE), "pretraining")
    _, numbers, result = formula(parts).split(" = ")
    arithmetic = numbers.replace(",", "").replace("·", "*").replace("²", "**2")
    assert eval(arithmetic) == total(parts) == int(result.replace(",", ""))  # our own string, of digits and signs


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"heads": 7}, "cannot be divided among 7 heads: choose 6 or 8 heads"),
        ({"embedding": 200, "vocabulary": 100}, "choose E no larger than V"),
        ({"layers": 0}, "between 1 and 96, not 0"),
        ({"layers": -3}, "between 1 and 96"),
        ({"layers": 10**9}, "not 1,000,000,000"),
        ({"hidden": 10**9}, "between 1 and 16,384"),
        ({"feed_forward": 10**9}, "feed-forward must be between"),
        ({"vocabulary": 10**9}, "between 1 and 1,000,000"),
        ({"embedding": 0}, "between 1 and"),
        ({"sharing": "groups", "group": 5}, "groups of 5: choose 4 or 6"),
        ({"sharing": "groups", "group": 0}, "groups of 0"),
        ({"sharing": "everything"}, "not 'everything'"),
    ],
)
def test_impossible_sizes_are_refused_in_one_sentence(wrong: dict[str, int], said: str) -> None:
    refusal = refusal_of(lambda: Sizes(**wrong))  # pyright: ignore[reportArgumentType] - wrong on purpose
    assert said in refusal and refusal.count(". ") == 0 and refusal.endswith(".")


def test_the_largest_network_takes_no_memory() -> None:
    """Nine billion parameters would be 36 GB; on the meta device they are shapes."""
    huge = Sizes(layers=96, hidden=16_384, feed_forward=65_536, heads=64, vocabulary=1_000_000, embedding=16_384)
    count_albert(BASE)
    tracemalloc.start()
    try:
        counted = count_albert(replace(huge, layers=24, sharing="none"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(counted.values()) > 90_000_000_000
    assert peak < 50_000_000
    assert set(LEVELS) == set(totals(albert_parts(huge)))
