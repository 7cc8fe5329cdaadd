"""Every term on a text, against a recomputation that shares no code with it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from transformers import BertModel

from tests.tinybert.conftest import TEXT
from tests.tinybert.tiny import tiny_teacher
from variants.core.checkpoint import Checkpoint
from variants.core.errors import InputError
from variants.tinybert.demo import Comparison, Pair, as_batch, compare, fit_width, read, sample_batches
from variants.tinybert.evaluation import fit_map
from variants.tinybert.imitation import (
    answer,
    attention_weights,
    every_pair,
    head_errors,
    losses,
    scores_of,
    shifted,
    spread_of,
    token_errors,
)
from variants.tinybert.layers import STRATEGIES, Strategy
from variants.tinybert.objective import Objective


def by_numpy(network: BertModel, ids: tuple[int, ...]) -> tuple[list[Any], list[Any]]:
    """Recompute scores and states from the weights, in double precision, without the network's own forward."""
    weights = {name: value.double().numpy() for name, value in network.state_dict().items()}

    def linear(x: Any, name: str) -> Any:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(x: Any, name: str) -> Any:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt(x.var(-1, keepdims=True) + network.config.layer_norm_eps)
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    table, heads = "embeddings.{}_embeddings.weight", network.config.num_attention_heads
    x = weights[table.format("word")][list(ids)] + weights[table.format("position")][: len(ids)]
    x = norm(x + weights[table.format("token_type")][0], "embeddings.LayerNorm")
    scores, states = list[Any](), [x]
    for number in range(network.config.num_hidden_layers):
        name = f"encoder.layer.{number}"
        query, key, value = (
            linear(x, f"{name}.attention.self.{part}").reshape(len(ids), heads, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        raw = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1])
        scores.append(raw)
        shares = np.exp(raw - raw.max(-1, keepdims=True))
        mixed = (shares / shares.sum(-1, keepdims=True) @ value).transpose(1, 0, 2).reshape(len(ids), -1)
        x = norm(x + linear(mixed, f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm")
        wide = linear(x, f"{name}.intermediate.dense")
        bent = wide * 0.5 * (1 + torch.erf(torch.from_numpy(wide) / 2**0.5).numpy())
        x = norm(x + linear(bent, f"{name}.output.dense"), f"{name}.output.LayerNorm")
        states.append(x)
    return scores, states


@pytest.mark.parametrize(("strategy", "layers"), [("uniform", (0, 2, 4)), ("top", (0, 3, 4)), ("bottom", (0, 1, 2))])
def test_every_term_equals_an_independent_recomputation(
    pair: Pair, comparison: Comparison, strategy: Strategy, layers: tuple[int, ...]
) -> None:
    widen = fit_width(pair, strategy)
    found = losses(comparison, widen, strategy)
    assert found.layers == layers
    ids = comparison.encoded.input_ids
    (scores, states), (their_scores, their_states) = by_numpy(pair.student, ids), by_numpy(pair.teacher, ids)
    weight, bias = widen.weight.double().numpy(), widen.bias.double().numpy()
    for number, copied in enumerate(layers[1:]):
        expected = np.square(scores[number] - their_scores[copied - 1]).mean()
        assert found.attention[number] == pytest.approx(expected, rel=1e-5, abs=1e-5)
    errors = [
        np.square(ours @ weight.T + bias - their_states[copied]).mean()
        for ours, copied in zip(states, layers, strict=True)
    ]
    assert (found.embedding, *found.hidden) == pytest.approx(errors, rel=1e-5, abs=1e-5)
    assert pair.judges
    teacher, student = (
        stack[0] @ judge.weight.detach().double().numpy().T + judge.bias.detach().double().numpy()
        for stack, judge in zip((their_states[-1], states[-1]), pair.judges, strict=True)
    )
    p, q = (np.exp(logits) / np.exp(logits).sum() for logits in (teacher, student))
    assert found.prediction == pytest.approx(-(p * np.log(q)).sum() / 2, abs=1e-5)
    assert found.total == pytest.approx(sum(found.attention) + sum(errors), rel=1e-5)


def test_the_terms_are_those_of_training(shipped_pair: Pair) -> None:
    """The page's numbers are what the objective of pre-training says of the same text."""
    from variants.core.teacher import load_teacher

    comparison, widen = compare(shipped_pair, read(shipped_pair.checkpoint, TEXT)), fit_width(shipped_pair)
    objective = Objective(shipped_pair.student, load_teacher(shipped_pair.checkpoint.tokenizer)).eval()
    objective.widen.load_state_dict(widen.state_dict())
    with torch.no_grad():
        expected = objective(as_batch(comparison.encoded))
    found = losses(comparison, widen)
    assert found.prediction is None
    for name, value in (("attention", sum(found.attention)), ("hidden", sum(found.hidden))):
        assert value == pytest.approx(expected[f"{name}_loss"].item(), rel=1e-5, abs=1e-5)
    assert found.embedding == pytest.approx(expected["embedding_loss"].item(), rel=1e-5, abs=1e-5)
    fit_map(objective, sample_batches(shipped_pair.checkpoint))
    assert torch.allclose(objective.widen.weight, widen.weight, atol=1e-3)


def test_equal_networks_lose_nothing_with_the_identity() -> None:
    from tests.tiny import sample_tokenizer

    tokenizer = sample_tokenizer("wordpiece")
    teacher = tiny_teacher(len(tokenizer)).bert
    same = deepcopy(teacher)
    judge = nn.Linear(16, 2)
    pair = Pair("task", Checkpoint("same", same, tokenizer, 128), teacher, same, (judge, judge))
    identity = nn.Linear(16, 16)
    with torch.no_grad():
        identity.weight.copy_(torch.eye(16))
        identity.bias.zero_()
        comparison = compare(pair, read(pair.checkpoint, TEXT))
        found = losses(comparison, identity)
    assert found.total == pytest.approx(0, abs=1e-9)
    answered = answer(comparison)
    assert answered and answered.teacher == answered.student
    assert answered.cross_entropy == answered.floor == pytest.approx(2 * answered.loss)


def test_heads_and_tokens_average_to_the_losses(pair: Pair, comparison: Comparison) -> None:
    widen = fit_width(pair)
    found = losses(comparison, widen)
    for row, loss in zip(head_errors(comparison, found.layers), found.attention, strict=True):
        assert sum(row) / len(row) == pytest.approx(loss, rel=1e-5)
    matrix = every_pair(comparison)
    assert matrix.shape == (2, 4)
    for number, copied in enumerate(found.layers):
        tokens = token_errors(comparison, widen, number, copied)
        assert len(tokens) == len(comparison.encoded)
        expected = found.hidden[number - 1] if number else found.embedding
        assert sum(tokens) / len(tokens) == pytest.approx(expected, rel=1e-4)
        if number:
            assert matrix[number - 1, copied - 1] == pytest.approx(found.attention[number - 1], rel=1e-5)


def test_the_spread_is_what_the_mean_would_lose(comparison: Comparison) -> None:
    scores = comparison.teacher.insides.scores[1][0].double()
    expected = (scores - scores.mean((-2, -1), keepdim=True)).square().mean()
    assert spread_of(comparison, 2) == pytest.approx(float(expected), rel=1e-4)


def test_weights_are_the_softmax_of_the_scores(comparison: Comparison) -> None:
    weights = attention_weights(scores_of(comparison, "teacher", 1, 2))
    assert np.allclose(weights.sum(-1), 1, atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(constant=st.floats(-50, 50))
def test_a_softmax_does_not_see_a_shift_and_the_loss_does(comparison: Comparison, constant: float) -> None:
    found = shifted(scores_of(comparison, "teacher", 1, 1), constant)
    assert found.scores == pytest.approx(constant**2, rel=1e-6, abs=1e-9)
    assert found.probabilities < 1e-9


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_no_map_is_better_than_the_fitted_one(pair: Pair, strategy: Strategy) -> None:
    """Its residual is at right angles to the student's states: the condition of least squares."""
    from variants.tinybert.insides import copied_from, look_inside
    from variants.tinybert.layers import copied_layers

    widen, products, size = fit_width(pair, strategy), 0.0, 0.0
    layers = copied_layers(strategy, 2, 4)
    for batch in sample_batches(pair.checkpoint):
        real = batch["attention_mask"].bool()
        with torch.no_grad():
            student, teacher = look_inside(pair.student, batch), look_inside(pair.teacher, batch)
            for ours, theirs in zip(student.states, copied_from(teacher, layers).states, strict=True):
                residual = (widen(ours[real]) - theirs[real]).double()
                products = products + ours[real].double().T @ residual
                size += float(residual.square().sum())
    assert float(torch.as_tensor(products).abs().max()) < 1e-3 * size


@pytest.mark.parametrize(("layer", "head"), [(0, 1), (5, 1), (1, 0), (1, 3), (-1, 1)])
def test_heads_that_are_not_there_are_said(comparison: Comparison, layer: int, head: int) -> None:
    with pytest.raises(InputError, match="heads 1 to 2"):
        scores_of(comparison, "teacher", layer, head)
