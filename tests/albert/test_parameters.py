"""Published counts to the last digit; formula and real class agree; what cannot be is refused before it is built."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AlbertForPreTraining, AlbertModel, BertForPreTraining

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
    count_bert,
    formula,
    total,
    totals,
)
from variants.albert.sizes import OURS, PRESETS, SHARINGS, Sharing, Sizes, divisors

BASE = PRESETS["base"][1]
GOLDEN = {  # preset: encoder, with pooler, MaskedLM, PreTraining
    "base": (11_092_992, 11_683_584, 11_221_680, 11_813_810),
    "large": (16_634_368, 17_683_968, 16_795_824, 17_847_474),
    "xlarge": (54_528_512, 58_724_864, 54_821_040, 59_021_490),
    "xxlarge": (205_814_272, 222_595_584, 206_368_944, 223_158_450),
}
GOLDEN_BERT = {  # (layers, hidden, heads, vocabulary)
    (12, 768, 12, 30_522): (108_891_648, 109_482_240, 109_514_298, 110_106_428),
    (12, 768, 12, 28_996): (107_719_680, 108_310_272, 108_340_804, 108_932_934),
    (24, 1_024, 16, 30_522): (334_092_288, 335_141_888, 335_174_458, 336_226_108),
    (24, 1_024, 16, 28_996): (332_529_664, 333_579_264, 333_610_308, 334_661_958),
    (12, 768, 12, 119_547): (177_262_848, 177_853_440, 177_974_523, 178_566_653),
    (2, 128, 2, 30_522): (4_369_408, 4_385_920, 4_416_698, 4_433_468),
    (4, 256, 4, 30_522): (11_104_768, 11_170_560, 11_201_594, 11_267_900),
    (4, 512, 8, 30_522): (28_500_992, 28_763_648, 28_795_194, 29_058_876),
    (8, 512, 8, 30_522): (41_110_528, 41_373_184, 41_404_730, 41_668_412),
}
GOLDEN_ABLATION: dict[tuple[int, Sharing], tuple[int, int]] = {  # with pooler, without; base size
    (64, "all"): (9_681_408, 9_090_816),
    (128, "all"): (11_683_584, 11_092_992),
    (256, "all"): (15_687_936, 15_097_344),
    (768, "all"): (31_705_344, 31_114_752),
    (64, "attention"): (61_645_056, 61_054_464),
    (128, "attention"): (63_647_232, 63_056_640),
    (256, "attention"): (67_651_584, 67_060_992),
    (768, "attention"): (83_668_992, 83_078_400),
    (64, "feed-forward"): (35_684_352, 35_093_760),
    (128, "feed-forward"): (37_686_528, 37_095_936),
    (256, "feed-forward"): (41_690_880, 41_100_288),
    (768, "feed-forward"): (57_708_288, 57_117_696),
    (64, "none"): (87_648_000, 87_057_408),
    (128, "none"): (89_650_176, 89_059_584),
    (256, "none"): (93_654_528, 93_063_936),
    (768, "none"): (109_671_936, 109_081_344),
}


@pytest.mark.parametrize("preset", GOLDEN)
def test_published_alberts_to_the_last_digit(preset: str) -> None:
    assert tuple(totals(albert_parts(PRESETS[preset][1])).values()) == GOLDEN[preset]


@pytest.mark.parametrize("shape", GOLDEN_BERT)
def test_published_berts_to_the_last_digit(shape: tuple[int, int, int, int]) -> None:
    layers, hidden, heads, vocabulary = shape
    sizes = Sizes(layers=layers, hidden=hidden, heads=heads, vocabulary=vocabulary, feed_forward=4 * hidden)
    assert tuple(totals(bert_parts(sizes)).values()) == GOLDEN_BERT[shape]
    assert count_bert(sizes) == {part.name: part.count for part in bert_parts(sizes)}


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
