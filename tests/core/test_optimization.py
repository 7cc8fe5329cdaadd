"""Every parameter is trained once, with the optimizer and the decay that it should have."""

from __future__ import annotations

from typing import Literal

import pytest
from torch import nn
from torch.optim import AdamW, Muon

from tests.tiny import tiny_bert
from variants.core.optimization import build_optimizers, set_learning_rate
from variants.core.recipe import Recipe


def recipe(optimizer: Literal["adamw", "muon"]) -> Recipe:
    return Recipe(tokens=1, optimizer=optimizer, weight_decay=0.05, adam_betas=(0.8, 0.9))


def names_of(model: nn.Module, parameters: list[nn.Parameter]) -> set[str]:
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    return {names[id(parameter)] for parameter in parameters}


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_every_parameter_is_trained_once(optimizer: Literal["adamw", "muon"]) -> None:
    model = tiny_bert()
    groups = [group for each in build_optimizers(model, recipe(optimizer)) for group in each.param_groups]
    trained = [id(parameter) for group in groups for parameter in group["params"]]
    assert sorted(trained) == sorted(id(parameter) for parameter in model.parameters())


def test_frozen_parameters_are_left_out() -> None:
    model = tiny_bert()
    model.bert.embeddings.requires_grad_(requires_grad=False)
    groups = [group for each in build_optimizers(model, recipe("muon")) for group in each.param_groups]
    trained = {id(parameter) for group in groups for parameter in group["params"]}
    assert not trained & {id(parameter) for parameter in model.bert.embeddings.parameters()}


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_biases_and_norms_do_not_decay(optimizer: Literal["adamw", "muon"]) -> None:
    model = tiny_bert()
    for each in build_optimizers(model, recipe(optimizer)):
        for group in each.param_groups:
            for name in names_of(model, group["params"]):
                spared = name.endswith("bias") or "LayerNorm" in name
                assert group["weight_decay"] == (0.0 if spared else 0.05), name


def test_muon_takes_the_hidden_matrices_alone() -> None:
    model = tiny_bert()
    adam, muon = build_optimizers(model, recipe("muon"))
    assert isinstance(adam, AdamW) and isinstance(muon, Muon)
    hidden = names_of(model, [parameter for group in muon.param_groups for parameter in group["params"]])
    expected = {
        name
        for name, _ in model.named_parameters()
        if ".layer." in name and name.endswith("weight") and "LayerNorm" not in name
    }
    assert hidden == expected and len(hidden) == 2 * 6


def test_adamw_has_the_betas_of_the_recipe() -> None:
    (adam,) = build_optimizers(tiny_bert(), recipe("adamw"))
    assert {group["betas"] for group in adam.param_groups} == {(0.8, 0.9)}


def test_the_learning_rate_reaches_every_group() -> None:
    optimizers = build_optimizers(tiny_bert(), recipe("muon"))
    assert {group["lr"] for each in optimizers for group in each.param_groups} == {0.0}
    set_learning_rate(optimizers, 0.003)
    assert [group["lr"] for each in optimizers for group in each.param_groups] == [0.003] * 3
