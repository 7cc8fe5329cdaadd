"""A teacher is never trained, and never of another vocabulary."""

from __future__ import annotations

import torch
from torch import nn

from tests.tiny import SHIPPED, refusal_of, sample_wordpiece, tiny_bert
from variants.core.task import trained
from variants.core.teacher import Teacher, load_teacher
from variants.core.tokenization import as_transformers
from variants.core.vocabularies import load_vocabulary


def test_a_teacher_stays_as_it_is() -> None:
    network = tiny_bert().train()
    teacher = Teacher(network)
    objective = nn.ModuleDict({"teacher": teacher, "student": nn.Linear(2, 2)}).train()
    assert objective["student"].training
    assert not any(module.training for module in teacher.modules())
    assert set(trained(objective)) == {"student.weight", "student.bias"}


def test_a_teacher_is_a_copy() -> None:
    """Others use the shipped model too: neither its mode nor its weights may change."""
    network = tiny_bert().train()
    teacher = Teacher(network)
    assert network.training and all(parameter.requires_grad for parameter in network.parameters())
    with torch.no_grad():
        network.cls.seq_relationship.bias.fill_(9.0)
    assert not (teacher.network.cls.seq_relationship.bias == 9.0).any()


def test_the_shipped_bert_teaches_its_own_vocabulary_only() -> None:
    assert load_teacher(load_vocabulary("wordpiece", SHIPPED)).config.num_hidden_layers == 4
    other = as_transformers(sample_wordpiece())
    assert "another vocabulary" in refusal_of(lambda: load_teacher(other))
