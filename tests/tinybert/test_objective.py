"""Attention before the softmax, states through one map, and a teacher that is never trained."""

from __future__ import annotations

import random
from copy import deepcopy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import linear

from tests.tiny import SPECIAL, VOCABULARY, sample_wordpiece
from tests.tinybert.tiny import STORE, a_batch, every_example, make, tiny_student, tiny_teacher
from variants.core.task import Batch, trained
from variants.core.tokenization import as_transformers
from variants.tinybert.insides import look_inside
from variants.tinybert.model import TINY, build
from variants.tinybert.objective import Objective, build_task, collate, make_examples

WINDOWS = [16, 32, 64, 128]
PARTS = ("attention", "hidden", "embedding")


@pytest.mark.parametrize("window", WINDOWS)
def test_every_token_of_a_document_is_read_once_in_order_and_nothing_is_hidden(window: int) -> None:
    for index in range(len(STORE)):
        examples = make(STORE, index, copy=3, max_length=window)
        read = [example.input_ids for example in examples]
        assert all(ids[0] == VOCABULARY.cls and ids[-1] == VOCABULARY.sep for ids in read)
        assert all(min(ids[1:-1]) >= SPECIAL for ids in read)
        text = [token for sentence in STORE.document(index) for token in sentence]
        assert [token for ids in read for token in ids[1:-1]] == text
        assert all(3 <= len(e) <= window and 0 <= e.offset <= 128 - window for e in examples)


def test_only_the_place_in_the_table_changes_from_serving_to_serving() -> None:
    servings = [make(STORE, 23, copy=copy, max_length=32) for copy in range(20)]
    assert len({tuple(e.input_ids for e in examples) for examples in servings}) == 1
    assert len({tuple(e.offset for e in examples) for examples in servings}) > 15
    other = make_examples(STORE, 23, copy=0, max_length=32, vocabulary=VOCABULARY, seed=1, rows=128)
    assert other != servings[0] == make(STORE, 23, copy=0, max_length=32)


@settings(max_examples=20)
@given(index=st.integers(0, 39), copy=st.integers(0, 90), window=st.sampled_from(WINDOWS))
def test_examples_are_a_pure_function(index: int, copy: int, window: int) -> None:
    random.seed(index)
    once = make(STORE, index, copy=copy, max_length=window)
    random.seed(copy)
    assert make(STORE, index, copy=copy, max_length=window) == once


def test_collate_pads_to_the_longest() -> None:
    examples = sorted(every_example(64), key=len)[:: len(every_example(64)) // 6]
    batch, longest = collate(examples, VOCABULARY), max(map(len, examples))
    assert set(batch) == {"input_ids", "position_ids", "attention_mask"}
    for name in batch:
        assert batch[name].shape == (len(examples), longest) and batch[name].dtype == torch.int64
        for row, example in zip(batch[name].tolist(), examples, strict=True):
            assert row[len(example) :] == [0] * (longest - len(example))
    for row, example in enumerate(examples):
        size = len(example)
        assert tuple(batch["input_ids"][row, :size].tolist()) == example.input_ids
        assert batch["position_ids"][row, :size].tolist() == list(range(example.offset, example.offset + size))
        assert int(batch["attention_mask"][row].sum()) == size


@torch.no_grad()
def by_hand(objective: Objective, batch: Batch, layers: list[int]) -> dict[str, float]:
    """Compute the parts one sequence at a time, without padding, each token and pair counting once."""
    sums, counts = dict.fromkeys(PARTS, 0.0), dict.fromkeys(PARTS, 0)
    for row in range(len(batch["input_ids"])):
        length = int(batch["attention_mask"][row].sum())
        alone = {name: tensor[row : row + 1, :length] for name, tensor in batch.items()}
        ours, theirs = look_inside(objective.model, alone), look_inside(objective.teacher.network.bert, alone)
        for layer, scores in zip(layers[1:], ours.scores, strict=True):
            sums["attention"] += float((scores - theirs.scores[layer - 1]).double().square().mean(1).sum())
        for place, (layer, states) in enumerate(zip(layers, ours.states, strict=True)):
            widened = linear(states, objective.widen.weight, objective.widen.bias)
            error = float((widened - theirs.states[layer]).double().square().mean(-1).sum())
            sums["hidden" if place else "embedding"] += error
        counts["attention"] += length**2
        counts["hidden"] += length
        counts["embedding"] += length
    return {part: sums[part] / counts[part] for part in PARTS}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(("depth", "layers"), [(2, [0, 1, 2]), (4, [0, 2, 4])])
def test_the_parts_of_the_loss_by_hand(window: int, depth: int, layers: list[int]) -> None:
    objective, batch = Objective(tiny_student(window), tiny_teacher(layers=depth)), a_batch(window=window)
    assert batch["attention_mask"].min() == 0
    measures, expected = objective(batch), by_hand(objective, batch, layers)
    assert set(measures) == {"loss", *(f"{part}_{what}" for part in PARTS for what in ("loss", "count"))}
    for part, value in expected.items():
        assert measures[f"{part}_loss"].item() == pytest.approx(value, rel=1e-4), part
        assert not measures[f"{part}_loss"].requires_grad
    assert measures["loss"].item() == pytest.approx(sum(expected.values()), rel=1e-4)
    lengths = batch["attention_mask"].sum(1)
    assert measures["hidden_count"].item() == measures["embedding_count"].item() == lengths.sum().item()
    assert measures["attention_count"].item() == lengths.square().sum().item()


def test_a_student_that_is_its_teacher_has_nothing_to_learn() -> None:
    teacher = tiny_teacher()
    objective = Objective(deepcopy(teacher.bert), teacher)
    with torch.no_grad():
        objective.widen.weight.copy_(torch.eye(16))
        objective.widen.bias.zero_()
    measures = objective(a_batch())
    assert all(measures[f"{part}_loss"].item() == pytest.approx(0.0, abs=1e-9) for part in PARTS)


def test_raw_scores_are_compared_not_probabilities() -> None:
    """A constant added to every key's bias adds one to a whole row of scores: no probability changes, the loss does."""
    teacher = tiny_teacher()
    student, batch = deepcopy(teacher.bert), a_batch()
    student.set_attn_implementation("eager")
    before = student(**batch, output_attentions=True).attentions
    with torch.no_grad():
        student.get_parameter("encoder.layer.0.attention.self.key.bias").add_(1.0)
    after = student(**batch, output_attentions=True).attentions
    assert all(torch.allclose(one, other, atol=1e-5) for one, other in zip(before, after, strict=True))
    objective = Objective(student, teacher)
    with torch.no_grad():
        objective.widen.weight.copy_(torch.eye(16))
        objective.widen.bias.zero_()
    measures = objective(batch)
    assert measures["attention_loss"].item() > 0.1
    assert measures["hidden_loss"].item() == pytest.approx(0.0, abs=1e-6)


def test_one_map_serves_all_layers_and_is_not_shipped() -> None:
    objective = Objective(tiny_student(), tiny_teacher())
    beside = {name: tuple(p.shape) for name, p in objective.named_parameters() if not name.startswith(("model", "tea"))}
    assert beside == {"widen.weight": (16, 8), "widen.bias": (16,)}
    assert "widen" not in " ".join(objective.model.state_dict())
    assert torch.equal(objective.widen.weight, Objective(tiny_student(), tiny_teacher()).widen.weight)
    other = Objective(tiny_student(), tiny_teacher(), seed=1)
    assert not torch.equal(objective.widen.weight, other.widen.weight)


def test_what_is_trained() -> None:
    """The student without its pooler, and the map; the teacher never."""
    teacher = tiny_teacher()
    before = deepcopy(teacher.state_dict())
    objective = Objective(tiny_student(), teacher).train()
    names = {f"model.{name}" for name, _ in objective.model.named_parameters() if not name.startswith("pooler")}
    assert set(trained(objective)) == names | {"widen.weight", "widen.bias"}
    assert not any(module.training for module in objective.teacher.modules())
    optimizer = torch.optim.AdamW(objective.parameters(), lr=0.01)
    objective(a_batch())["loss"].backward()
    optimizer.step()
    assert all(torch.equal(value, before[name]) for name, value in objective.teacher.network.state_dict().items())
    assert all(parameter.grad is not None for parameter in trained(objective).values())


def test_a_copy_of_the_objective_listens_to_its_own_networks() -> None:
    """The engine measures its speed on a copy."""
    objective, batch = Objective(tiny_student(), tiny_teacher()), a_batch()
    first = objective(batch)["loss"].item()
    twin = deepcopy(objective)
    with torch.no_grad():
        for parameter in twin.model.parameters():
            parameter.mul_(3.0)
    assert twin(batch)["loss"].item() != pytest.approx(first, rel=0.01)
    assert objective(batch)["loss"].item() == pytest.approx(first)


def test_padding_changes_nothing() -> None:
    short, *_, long = sorted(every_example(64), key=len)
    objective = Objective(tiny_student(), tiny_teacher())
    alone = [objective(collate([example], VOCABULARY)) for example in (short, long)]
    together = objective(collate([short, long], VOCABULARY))
    assert len(long) > len(short) + 5
    for part in PARTS:
        weights = [m[f"{part}_count"].item() for m in alone]
        total = sum(m[f"{part}_loss"].item() * w for m, w in zip(alone, weights, strict=True))
        assert together[f"{part}_loss"].item() == pytest.approx(total / sum(weights), rel=1e-4)


def test_the_loss_falls_on_one_batch() -> None:
    objective, batch = Objective(tiny_student(), tiny_teacher()), a_batch()
    optimizer = torch.optim.AdamW(trained(objective).values(), lr=0.02)
    history = list[dict[str, float]]()
    for _ in range(60):
        measures = objective(batch)
        measures["loss"].backward()
        optimizer.step()
        optimizer.zero_grad()
        history.append({name: value.item() for name, value in measures.items()})
    for name in ("loss", *(f"{part}_loss" for part in PARTS)):
        assert history[-1][name] < 0.8 * history[0][name], name


def test_a_task_holds_everything_that_training_needs() -> None:
    tokenizer = as_transformers(sample_wordpiece())
    teacher = tiny_teacher(len(tokenizer), layers=4)
    task, again = (build_task(tokenizer, seed=3, teacher=teacher) for _ in range(2))
    assert isinstance(task.objective, Objective) and task.objective.model is task.model
    assert task.model.config.hidden_size == TINY.hidden_size
    for one, other in zip(task.objective.parameters(), again.objective.parameters(), strict=True):
        assert torch.equal(one, other)
    examples = task.make_examples(STORE, 5, copy=0, max_length=32)
    assert task.collate(examples)["input_ids"][0, 0] == tokenizer.cls_token_id
    assert again.make_examples(STORE, 5, copy=0, max_length=32) == examples
    model = build(len(tokenizer), TINY)
    assert build_task(tokenizer, seed=0, model=model, teacher=teacher).model is model
    assert isinstance(task.objective.widen, nn.Linear)
