"""Published counts of networks that no page counts part by part, on the library's classes without memory."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn
from transformers import (
    BertConfig,
    BertModel,
    DistilBertConfig,
    DistilBertForMaskedLM,
    DistilBertModel,
    ElectraConfig,
    ElectraForMaskedLM,
    ElectraForPreTraining,
    ElectraModel,
    XLNetConfig,
    XLNetLMHeadModel,
    XLNetModel,
)

from variants.distilbert.inheritance import BASE, BASE_VOCABULARY, waterfall

LAYER = 7_087_872  # of BERT-base


def _electra(embedding: int, hidden: int, layers: int) -> ElectraConfig:
    """Sizes of the released models: heads of 64, a feed-forward part four times as wide."""
    return ElectraConfig(
        vocab_size=30_522,
        embedding_size=embedding,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=hidden // 64,
        intermediate_size=4 * hidden,
    )


def _xlnet(hidden: int, layers: int) -> XLNetConfig:
    return XLNetConfig(vocab_size=32_000, d_model=hidden, n_layer=layers, n_head=hidden // 64, d_inner=4 * hidden)


def _summarizer(*, pooler: bool) -> nn.Module:
    """BERTSUMEXT: two layers between sentences, whose feed-forward part is 2,048 wide in the reference code."""
    between = [nn.TransformerEncoderLayer(768, 8, 2_048) for _ in range(2)]
    head = nn.ModuleList([*between, nn.LayerNorm(768), nn.Linear(768, 1)])
    return nn.ModuleList([BertModel(BertConfig(), add_pooling_layer=pooler), head])


SMALL, BASE_SIZE, LARGE = (128, 256, 12), (768, 768, 12), (1_024, 1_024, 24)
COUNTS: dict[str, tuple[Callable[[], nn.Module], int]] = {
    "ELECTRA-small": (lambda: ElectraModel(_electra(*SMALL)), 13_483_008),
    "ELECTRA-small, discriminator": (lambda: ElectraForPreTraining(_electra(*SMALL)), 13_549_057),
    "ELECTRA-small, MLM": (lambda: ElectraForMaskedLM(_electra(*SMALL)), 13_546_682),
    "ELECTRA-base": (lambda: ElectraModel(_electra(*BASE_SIZE)), 108_891_648),
    "ELECTRA-base, discriminator": (lambda: ElectraForPreTraining(_electra(*BASE_SIZE)), 109_483_009),
    "ELECTRA-base, MLM": (lambda: ElectraForMaskedLM(_electra(*BASE_SIZE)), 109_514_298),
    "ELECTRA-large": (lambda: ElectraModel(_electra(*LARGE)), 334_092_288),
    "ELECTRA-large, discriminator": (lambda: ElectraForPreTraining(_electra(*LARGE)), 335_142_913),
    "ELECTRA-large, MLM": (lambda: ElectraForMaskedLM(_electra(*LARGE)), 335_174_458),
    "generator of the paper's ELECTRA-small": (lambda: ElectraForMaskedLM(_electra(128, 64, 12)), 4_620_026),
    "generator of ELECTRA-base": (lambda: ElectraForMaskedLM(_electra(768, 256, 12)), 33_740_602),
    "generator of ELECTRA-large": (lambda: ElectraForMaskedLM(_electra(1_024, 256, 24)), 51_295_290),
    "XLNet-base": (lambda: XLNetModel(_xlnet(768, 12)), 116_718_336),
    "XLNet-base, head": (lambda: XLNetLMHeadModel(_xlnet(768, 12)), 116_750_336),
    "XLNet-large": (lambda: XLNetModel(_xlnet(1_024, 24)), 360_268_800),
    "XLNet-large, head": (lambda: XLNetLMHeadModel(_xlnet(1_024, 24)), 360_300_800),
    "DistilBERT": (lambda: DistilBertModel(DistilBertConfig()), 66_362_880),
    "DistilBERT, MLM": (lambda: DistilBertForMaskedLM(DistilBertConfig()), 66_985_530),
    "DistilBERT cased": (lambda: DistilBertModel(DistilBertConfig(vocab_size=28_996)), 65_190_912),
    "DistilBERT cased, MLM": (lambda: DistilBertForMaskedLM(DistilBertConfig(vocab_size=28_996)), 65_812_036),
    "DistilBERT multilingual": (lambda: DistilBertModel(DistilBertConfig(vocab_size=119_547)), 134_734_080),
    "DistilBERT multilingual, MLM": (
        lambda: DistilBertForMaskedLM(DistilBertConfig(vocab_size=119_547)),
        135_445_755,
    ),
    "BERTSUMEXT": (lambda: _summarizer(pooler=False), 119_921_921),
    "BERTSUMEXT, with BERT's pooler": (lambda: _summarizer(pooler=True), 120_512_513),
}


@pytest.mark.parametrize("name", COUNTS)
def test_the_librarys_class_has_the_published_count(name: str) -> None:
    build, expected = COUNTS[name]
    with torch.device("meta"):
        model = build()
    assert sum(parameter.numel() for parameter in model.parameters()) == expected


@pytest.mark.parametrize(
    ("name", "layers", "hidden", "vocabulary"),
    [("XLNet-base", 12, 768, 32_000), ("XLNet-large", 24, 1_024, 32_000)],
)
def test_xlnets_closed_form(name: str, layers: int, hidden: int, vocabulary: int) -> None:
    """Five maps without biases, three of their own, two segment rows; two norms; the query stream's one vector."""
    attention = 5 * hidden**2 + 3 * hidden + 2 * hidden + 2 * hidden
    feed_forward = 2 * hidden * 4 * hidden + 4 * hidden + hidden + 2 * hidden
    assert vocabulary * hidden + hidden + layers * (attention + feed_forward) == COUNTS[name][1]


@pytest.mark.parametrize(
    ("name", "vocabulary"),
    [("DistilBERT", BASE_VOCABULARY), ("DistilBERT cased", 28_996), ("DistilBERT multilingual", 119_547)],
)
def test_distilberts_waterfall_ends_at_the_published_count(name: str, vocabulary: int) -> None:
    found = waterfall(BASE, vocabulary)
    assert found.student == COUNTS[name][1] == (vocabulary + 512 + 2) * 768 + 6 * LAYER
