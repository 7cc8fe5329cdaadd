"""Two networks over one table of embeddings: the paper's sizes, one file, ties intact."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from torch import nn
from transformers import ElectraConfig

from tests.electra.tiny import TINY, tiny_electra
from variants.core.positions import sinusoids
from variants.core.release import number_of_parameters
from variants.core.shape import SMALL, Shape
from variants.electra.model import Electra, build, generator_config

BASE = Shape(hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3_072, max_length=512)
LARGE = Shape(hidden_size=1_024, num_hidden_layers=24, num_attention_heads=16, intermediate_size=4_096, max_length=512)
IDS = torch.tensor([[2, 7, 8, 9, 3]])


def layer(h: int, f: int) -> int:
    return 4 * (h * h + h) + 2 * h + (h * f + f) + (f * h + h) + 2 * h


def closed_form(v: int, shape: Shape) -> tuple[int, int]:
    """Count the discriminator, and what the generator has of its own, by hand."""
    h, depth = shape.hidden_size, shape.num_hidden_layers
    embeddings = (v + shape.max_length + 2) * h + 2 * h
    discriminator = embeddings + depth * layer(h, shape.intermediate_size) + (h * h + h) + (h + 1)
    g = h // 4
    return discriminator, (h * g + g) + depth * layer(g, 4 * g) + (g * h + h) + 2 * h + v


@pytest.mark.parametrize(("vocabulary_size", "shape"), [(30_522, BASE), (30_522, LARGE), (8_192, SMALL), (100, TINY)])
def test_parameters_by_closed_form(vocabulary_size: int, shape: Shape) -> None:
    with torch.device("meta"):
        model = build(vocabulary_size, shape)
    discriminator, generator = closed_form(vocabulary_size, shape)
    assert number_of_parameters(model.discriminator) == discriminator
    assert number_of_parameters(model) == discriminator + generator


def test_golden_counts() -> None:
    assert [closed_form(30_522, shape)[0] for shape in (BASE, LARGE)] == [109_483_009, 335_142_913]
    assert sum(closed_form(8_192, SMALL)) == 5_597_761


def test_golden_counts_of_the_small_size_with_a_narrow_table() -> None:
    """The library's defaults are ELECTRA-small; with its quarter-wide generator as in the paper."""
    with torch.device("meta"):
        model = Electra(ElectraConfig())
    assert number_of_parameters(model.discriminator) == 13_549_057
    assert number_of_parameters(model.generator) == 4_620_026


def test_the_generator_is_a_quarter_as_wide_and_as_deep() -> None:
    small = generator_config(build(100, SMALL).config)
    assert (small.hidden_size, small.num_attention_heads, small.intermediate_size) == (64, 1, 256)
    assert (small.num_hidden_layers, small.embedding_size) == (4, 256)
    with torch.device("meta"):
        assert generator_config(build(100, BASE).config).num_attention_heads == 3


def test_one_table_serves_both_networks_and_the_generators_head() -> None:
    model = tiny_electra()
    table = model.discriminator.electra.embeddings
    assert model.generator.electra.embeddings is table
    assert model.generator.generator_lm_head.weight is table.word_embeddings.weight
    projection = model.generator.electra.embeddings_project
    assert isinstance(projection, nn.Linear) and projection.weight.shape == (8, 32)
    assert not hasattr(model.discriminator.electra, "embeddings_project")


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    model = tiny_electra(2, spread=0.2)
    model.save_pretrained(tmp_path)
    assert [path.name for path in tmp_path.glob("*.safetensors")] == ["model.safetensors"]
    read = Electra.from_pretrained(tmp_path, output_loading_info=True)
    loaded, report = cast(tuple[Electra, dict[str, Any]], read)
    assert not any(report.values())
    table = loaded.discriminator.electra.embeddings
    assert loaded.generator.electra.embeddings is table
    assert loaded.generator.generator_lm_head.weight is table.word_embeddings.weight
    assert number_of_parameters(loaded) == number_of_parameters(model)
    assert torch.allclose(loaded(IDS), model(IDS), atol=1e-6)
    assert torch.allclose(loaded.generator(IDS).logits, model.generator(IDS).logits, atol=1e-6)
    with torch.no_grad():
        table.word_embeddings.weight.zero_()  # still one table: the head goes with it
    assert torch.equal(loaded.generator(IDS).logits[0, 0], loaded.generator.generator_lm_head.bias)


def test_a_copy_in_half_precision_can_be_saved(tmp_path: Path) -> None:
    """As the released file is."""
    deepcopy(tiny_electra()).half().save_pretrained(tmp_path)
    loaded = Electra.from_pretrained(tmp_path, dtype=torch.float32)
    assert torch.allclose(loaded(IDS), tiny_electra()(IDS), atol=1e-2)


def test_eager_attention_shows_the_weights_of_both_networks(tmp_path: Path) -> None:
    tiny_electra().save_pretrained(tmp_path)
    loaded = Electra.from_pretrained(tmp_path, attn_implementation="eager")
    for network, heads in ((loaded.discriminator, 2), (loaded.generator, 1)):
        attentions = network(IDS, output_attentions=True).attentions
        assert [tuple(weights.shape) for weights in attentions] == [(1, heads, 5, 5)] * 2


def test_same_seed_same_weights() -> None:
    one, same, other = (tiny_electra(seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(one[name], same[name]) for name in one)
    name = "discriminator.discriminator_predictions.dense.weight"
    assert not torch.equal(one[name], other[name])


def test_building_leaves_the_random_state_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    tiny_electra()
    assert torch.equal(torch.rand(3), expected)


def test_positions_start_as_sinusoids_that_are_trained() -> None:
    table = tiny_electra().generator.electra.embeddings.position_embeddings.weight
    assert torch.equal(table.detach(), sinusoids(128, 32)) and table.requires_grad


def test_the_discriminator_scores_every_token() -> None:
    model = tiny_electra(1).train()
    assert model(IDS).shape == (1, 5)
    assert torch.equal(model(IDS), model(IDS))  # no dropout
    assert torch.equal(model(IDS), model.discriminator(IDS).logits)
    assert model.generator(IDS).logits.shape == (1, 5, 64)
