"""The network has the parameters of the paper, the same ones for the same seed, and survives saving."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import RobertaForMaskedLM

from tests.roberta.tiny import TINY, tiny_roberta
from variants.core.positions import sinusoids
from variants.core.release import number_of_parameters
from variants.core.shape import SMALL, Shape
from variants.roberta.model import FIRST_ROW, PAD, build

BASE = Shape(
    hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3_072, max_length=512
)  # fmt: skip
LARGE = Shape(
    hidden_size=1_024, num_hidden_layers=24, num_attention_heads=16, intermediate_size=4_096, max_length=512
)  # fmt: skip
IDS = torch.tensor([[0, 7, 8, 9, 2]])


def closed_form(v: int, shape: Shape) -> int:
    """BERT's count with two rows more in the position table, one segment, no pooler and no NSP head."""
    h, f = shape.hidden_size, shape.intermediate_size
    norm = 2 * h
    embeddings = (v + (shape.max_length + 2) + 1) * h + norm
    layer = 4 * (h * h + h) + norm + (h * f + f) + (f * h + h) + norm
    return embeddings + shape.num_hidden_layers * layer + (h * h + h) + norm + v


@pytest.mark.parametrize(("vocabulary_size", "shape"), [(50_265, BASE), (50_265, LARGE), (8_192, SMALL), (100, TINY)])
def test_parameters_by_closed_form(vocabulary_size: int, shape: Shape) -> None:
    with torch.device("meta"):
        assert number_of_parameters(build(vocabulary_size, shape)) == closed_form(vocabulary_size, shape)


def test_golden_counts() -> None:
    counts = [closed_form(50_265, BASE), closed_form(50_265, LARGE), closed_form(8_192, SMALL)]
    assert counts == [124_697_433, 355_412_057, 5_364_736]


def test_same_seed_same_weights() -> None:
    one, same, other = (tiny_roberta(seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["lm_head.dense.weight"], other["lm_head.dense.weight"])


def test_building_leaves_the_random_state_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    tiny_roberta()
    assert torch.equal(torch.rand(3), expected)


def test_positions_start_as_sinusoids_behind_two_rows_that_no_token_uses() -> None:
    table = tiny_roberta().roberta.embeddings.position_embeddings.weight
    assert table.shape == (130, 16) and table.requires_grad and FIRST_ROW == 2
    assert torch.equal(table[FIRST_ROW:].detach(), sinusoids(128, 16))
    assert not table[PAD].any()


def test_the_library_counts_positions_from_the_same_row() -> None:
    model = tiny_roberta(1)
    places = torch.arange(FIRST_ROW, FIRST_ROW + 5)[None]
    assert torch.equal(model(IDS).logits, model(IDS, position_ids=places).logits)
    assert not torch.equal(model(IDS).logits, model(IDS, position_ids=places + 1).logits)


def test_the_window_is_as_long_as_asked() -> None:
    model = tiny_roberta()
    assert model(torch.full((1, 128), 7)).logits.shape == (1, 128, 64)
    with pytest.raises((IndexError, RuntimeError)):
        model(torch.full((1, 129), 7))


def test_there_is_no_dropout_and_one_segment() -> None:
    model = tiny_roberta().train()
    assert torch.equal(model(IDS).logits, model(IDS).logits)
    assert model.roberta.embeddings.token_type_embeddings.num_embeddings == 1


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    model = tiny_roberta(2)
    model.save_pretrained(tmp_path)
    assert [path.name for path in tmp_path.glob("*.safetensors")] == ["model.safetensors"]
    loaded = RobertaForMaskedLM.from_pretrained(tmp_path)
    assert loaded.lm_head.decoder.weight is loaded.roberta.embeddings.word_embeddings.weight
    assert number_of_parameters(loaded) == number_of_parameters(model)
    assert torch.equal(loaded.eval()(IDS).logits, model.eval()(IDS).logits)
