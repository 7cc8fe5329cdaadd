"""The network has the parameters of the paper, the same ones for the same seed, and survives saving."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import XLNetLMHeadModel

from tests.xlnet.tiny import TINY, tiny_xlnet
from variants.core.release import number_of_parameters
from variants.core.shape import SMALL, Shape
from variants.xlnet.model import build

BASE = Shape(hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3_072)
LARGE = Shape(hidden_size=1_024, num_hidden_layers=24, num_attention_heads=16, intermediate_size=4_096)
IDS = torch.tensor([[9, 12, 13, 3, 5]])


def closed_form(v: int, shape: Shape) -> int:
    """Count by hand: five maps without biases, three bias vectors, two segment vectors, two norms, no positions."""
    d, f = shape.hidden_size, shape.intermediate_size
    layer = 5 * d * d + 3 * d + 2 * d + 2 * d + (d * f + f + f * d + d) + 2 * d
    return v * d + d + shape.num_hidden_layers * layer + v


@pytest.mark.parametrize(("vocabulary_size", "shape"), [(32_000, BASE), (32_000, LARGE), (8_192, SMALL), (100, TINY)])
def test_parameters_by_closed_form(vocabulary_size: int, shape: Shape) -> None:
    with torch.device("meta"):
        assert number_of_parameters(build(vocabulary_size, shape)) == closed_form(vocabulary_size, shape)


def test_golden_counts() -> None:
    counts = [closed_form(32_000, BASE), closed_form(32_000, LARGE), closed_form(8_192, SMALL)]
    assert counts == [116_750_336, 360_300_800, 5_527_808]


def test_same_seed_same_weights() -> None:
    one, same, other = (tiny_xlnet(seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["transformer.mask_emb"], other["transformer.mask_emb"])


def test_building_leaves_the_random_state_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    tiny_xlnet()
    assert torch.equal(torch.rand(3), expected)


def test_there_is_no_dropout_and_no_memory() -> None:
    model = tiny_xlnet().train()
    assert torch.equal(model(IDS).logits, model(IDS).logits)
    assert model(IDS).mems is None and model.eval()(IDS).mems is None


def test_any_length_fits() -> None:
    assert tiny_xlnet()(torch.full((1, 300), 12)).logits.shape == (1, 300, 64)


def test_the_head_is_tied() -> None:
    model = tiny_xlnet()
    assert model.lm_loss.weight is model.transformer.word_embedding.weight


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    model = tiny_xlnet(2)
    model.save_pretrained(tmp_path)
    assert [path.name for path in tmp_path.glob("*.safetensors")] == ["model.safetensors"]
    loaded = XLNetLMHeadModel.from_pretrained(tmp_path)
    assert loaded.lm_loss.weight is loaded.transformer.word_embedding.weight
    assert number_of_parameters(loaded) == number_of_parameters(model)
    assert loaded.config.intermediate_size == loaded.config.d_inner == TINY.intermediate_size
    assert torch.allclose(loaded.eval()(IDS).logits, model.eval()(IDS).logits, atol=1e-6)
