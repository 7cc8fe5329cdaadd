"""A thin BERT with a pooler and no head, and the paper's counts."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import BertModel

from tests.tinybert.tiny import THIN, tiny_student
from variants.core.positions import sinusoids
from variants.core.release import number_of_parameters
from variants.core.shape import Shape
from variants.tinybert.model import TINY, build

TINYBERT4 = Shape(hidden_size=312, num_hidden_layers=4, num_attention_heads=12, intermediate_size=1_200, max_length=512)
TINYBERT6 = Shape(hidden_size=768, num_hidden_layers=6, num_attention_heads=12, intermediate_size=3_072, max_length=512)
IDS = torch.tensor([[2, 7, 8, 9, 3]])


def closed_form(v: int, shape: Shape) -> int:
    """Count the encoder and the pooler by hand."""
    h, f = shape.hidden_size, shape.intermediate_size
    layer = 4 * (h * h + h) + 2 * h + (2 * h * f + f + h + 2 * h)
    return (v + shape.max_length + 2 + 2) * h + shape.num_hidden_layers * layer + h * h + h


@pytest.mark.parametrize("shape", [THIN, TINY, TINYBERT4, TINYBERT6])
@pytest.mark.parametrize("v", [100, 30_522])
def test_parameters_by_closed_form(v: int, shape: Shape) -> None:
    with torch.device("meta"):
        assert number_of_parameters(build(v, shape)) == closed_form(v, shape)


@pytest.mark.parametrize(("shape", "parameters"), [(TINYBERT4, 14_350_248), (TINYBERT6, 66_955_008)])
def test_golden_counts_of_the_published_sizes(shape: Shape, parameters: int) -> None:
    with torch.device("meta"):
        assert number_of_parameters(build(30_522, shape)) == parameters


def test_our_size() -> None:
    model = build(8_192)
    assert number_of_parameters(model) == closed_form(8_192, TINY) == 1_875_072
    config = model.config
    assert (config.hidden_size, config.num_hidden_layers, config.num_attention_heads) == (128, 4, 4)


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    model = tiny_student(3)
    model.save_pretrained(tmp_path)
    loaded = BertModel.from_pretrained(tmp_path)
    assert number_of_parameters(loaded) == number_of_parameters(model)
    assert torch.allclose(loaded(IDS).last_hidden_state, model(IDS).last_hidden_state, atol=1e-6)
    assert torch.allclose(loaded(IDS).pooler_output, model(IDS).pooler_output, atol=1e-6)


def test_same_seed_same_weights() -> None:
    one, same, other = (tiny_student(seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["pooler.dense.weight"], other["pooler.dense.weight"])


def test_building_leaves_the_random_state_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    tiny_student()
    assert torch.equal(torch.rand(3), expected)


def test_there_is_no_dropout() -> None:
    model = tiny_student().train()
    assert torch.equal(model(IDS).last_hidden_state, model(IDS).last_hidden_state)


def test_positions_start_as_sinusoids_that_are_trained() -> None:
    table = tiny_student().embeddings.position_embeddings.weight
    assert torch.equal(table.detach(), sinusoids(128, 8)) and table.requires_grad
