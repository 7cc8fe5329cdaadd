"""Operations and activations against torch's own counters, on networks that really run."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor
from transformers import AlbertModel, BertModel, PreTrainedModel

from variants.albert.footprint import activations, footprint, operations
from variants.albert.parameters import albert_config, bert_config
from variants.albert.sizes import PRESETS, Sizes
from variants.core.cost import flops

SMALL = (
    Sizes(layers=1, hidden=32, heads=2, feed_forward=64, vocabulary=100, embedding=16, positions=40),
    Sizes(layers=3, hidden=48, heads=4, feed_forward=80, vocabulary=100, embedding=8, positions=40),
    Sizes(layers=2, hidden=64, heads=1, feed_forward=96, vocabulary=100, embedding=64, positions=40, sharing="none"),
)


def networks(sizes: Sizes) -> dict[bool, PreTrainedModel]:
    """Return ALBERT (True: it has a map) and BERT."""
    both: dict[bool, PreTrainedModel] = {
        True: AlbertModel(albert_config(sizes)).eval(),
        False: BertModel(bert_config(sizes)).eval(),
    }
    for network in both.values():
        network.set_attn_implementation("eager")
    return both


@pytest.mark.parametrize("sizes", SMALL)
@pytest.mark.parametrize("tokens", [1, 17])
def test_operations_are_those_that_torch_counts(sizes: Sizes, tokens: int) -> None:
    for is_factorised, network in networks(sizes).items():
        assert operations(sizes, tokens, is_factorised=is_factorised) == flops(network, torch.full((1, tokens), 7))


@pytest.mark.parametrize("deeper", SMALL)
@pytest.mark.parametrize("tokens", [10, 23])
def test_activations_are_what_a_layer_more_keeps(deeper: Sizes, tokens: int) -> None:
    """The difference of two depths is free of what embeddings and pooler keep."""
    shallow, deep = deeper, replace(deeper, layers=deeper.layers + 2)
    for is_factorised in (True, False):
        kept = [saved_bytes(networks(sizes)[is_factorised], tokens) for sizes in (shallow, deep)]
        assert kept[1] - kept[0] == activations(deep, tokens) - activations(shallow, tokens)
    assert activations(deep, tokens) * shallow.layers == activations(shallow, tokens) * deep.layers


def saved_bytes(network: PreTrainedModel, tokens: int) -> int:
    """Return the bytes of all storages that autograd saves, parameters not counted."""
    own = {tensor.untyped_storage().data_ptr() for tensor in (*network.parameters(), *network.buffers())}
    kept: dict[int, Tensor] = {}

    def keep(tensor: Tensor) -> Tensor:
        if (address := tensor.untyped_storage().data_ptr()) not in own:
            kept[address] = tensor  # held, so that no address comes twice
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        network(torch.full((1, tokens), 7))
    return sum(tensor.untyped_storage().nbytes() for tensor in kept.values())


def test_sharing_saves_bytes_and_no_work() -> None:
    base = PRESETS["base"][1]
    shared, unshared = (
        footprint(base, 100, is_factorised=True),
        footprint(replace(base, sharing="none"), 1000, is_factorised=True),
    )
    assert (shared.operations, shared.activations) == (unshared.operations, unshared.activations)
    assert shared.files == {"fp32": 400, "fp16": 200, "int8": 100} and shared.training == 1600
    assert unshared.training == 16_000


def test_xxlarge_computes_28_times_as_much_as_base() -> None:
    bert, xxlarge = PRESETS["bert-base"][1], PRESETS["xxlarge"][1]
    assert operations(xxlarge, 128, is_factorised=True) / operations(bert, 128, is_factorised=False) == pytest.approx(
        27.7, abs=0.3
    )


def test_a_short_window_is_not_exceeded() -> None:
    assert footprint(PRESETS["ours"][1], 1, is_factorised=True).tokens == 128
    assert footprint(SMALL[0], 1, is_factorised=True).tokens == 40
