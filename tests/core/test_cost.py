"""Costs against closed forms: what a layer must multiply and what must be alive."""

from __future__ import annotations

import pytest
import torch
from transformers import BertConfig, BertModel

from tests.tiny import tiny_bert
from variants.core.cost import LiveMemory, costs, flops, peak_bytes


def encoder(hidden: int = 16, layers: int = 2, feed_forward: int = 32) -> BertModel:
    config = BertConfig(
        vocab_size=50, hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=2,
        intermediate_size=feed_forward,
    )  # fmt: skip
    model = BertModel(config, add_pooling_layer=False).eval()
    model.set_attn_implementation("eager")
    return model


@pytest.mark.parametrize(("hidden", "layers", "feed_forward", "length"), [(16, 2, 32, 7), (32, 3, 64, 20)])
def test_operations_equal_the_closed_form(hidden: int, layers: int, feed_forward: int, length: int) -> None:
    """Four projections, two feed-forward products, and two products of length by length."""
    a_layer = 2 * length * (4 * hidden**2 + 2 * hidden * feed_forward) + 2 * 2 * length**2 * hidden
    input_ids = torch.zeros(1, length, dtype=torch.long)
    assert flops(encoder(hidden, layers, feed_forward), input_ids) == layers * a_layer


def test_memory_counts_what_is_alive_together() -> None:
    with LiveMemory() as memory:
        first = torch.zeros(1000)  # 4 kB
        second = first + 1
        del first
        third = second * 2
        third.view(10, 100).add_(1)  # no new storage
        del second, third
    assert memory.peak == 8000
    assert memory.now == 0


def test_a_longer_text_needs_more_memory() -> None:
    model = encoder()
    short, long = (peak_bytes(model, torch.zeros(1, length, dtype=torch.long)) for length in (8, 64))
    assert 0 < short < long


def test_all_costs_of_a_model() -> None:
    model = tiny_bert().eval()
    found = costs(model, model.bert)
    assert found["parameters"] == sum(parameter.numel() for parameter in model.parameters())
    assert found["bytes_fp32"] == 4 * found["parameters"]
    assert 0 < found["flops_64"] < found["flops_128"] and found["seconds_64"] > 0
