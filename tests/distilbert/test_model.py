"""Half the layers, no segments, no pooler; and it starts as its teacher cut in half."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest
import torch
from torch import nn
from transformers import BertForPreTraining, DistilBertForMaskedLM

from tests.distilbert.tiny import a_batch, tiny_teacher
from variants.core.positions import sinusoids
from variants.core.release import number_of_parameters
from variants.core.shape import SMALL, Shape
from variants.distilbert.model import build, modules, start_from

BASE = Shape(hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3_072, max_length=512)
TINY = Shape(hidden_size=16, num_hidden_layers=4, num_attention_heads=2, intermediate_size=32)
IDS = torch.tensor([[2, 7, 8, 9, 3]])


def closed_form(v: int, shape: Shape) -> int:
    """Count by hand: BERT without segments, pooler and NSP, of half the depth."""
    h, f = shape.hidden_size, shape.intermediate_size
    layer = 4 * (h * h + h) + 2 * h + (2 * h * f + f + h + 2 * h)
    mlm_head = (h * h + h) + 2 * h + v
    return (v + shape.max_length + 2) * h + shape.num_hidden_layers // 2 * layer + mlm_head


def cut(teacher: BertForPreTraining, layers: list[int]) -> BertForPreTraining:
    """Return the teacher with these layers only, and nothing in its segment table."""
    short = deepcopy(teacher)
    short.bert.encoder.layer = nn.ModuleList([teacher.bert.encoder.layer[layer] for layer in layers])
    short.config.num_hidden_layers = len(layers)
    with torch.no_grad():
        short.bert.embeddings.token_type_embeddings.weight.zero_()
    return short


@pytest.mark.parametrize("shape", [TINY, SMALL, BASE])
@pytest.mark.parametrize("v", [100, 8_192])
def test_parameters_by_closed_form(v: int, shape: Shape) -> None:
    with torch.device("meta"):
        assert number_of_parameters(build(v, shape)) == closed_form(v, shape)


def test_golden_counts() -> None:
    with torch.device("meta"):
        base = build(30_522, BASE)
    assert number_of_parameters(base) == 66_985_530
    assert number_of_parameters(base.distilbert) == 66_362_880
    assert number_of_parameters(build(8_192)) == closed_form(8_192, SMALL) == 3_784_448


def test_the_student_starts_as_its_teacher_cut_in_half() -> None:
    """The last layer stays, for the head was trained on what it says."""
    teacher = tiny_teacher()
    student, batch = start_from(teacher), a_batch()
    inputs = {name: batch[name] for name in ("input_ids", "attention_mask", "position_ids")}
    expected = cut(teacher, [1, 3])(**inputs).prediction_logits
    assert torch.allclose(student(**inputs).logits, expected, atol=1e-5)
    assert expected.std() > 0.1
    assert not torch.allclose(student(**inputs).logits, cut(teacher, [0, 2])(**inputs).prediction_logits, atol=0.1)
    assert not torch.allclose(student(**inputs).logits, teacher(**inputs).prediction_logits, atol=0.1)


def test_which_layer_becomes_which() -> None:
    """Every module of the student has one of the teacher's, and of twelve layers every second one is taken."""
    pairs = modules(2)
    student = start_from(tiny_teacher())
    parts = {name for name, module in student.named_modules() if list(module.parameters(recurse=False))}
    assert set(pairs) == parts
    layers = {name.split(".")[3]: of.split(".")[3] for name, of in modules(6).items() if ".layer." in name}
    assert layers == {str(ours): str(2 * ours + 1) for ours in range(6)}


def test_the_student_has_its_own_weights() -> None:
    teacher = tiny_teacher()
    before = deepcopy(teacher.state_dict())
    student = start_from(teacher)
    with torch.no_grad():
        for parameter in student.parameters():
            parameter.add_(1.0)
    assert all(torch.equal(value, before[name]) for name, value in teacher.state_dict().items())


def test_there_are_no_segments_and_no_pooler() -> None:
    names = " ".join(name for name, _ in build(100, TINY).named_parameters())
    assert "token_type" not in names and "pooler" not in names


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    student = start_from(tiny_teacher())
    student.save_pretrained(tmp_path)
    loaded = DistilBertForMaskedLM.from_pretrained(tmp_path)
    assert loaded.vocab_projector.weight is loaded.distilbert.embeddings.word_embeddings.weight
    assert number_of_parameters(loaded) == number_of_parameters(student)
    assert torch.allclose(loaded(IDS).logits, student(IDS).logits, atol=1e-6)
    config = loaded.config  # a model card calls the widths by BERT's names
    assert (config.num_hidden_layers, config.hidden_size, config.num_attention_heads) == (2, 16, 2)
    assert config.intermediate_size == config.hidden_dim == 32


def test_same_seed_same_weights() -> None:
    one, same, other = (build(100, TINY, seed=seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["vocab_transform.weight"], other["vocab_transform.weight"])


def test_building_leaves_the_random_state_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    build(100, TINY)
    assert torch.equal(torch.rand(3), expected)


def test_there_is_no_dropout() -> None:
    model = build(100, TINY).train()
    assert torch.equal(model(IDS).logits, model(IDS).logits)


def test_positions_start_as_sinusoids_that_are_trained() -> None:
    table = build(100, TINY).distilbert.embeddings.position_embeddings.weight
    assert torch.equal(table.detach(), sinusoids(128, 16)) and table.requires_grad
