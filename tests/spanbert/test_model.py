"""The network is BERT with one head more, the same one for the same seed, and survives saving."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn.functional import gelu, layer_norm

from tests.spanbert.tiny import TINY, tiny_spanbert
from variants.core.positions import sinusoids
from variants.core.release import number_of_parameters
from variants.core.shape import SMALL, Shape
from variants.spanbert.model import MAX_SPAN_TARGETS, PLACE_WIDTH, SpanBertForPreTraining, build

BASE = Shape(
    hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3_072, max_length=512
)  # fmt: skip
IDS = torch.tensor([[2, 7, 8, 9, 10, 11, 12, 3], [2, 20, 21, 22, 23, 24, 25, 3]])
TARGETS = {
    "rows": torch.tensor([0, 0, 1]),
    "left": torch.tensor([1, 1, 3]),
    "right": torch.tensor([4, 4, 5]),
    "places": torch.tensor([0, 1, 0]),
}


def without_sbo(v: int, shape: Shape) -> int:
    """BERT's count with the MLM head, without pooler and NSP head."""
    h, f = shape.hidden_size, shape.intermediate_size
    norm = 2 * h
    layer = 4 * (h * h + h) + norm + (h * f + f) + (f * h + h) + norm
    return (v + shape.max_length + 2) * h + norm + shape.num_hidden_layers * layer + (h * h + h) + norm + v


def sbo_head(v: int, h: int) -> int:
    """Count two layers with their norms, the places and a bias; the token embeddings are shared."""
    return 20 * 64 + ((2 * h + 64) * h + h) + 2 * h + (h * h + h) + 2 * h + v


@pytest.mark.parametrize(("vocabulary_size", "shape"), [(28_996, BASE), (8_192, SMALL), (100, TINY)])
def test_parameters_by_closed_form(vocabulary_size: int, shape: Shape) -> None:
    with torch.device("meta"):
        counted = number_of_parameters(build(vocabulary_size, shape))
    assert counted == without_sbo(vocabulary_size, shape) + sbo_head(vocabulary_size, shape.hidden_size)


def test_golden_counts() -> None:
    assert without_sbo(28_996, BASE) == 108_340_804
    assert without_sbo(8_192, SMALL) + sbo_head(8_192, 256) == 5_588_480


def test_same_seed_same_weights() -> None:
    one, same, other = (tiny_spanbert(seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(one[name], same[name]) for name in one)
    for name in ("sbo.first.weight", "bert.encoder.layer.0.output.dense.weight"):
        assert not torch.equal(one[name], other[name])


def test_building_leaves_the_random_state_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    tiny_spanbert()
    assert torch.equal(torch.rand(3), expected)


def test_weights_start_small_and_norms_as_identity() -> None:
    """As all of BERT's do."""
    sbo = build(100, SMALL).sbo
    assert sbo.first.weight.std().item() == pytest.approx(0.02, abs=0.001)
    assert not sbo.first.bias.any() and not sbo.bias.any()
    assert bool((sbo.first_norm.weight == 1).all()) and not sbo.second_norm.bias.any()


def test_both_tables_of_places_start_as_sinusoids() -> None:
    model = tiny_spanbert()
    assert torch.equal(model.bert.embeddings.position_embeddings.weight.detach(), sinusoids(128, 16))
    assert torch.equal(model.sbo.place_embeddings.weight.detach(), sinusoids(MAX_SPAN_TARGETS, PLACE_WIDTH))
    assert model.sbo.place_embeddings.weight.requires_grad


def test_boundary_logits_by_hand() -> None:
    model = tiny_spanbert(1)
    encoded = model.bert(IDS).last_hidden_state
    state: dict[str, Tensor] = model.state_dict()

    def layer(name: str, x: Tensor) -> Tensor:
        x = gelu(x @ state[f"sbo.{name}.weight"].T + state[f"sbo.{name}.bias"])
        return layer_norm(x, (16,), state[f"sbo.{name}_norm.weight"], state[f"sbo.{name}_norm.bias"], 1e-12)

    for number, (row, left, right, place) in enumerate([(0, 1, 4, 0), (0, 1, 4, 1), (1, 3, 5, 0)]):
        h0 = torch.cat([encoded[row, left], encoded[row, right], state["sbo.place_embeddings.weight"][place]])
        y = layer("second", layer("first", h0))
        expected = y @ state["bert.embeddings.word_embeddings.weight"].T + state["sbo.bias"]
        assert torch.allclose(model.boundary_logits(encoded, **TARGETS)[number], expected, atol=1e-6)


def test_only_edges_and_place_matter() -> None:
    """What is encoded inside a span, and anywhere else, leaves its SBO logits as they are."""
    model = tiny_spanbert(2)
    encoded = model.bert(IDS).last_hidden_state.detach()
    before = model.boundary_logits(encoded, **TARGETS)
    elsewhere = torch.ones(2, 8, dtype=torch.bool)
    elsewhere[TARGETS["rows"], TARGETS["left"]] = False
    elsewhere[TARGETS["rows"], TARGETS["right"]] = False
    changed = encoded.clone()
    changed[elsewhere] = 9.0
    assert torch.equal(model.boundary_logits(changed, **TARGETS), before)
    for edge in ("left", "right"):
        changed = encoded.clone()
        changed[TARGETS["rows"], TARGETS[edge]] += torch.arange(16.0)
        assert not torch.allclose(model.boundary_logits(changed, **TARGETS), before)
    assert not torch.allclose(before[0], before[1])  # the same edges, another place


def test_called_as_it_is_the_mlm_head_answers() -> None:
    model = tiny_spanbert()
    encoded = model.bert(IDS).last_hidden_state
    assert torch.equal(model(IDS).logits, model.cls(encoded))
    assert model.cls.predictions.decoder.weight is model.bert.embeddings.word_embeddings.weight


def test_there_is_no_dropout() -> None:
    model = tiny_spanbert().train()
    assert torch.equal(model(IDS).logits, model(IDS).logits)


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    model = tiny_spanbert(2)
    model.save_pretrained(tmp_path)
    assert [path.name for path in tmp_path.glob("*.safetensors")] == ["model.safetensors"]
    loaded = SpanBertForPreTraining.from_pretrained(tmp_path)
    assert loaded.cls.predictions.decoder.weight is loaded.bert.embeddings.word_embeddings.weight
    assert loaded.cls.predictions.decoder.bias is loaded.cls.predictions.bias
    assert number_of_parameters(loaded) == number_of_parameters(model)
    saved, again = model.state_dict(), loaded.state_dict()
    assert saved.keys() == again.keys() and all(torch.equal(saved[name], again[name]) for name in saved)
