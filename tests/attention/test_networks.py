"""Every network's attention is its model's own, and a head that is off is off: each held to another computation."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from transformers import AlbertConfig, AlbertForPreTraining

from tests.attention.known import KEYS, NETWORKS, SECOND, TEXT, opened
from tests.tiny import HOSTILE, refusal_of
from variants.core.attention import find_network
from variants.core.reading import hide
from variants.xlnet import streams
from variants.xlnet.demo import batch_of
from variants.xlnet.factorization import Factorization, draw_order, places_of

every_network = pytest.mark.parametrize("key", KEYS)
ENCODERS = [key for key in KEYS if not key.startswith("xlnet")]
ANSWERING = [network.key for network in NETWORKS if network.question]


@every_network
@pytest.mark.parametrize("second", [None, SECOND])
def test_rows_sum_to_one_and_queries_times_keys_give_the_weights(key: str, second: str | None) -> None:
    _, _, attention = opened(key, TEXT, second)
    looks = np.array(attention.looks)
    assert np.allclose(attention.weights[:, :, looks].sum(-1), 1, atol=1e-5)
    assert not attention.weights[:, :, ~looks].any()
    if key in ENCODERS:  # an independent softmax, in double precision
        queries, keys = attention.queries.astype(np.float64), attention.keys.astype(np.float64)
        exponentials = np.exp(queries @ keys.swapaxes(-1, -2) / np.sqrt(queries.shape[-1]))
        expected = exponentials / exponentials.sum(-1, keepdims=True)
        assert np.abs(attention.weights - expected).max() < 1e-4


@pytest.mark.parametrize("key", ["xlnet-content", "xlnet-query"])
def test_both_streams_of_xlnet_are_those_of_our_own_formula(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """``streams.attend`` writes the score out term by term; what its softmax gave is listened to."""
    _, checkpoint, attention = opened(key)
    order = draw_order(places_of(attention.encoded), 3)
    heard: list[Tensor] = []
    softmax = torch.Tensor.softmax

    def listen(scores: Tensor, **options: Any) -> Tensor:
        heard.append(softmax(scores, **options))
        return heard[-1]

    monkeypatch.setattr(torch.Tensor, "softmax", listen)
    batch = batch_of(attention.encoded, [Factorization(order)])
    with torch.inference_mode():
        streams.query_states(checkpoint.model.transformer, batch)
    length = len(attention.encoded)
    for layer, found in enumerate(heard):
        rows = found[0].numpy()
        if key == "xlnet-query":
            assert np.abs(attention.weights[layer][:, list(order)] - rows[:, -len(order) :]).max() < 1e-5
        elif layer + 1 < len(heard):  # our way leaves out the last content states, which nobody reads
            assert np.abs(attention.weights[layer] - rows[:, :length]).max() < 1e-5


def test_a_query_never_looks_at_itself_and_content_does() -> None:
    for key, sees_itself in (("xlnet-query", False), ("xlnet-content", True)):
        _, _, attention = opened(key)
        diagonal = attention.weights[:, :, np.arange(len(attention.encoded)), np.arange(len(attention.encoded))]
        words = [place for place, special in enumerate(attention.encoded.special) if not special]
        assert bool((diagonal[:, :, words] > 0).all()) == sees_itself


@every_network
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_typed_is_read_or_refused_in_one_sentence(key: str, text: str) -> None:
    network = find_network(NETWORKS, key)
    checkpoint = network.load()
    if refusal_of(lambda: network.read(checkpoint, text, None)):
        return
    for second in (None, text):
        encoded = network.read(checkpoint, text, second)
        assert len(encoded) <= checkpoint.max_length
        assert len(encoded.tokens) == len(encoded.special) == len(encoded.token_type_ids) == len(encoded)
        assert np.isfinite(network.look(checkpoint, encoded).weights).all()


def gates_without(attention_shape: tuple[int, ...], layer: int, head: int) -> Tensor:
    gates = torch.ones(2, *attention_shape[:2])
    gates[1, layer, head] = 0
    return gates


def weights_to_zero(key: str, model: Any, layer: int, head: int, width: int) -> None:
    """Set a head's columns of the output projection to zero: another way to switch it off."""
    columns = slice(head * width, (head + 1) * width)
    if key.startswith("xlnet"):
        model.transformer.layer[layer].rel_attn.o.data[:, head] = 0
    elif key == "distilbert":
        model.distilbert.transformer.layer[layer].attention.out_lin.weight.data[:, columns] = 0
    elif key.startswith("electra"):
        body = model.generator.electra if key == "electra-generator" else model.discriminator.electra
        body.encoder.layer[layer].attention.output.dense.weight.data[:, columns] = 0
    elif key == "roberta":
        model.roberta.encoder.layer[layer].attention.output.dense.weight.data[:, columns] = 0
    else:
        model.bert.encoder.layer[layer].attention.output.dense.weight.data[:, columns] = 0


@pytest.mark.parametrize("key", ["bert", "distilbert", "xlnet", "roberta", "spanbert", "electra", "electra-generator"])
@pytest.mark.parametrize(("layer", "head"), [(0, 1), (1, -1)])
def test_a_head_that_is_off_is_one_whose_output_columns_are_zero(key: str, layer: int, head: int) -> None:
    network, checkpoint, attention = opened(key)
    place = network.places(attention.encoded)[3]
    head %= attention.weights.shape[1]  # ELECTRA's generator has fewer
    before, after = network.answers(
        checkpoint, attention.encoded, place, gates_without(attention.weights.shape, layer, head)
    )
    other = copy.copy(checkpoint)
    object.__setattr__(other, "model", copy.deepcopy(checkpoint.model))
    weights_to_zero(key, other.model, layer, head, attention.queries.shape[-1])
    on = torch.ones(1, *attention.weights.shape[:2])
    assert torch.allclose(network.answers(other, attention.encoded, place, on)[0], after, atol=1e-4)
    assert torch.allclose(network.answers(checkpoint, attention.encoded, place, on)[0], before, atol=1e-4)
    assert not torch.allclose(before, after, atol=1e-3)


def test_one_use_of_a_shared_layer_of_albert_is_switched_off_and_no_other() -> None:
    network, checkpoint, attention = opened("albert")
    layers = checkpoint.model.config.num_hidden_layers
    unshared = AlbertForPreTraining(AlbertConfig(**checkpoint.model.config.to_dict() | {"num_hidden_groups": layers}))
    unshared.set_attn_implementation("eager")
    state = checkpoint.model.state_dict()
    shared = "albert_layer_groups.0."
    for name, value in list(state.items()):
        if shared in name:
            state |= {name.replace(shared, f"albert_layer_groups.{layer}."): value for layer in range(layers)}
    unshared.load_state_dict(state)
    width = attention.queries.shape[-1]
    group: Any = unshared.eval().albert.encoder.albert_layer_groups[2]
    group.albert_layers[0].attention.dense.weight.data[:, :width] = 0
    place = 3
    hidden = hide(checkpoint, attention.encoded, (place,))
    with torch.inference_mode():
        states = unshared.albert(torch.tensor([hidden.input_ids])).last_hidden_state
        expected = unshared.predictions(states[:, place]).log_softmax(-1)[0]
    found = network.answers(checkpoint, attention.encoded, place, gates_without(attention.weights.shape, 2, 0))[1]
    assert torch.allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("key", ANSWERING)
def test_answers_are_probabilities_and_the_shared_model_stays_as_it_was(key: str) -> None:
    network, checkpoint, attention = opened(key)
    before = {name: value.clone() for name, value in checkpoint.model.state_dict().items()}
    place = network.places(attention.encoded)[0]
    logs = network.answers(checkpoint, attention.encoded, place, gates_without(attention.weights.shape, 0, 0))
    assert torch.allclose(logs.exp().sum(1), torch.ones(2), atol=1e-4)
    assert all(torch.equal(before[name], value) for name, value in checkpoint.model.state_dict().items())
    hooks: Callable[[Any], int] = lambda module: len(module._forward_pre_hooks)  # noqa: E731 - a count, once
    assert sum(map(hooks, checkpoint.model.modules())) == 0


def test_a_network_that_answers_nothing_says_so() -> None:
    silent = [network for network in NETWORKS if not network.question]
    for network in silent:
        _, checkpoint, attention = opened(network.key)
        gates = torch.ones(1, *attention.weights.shape[:2])
        assert "answer nothing" in refusal_of(lambda: network.answers(checkpoint, attention.encoded, 1, gates))  # noqa: B023
    assert "choose one of" in refusal_of(lambda: find_network(NETWORKS, "gpt"))
