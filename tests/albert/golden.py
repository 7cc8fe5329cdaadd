"""Published networks and their exact counts, tied tensors once: what the lab must give to the last digit."""

from __future__ import annotations

from dataclasses import replace

from variants.albert.sizes import Sharing, Sizes

GOLDEN = {  # preset: encoder, with pooler, MaskedLM, PreTraining
    "base": (11_092_992, 11_683_584, 11_221_680, 11_813_810),
    "large": (16_634_368, 17_683_968, 16_795_824, 17_847_474),
    "xlarge": (54_528_512, 58_724_864, 54_821_040, 59_021_490),
    "xxlarge": (205_814_272, 222_595_584, 206_368_944, 223_158_450),
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


def _bert(layers: int, hidden: int, heads: int, vocabulary: int) -> Sizes:
    return Sizes(layers=layers, hidden=hidden, heads=heads, vocabulary=vocabulary, feed_forward=4 * hidden)


def _roberta(layers: int, hidden: int, heads: int) -> Sizes:
    return replace(_bert(layers, hidden, heads, 50_265), positions=514, segments=1)


GOLDEN_BERT: dict[str, tuple[Sizes, tuple[int, ...]]] = {  # as above; RoBERTa has no task between sentences
    "BERT-base": (_bert(12, 768, 12, 30_522), (108_891_648, 109_482_240, 109_514_298, 110_106_428)),
    "BERT-base cased": (_bert(12, 768, 12, 28_996), (107_719_680, 108_310_272, 108_340_804, 108_932_934)),
    "BERT-large": (_bert(24, 1_024, 16, 30_522), (334_092_288, 335_141_888, 335_174_458, 336_226_108)),
    "BERT-large cased": (_bert(24, 1_024, 16, 28_996), (332_529_664, 333_579_264, 333_610_308, 334_661_958)),
    "multilingual BERT": (_bert(12, 768, 12, 119_547), (177_262_848, 177_853_440, 177_974_523, 178_566_653)),
    "BERT-Tiny": (_bert(2, 128, 2, 30_522), (4_369_408, 4_385_920, 4_416_698, 4_433_468)),
    "BERT-Mini": (_bert(4, 256, 4, 30_522), (11_104_768, 11_170_560, 11_201_594, 11_267_900)),
    "BERT-Small": (_bert(4, 512, 8, 30_522), (28_500_992, 28_763_648, 28_795_194, 29_058_876)),
    "BERT-Medium": (_bert(8, 512, 8, 30_522), (41_110_528, 41_373_184, 41_404_730, 41_668_412)),
    "TinyBERT-4": (
        replace(_bert(4, 312, 12, 30_522), feed_forward=1_200),
        (14_252_592, 14_350_248, 14_381_394, 14_479_676),
    ),
    "TinyBERT-6": (_bert(6, 768, 12, 30_522), (66_364_416, 66_955_008, 66_987_066, 67_579_196)),
    "RoBERTa-base": (_roberta(12, 768, 12), (124_055_040, 124_645_632, 124_697_433)),
    "RoBERTa-large": (_roberta(24, 1_024, 16), (354_310_144, 355_359_744, 355_412_057)),
    "DistilRoBERTa": (_roberta(6, 768, 12), (81_527_808, 82_118_400, 82_170_201)),
}
