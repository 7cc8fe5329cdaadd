"""One set of weights for all layers, a small table, and the paper's counts."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn
from transformers import AlbertForPreTraining

from tests.albert.tiny import TINY, a_batch, tiny_albert
from variants.albert.model import build
from variants.albert.objective import Objective
from variants.core.positions import sinusoids
from variants.core.release import number_of_parameters
from variants.core.shape import SMALL, Shape

V = 30_000
BASE = Shape(hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3_072, max_length=512)
LARGE = Shape(hidden_size=1_024, num_hidden_layers=24, num_attention_heads=16, intermediate_size=4_096, max_length=512)
XLARGE = Shape(hidden_size=2_048, num_hidden_layers=24, num_attention_heads=16, intermediate_size=8_192, max_length=512)
XXLARGE = Shape(
    hidden_size=4_096, num_hidden_layers=12, num_attention_heads=64, intermediate_size=16_384, max_length=512
)
IDS = torch.tensor([[2, 7, 8, 9, 3]])


def closed_form(v: int, shape: Shape, e: int, groups: int) -> int:
    """Count by hand; the head that reads words off shares its matrix with the embeddings."""
    h, f = shape.hidden_size, shape.intermediate_size
    embeddings = (v + shape.max_length + 2 + 2) * e + e * h + h
    layer = 4 * (h * h + h) + 2 * h + (2 * h * f + f + h + 2 * h)
    pooler = h * h + h
    mlm_head = h * e + e + 2 * e + v
    return embeddings + groups * layer + pooler + mlm_head + 2 * h + 2


def on_meta(v: int, shape: Shape, embedding_size: int, groups: int) -> AlbertForPreTraining:
    with torch.device("meta"):
        return build(v, shape, embedding_size=embedding_size, num_hidden_groups=groups)


@pytest.mark.parametrize("shape", [TINY, SMALL, BASE, LARGE])
@pytest.mark.parametrize("embedding_size", [64, 128, 256])
@pytest.mark.parametrize("shared", [True, False])
def test_parameters_by_closed_form(shape: Shape, embedding_size: int, shared: bool) -> None:
    groups = 1 if shared else shape.num_hidden_layers
    model = on_meta(500, shape, embedding_size, groups)
    assert number_of_parameters(model) == closed_form(500, shape, embedding_size, groups)


@pytest.mark.parametrize(
    ("shape", "parameters"),
    [(BASE, 11_813_810), (LARGE, 17_847_474), (XLARGE, 59_021_490), (XXLARGE, 223_158_450)],
)
def test_golden_counts_of_the_published_sizes(shape: Shape, parameters: int) -> None:
    assert number_of_parameters(on_meta(V, shape, 128, 1)) == parameters


@pytest.mark.parametrize(
    ("embedding_size", "groups", "parameters"),
    [(64, 1, 9_681_408), (256, 1, 15_687_936), (64, 12, 87_648_000), (256, 12, 93_654_528), (768, 12, 109_671_936)],
)
def test_golden_counts_of_the_papers_ablation(embedding_size: int, groups: int, parameters: int) -> None:
    assert number_of_parameters(on_meta(V, BASE, embedding_size, groups).albert) == parameters


def test_our_four_sizes() -> None:
    counts = {
        (e, groups): number_of_parameters(on_meta(8_192, SMALL, e, groups)) for e in (64, 256) for groups in (1, 4)
    }
    assert counts == {(e, groups): closed_form(8_192, SMALL, e, groups) for e, groups in counts}
    assert number_of_parameters(build(8_192)) == counts[64, 1] < 1_500_000


def test_layers_share_one_set_of_weights() -> None:
    """As many calls as layers, all of the same module."""
    model, calls = tiny_albert(), list[nn.Module]()
    (group,) = model.albert.encoder.albert_layer_groups

    def listen(module: nn.Module, _inputs: object, _output: object) -> None:
        calls.append(module)

    group.register_forward_hook(listen)
    states = model(IDS, output_hidden_states=True).hidden_states
    assert calls == [group] * 3
    assert len(states) == 4
    assert len(tiny_albert(groups=3).albert.encoder.albert_layer_groups) == 3


def test_the_gradient_is_the_sum_over_the_uses() -> None:
    """Beside a network without sharing whose layers hold the same weights."""
    shared, unshared, batch = tiny_albert(1), tiny_albert(1, groups=3), a_batch()
    weights = shared.state_dict()
    first = "albert.encoder.albert_layer_groups.0."
    copies = {
        name.replace(first, first.replace("0", str(group))): value
        for name, value in weights.items()
        for group in range(3)
    }
    unshared.load_state_dict(copies)
    losses = [Objective(model)(batch)["loss"] for model in (shared, unshared)]
    assert losses[0].item() == pytest.approx(losses[1].item(), abs=1e-6)
    for loss in losses:
        loss.backward()
    gradients = {name: parameter.grad for name, parameter in unshared.named_parameters()}
    for name, parameter in shared.named_parameters():
        uses = {name.replace(first, first.replace("0", str(group))) for group in range(3)}
        total = sum(gradient for use in uses if (gradient := gradients[use]) is not None)
        assert parameter.grad is not None and isinstance(total, torch.Tensor)
        assert torch.allclose(parameter.grad, total, atol=1e-6), name


def test_one_change_changes_every_layer() -> None:
    model = tiny_albert(2)
    before = model(IDS, output_hidden_states=True).hidden_states
    with torch.no_grad():
        model.get_parameter("albert.encoder.albert_layer_groups.0.albert_layers.0.ffn_output.bias")[0] += 1.0
    after = model(IDS, output_hidden_states=True).hidden_states
    assert [torch.equal(one, other) for one, other in zip(before, after, strict=True)] == [True, False, False, False]


def test_the_table_is_small_and_widened_and_reads_words_off() -> None:
    model = tiny_albert()
    table = model.albert.embeddings.word_embeddings.weight
    assert table.shape == (64, 8)
    assert model.albert.encoder.embedding_hidden_mapping_in.weight.shape == (16, 8)
    assert model.predictions.decoder.weight is table
    output = model(IDS)
    assert output.prediction_logits.shape == (1, 5, 64) and output.sop_logits.shape == (1, 2)


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    model = tiny_albert(3)
    model.save_pretrained(tmp_path)
    loaded = AlbertForPreTraining.from_pretrained(tmp_path)
    assert loaded.predictions.decoder.weight is loaded.albert.embeddings.word_embeddings.weight
    assert number_of_parameters(loaded) == number_of_parameters(model)
    assert torch.allclose(loaded(IDS).prediction_logits, model(IDS).prediction_logits, atol=1e-6)
    assert torch.allclose(loaded(IDS).sop_logits, model(IDS).sop_logits, atol=1e-6)


def test_same_seed_same_weights() -> None:
    one, same, other = (tiny_albert(seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["albert.pooler.weight"], other["albert.pooler.weight"])


def test_building_leaves_the_random_state_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    tiny_albert()
    assert torch.equal(torch.rand(3), expected)


def test_there_is_no_dropout_and_the_activation_is_the_exact_one() -> None:
    model = tiny_albert().train()
    assert torch.equal(model(IDS).sop_logits, model(IDS).sop_logits)
    assert model.config.hidden_act == "gelu"


def test_positions_start_as_sinusoids_that_are_trained() -> None:
    table = tiny_albert().albert.embeddings.position_embeddings.weight
    assert torch.equal(table.detach(), sinusoids(128, 8)) and table.requires_grad
