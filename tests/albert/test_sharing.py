"""One object at every depth: nudged, unrolled, and its gradient summed; the loaded models stay as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from tests.albert.tiny import tiny_bert_checkpoint, tiny_checkpoint
from variants.albert.sharing import ENDINGS, Weight, gradients, layers_of, nudge, path_of, states_of
from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded, encode

TEXT = "The river flows into the sea."
SHARED, UNSHARED, BERT = tiny_checkpoint(), tiny_checkpoint(groups=3), tiny_bert_checkpoint()
ALL = (SHARED, UNSHARED, BERT)
every_model = pytest.mark.parametrize("checkpoint", ALL, ids=lambda checkpoint: checkpoint.name)


def read(checkpoint: Checkpoint[Any]) -> Encoded:
    return encode(checkpoint.tokenizer, TEXT)


@every_model
def test_unrolling_is_what_the_model_does(checkpoint: Checkpoint[Any]) -> None:
    encoded = read(checkpoint)
    with torch.inference_mode():
        output = checkpoint.model.base_model(
            torch.tensor([encoded.input_ids]),
            token_type_ids=torch.tensor([encoded.token_type_ids]),
            output_hidden_states=True,
        )
    expected = torch.stack(output.hidden_states)[:, 0].numpy()
    np.testing.assert_allclose(states_of(checkpoint, encoded), expected, atol=1e-6)


def test_shared_layers_are_one_object() -> None:
    assert len(set(map(id, layers_of(SHARED.model)))) == 1
    assert len(set(map(id, layers_of(UNSHARED.model)))) == 3
    assert len(layers_of(SHARED.model)) == len(layers_of(UNSHARED.model)) == 3


@pytest.mark.parametrize("weight", list(ENDINGS))
def test_a_nudge_moves_every_layer_of_albert_and_only_later_ones_elsewhere(weight: Weight) -> None:
    for checkpoint, layer, untouched in ((SHARED, 3, 0), (UNSHARED, 3, 2), (UNSHARED, 1, 0), (BERT, 2, 1)):
        found = nudge(checkpoint, read(checkpoint), layer=layer, weight=weight, amount=2.0)
        assert all(moved == 0 for moved in found.moved[:untouched])
        assert all(moved > 0 for moved in found.moved[untouched:])
    assert nudge(SHARED, read(SHARED), layer=2, weight=weight, amount=1.0).users == (0, 1, 2)
    assert nudge(BERT, read(BERT), layer=2, weight=weight, amount=1.0).users == (1,)


@every_model
def test_adding_nothing_moves_nothing(checkpoint: Checkpoint[Any]) -> None:
    assert set(nudge(checkpoint, read(checkpoint), layer=1, weight="attention", amount=0.0).moved) == {0.0}


def test_a_nudge_is_that_of_a_changed_model() -> None:
    """Change the weight in a model of its own, and run it through transformers."""
    encoded, changed = read(SHARED), tiny_checkpoint(name="changed")
    layer: Any = layers_of(changed.model)[0]
    layer.ffn.weight.data[0, 0] += 2.0
    before, after = (states_of(model, encoded)[1:] for model in (SHARED, changed))
    expected = [np.linalg.norm(new - old) / np.linalg.norm(old) for old, new in zip(before, after, strict=True)]
    found = nudge(SHARED, encoded, layer=1, weight="feed-forward", amount=2.0)
    assert found.moved == pytest.approx(expected, rel=1e-4)


@every_model
def test_the_loaded_model_is_never_changed(checkpoint: Checkpoint[Any]) -> None:
    before = {name: tensor.clone() for name, tensor in checkpoint.model.state_dict().items()}
    nudge(checkpoint, read(checkpoint), layer=2, weight="feed-forward", amount=5.0)
    if checkpoint is not BERT:
        gradients(checkpoint, read(checkpoint))
    after = checkpoint.model.state_dict()
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())
    assert not any(parameter.requires_grad or parameter.grad is not None for parameter in checkpoint.model.parameters())


def test_the_gradient_of_a_shared_matrix_is_the_sum_over_its_uses() -> None:
    uses = gradients(SHARED, read(SHARED))
    assert len(uses.each) == 3
    assert uses.shared == pytest.approx(uses.sum, rel=1e-5)
    assert uses.mean == pytest.approx(uses.sum / 3)


def test_the_shared_gradient_is_autograds_own() -> None:
    """A model of its own, trained through transformers' forward and nothing of ours."""
    encoded, model = read(SHARED), tiny_checkpoint(name="own").model
    ids = torch.tensor([encoded.input_ids])
    model.requires_grad_(requires_grad=True)
    cross_entropy(model.predictions(model.albert(ids).last_hidden_state[0]), ids[0]).backward()
    layer: Any = layers_of(model)[0]
    assert gradients(SHARED, encoded).shared == pytest.approx(float(layer.ffn.weight.grad.norm()), rel=1e-4)


def test_a_path_is_distance_and_angle() -> None:
    states = np.array([[[3.0, 0.0], [1.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]], [[6.0, 8.0], [0.0, 1.0]]], np.float32)
    first = path_of(states, [0])
    assert first.distances == pytest.approx((4.0, 5.0))
    assert first.angles == pytest.approx((np.degrees(np.arccos(0.6)), 0.0), abs=0.05)
    both = path_of(states, [0, 1])
    assert both.distances == pytest.approx(((4 + 2**0.5) / 2, 2.5))


def test_albert_can_be_applied_more_often_and_less() -> None:
    encoded = read(SHARED)
    trained = states_of(SHARED, encoded)
    longer = states_of(SHARED, encoded, 10)
    assert longer.shape[0] == 11
    np.testing.assert_array_equal(longer[:4], trained)
    assert states_of(SHARED, encoded, 1).shape[0] == 2
