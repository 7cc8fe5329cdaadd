"""Three losses by their weights, a teacher that is never trained, and text that is never masked twice alike."""

from __future__ import annotations

import random
from copy import deepcopy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import cosine_embedding_loss, kl_div, log_softmax

from tests.distilbert.tiny import STORE, a_batch, every_example, make, tiny_teacher
from tests.tiny import SPECIAL, VOCABULARY, sample_wordpiece
from variants.core.masking import IGNORED
from variants.core.task import trained
from variants.core.tokenization import as_transformers
from variants.distilbert.model import start_from
from variants.distilbert.objective import (
    CONTROLS,
    Example,
    Objective,
    build_task,
    collate,
    cosine_loss,
    make_examples,
)
from variants.distilbert.rarity import TokenWeights

WINDOWS = [16, 32, 64, 128]


def originals(example: Example) -> list[int]:
    """What stood there before masking."""
    masked = example.masked
    return [shown if label == IGNORED else label for shown, label in zip(masked.input_ids, masked.labels, strict=True)]


@pytest.mark.parametrize("window", WINDOWS)
def test_every_token_of_a_document_is_read_once_in_order(window: int) -> None:
    for index in range(len(STORE)):
        examples = make(STORE, index, copy=3, max_length=window)
        read = [originals(example) for example in examples]
        assert all(ids[0] == VOCABULARY.cls and ids[-1] == VOCABULARY.sep for ids in read)
        text = [token for sentence in STORE.document(index) for token in sentence]
        assert [token for ids in read for token in ids[1:-1]] == text
        assert all(3 <= len(e) <= window and 0 <= e.offset <= 128 - window for e in examples)
        assert all(min(ids[1:-1]) >= SPECIAL for ids in read)


def test_masks_are_dynamic() -> None:
    """Every serving is masked anew, however many there are; the same one always alike."""
    servings = [make(STORE, 23, copy=copy, max_length=64) for copy in range(60)]
    assert len({tuple(e.masked.labels for e in examples) for examples in servings}) == 60
    assert servings[7] == make(STORE, 23, copy=7, max_length=64)


def test_masks_depend_on_seed_and_window() -> None:
    first = make(STORE, 5, copy=0, max_length=64)
    weights = TokenWeights(VOCABULARY.size)
    assert first != make(STORE, 5, copy=0, max_length=32)
    assert first != make_examples(
        STORE, 5, copy=0, max_length=64, vocabulary=VOCABULARY, weights=weights, seed=1, rows=128
    )


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
    fillers = {"input_ids": 0, "position_ids": 0, "attention_mask": 0, "labels": IGNORED}
    assert set(batch) == set(fillers)
    for name, filler in fillers.items():
        assert batch[name].shape == (len(examples), longest) and batch[name].dtype == torch.int64
        for row, example in zip(batch[name].tolist(), examples, strict=True):
            assert row[len(example) :] == [filler] * (longest - len(example))
    for row, example in enumerate(examples):
        size = len(example)
        assert tuple(batch["input_ids"][row, :size].tolist()) == example.masked.input_ids
        assert tuple(batch["labels"][row, :size].tolist()) == example.masked.labels
        assert batch["position_ids"][row, :size].tolist() == list(range(example.offset, example.offset + size))
        assert int(batch["attention_mask"][row].sum()) == size


@pytest.mark.parametrize("window", WINDOWS)
def test_the_parts_of_the_loss_by_the_library(window: int) -> None:
    """Both models run whole, with all logits, as the reference does it."""
    teacher = tiny_teacher()
    student, batch = start_from(teacher), a_batch(window=window)
    inputs = {name: batch[name] for name in ("input_ids", "attention_mask", "position_ids")}
    ours = student(**inputs, labels=batch["labels"], output_hidden_states=True)
    theirs = teacher(**inputs, token_type_ids=torch.zeros_like(batch["labels"]), output_hidden_states=True)
    real = batch["attention_mask"].bool()
    assert not real.all()
    states = ours.hidden_states[-1][real], theirs.hidden_states[-1][real]
    soft, targets = (log_softmax(logits[real] / 2, -1) for logits in (ours.logits, theirs.prediction_logits))
    chosen = batch["labels"] != IGNORED
    expected = {
        "mlm_loss": ours.loss,
        "distillation_loss": 4 * kl_div(soft, targets, log_target=True, reduction="batchmean"),
        "cosine_loss": cosine_embedding_loss(*states, torch.ones(len(states[0]))),
        "mlm_accuracy": (ours.logits.argmax(-1) == batch["labels"])[chosen].float().mean(),
        "mlm_count": chosen.sum(),
        "distillation_count": real.sum(),
        "cosine_count": real.sum(),
    }
    expected["loss"] = 5 * expected["distillation_loss"] + 2 * expected["mlm_loss"] + expected["cosine_loss"]
    measures = Objective(student, teacher)(batch)
    assert set(measures) == set(expected)
    for name, value in expected.items():
        assert measures[name].item() == pytest.approx(value.item(), rel=1e-5, abs=1e-5), name
        assert measures[name].shape == () and measures[name].requires_grad == (name == "loss")


def test_a_student_that_is_its_teacher_has_nothing_to_learn_from_it() -> None:
    """A teacher of two layers without segments, copied layer by layer."""
    large = tiny_teacher()
    student = start_from(large)
    teacher = deepcopy(large)
    teacher.bert.encoder.layer = nn.ModuleList([large.bert.encoder.layer[layer] for layer in (1, 3)])
    with torch.no_grad():
        teacher.bert.embeddings.token_type_embeddings.weight.zero_()
    measures = Objective(student, teacher)(a_batch())
    assert measures["distillation_loss"].item() == pytest.approx(0.0, abs=1e-5)
    assert measures["cosine_loss"].item() == pytest.approx(0.0, abs=1e-5)
    assert measures["loss"].item() == pytest.approx(2 * measures["mlm_loss"].item(), abs=1e-4)


def test_the_cosine_loss_is_about_direction() -> None:
    states = torch.randn(6, 8, generator=torch.Generator().manual_seed(0))
    assert cosine_loss(3 * states, states).item() == pytest.approx(0.0, abs=1e-6)
    assert cosine_loss(-states, states).item() == pytest.approx(2.0, abs=1e-6)


def test_the_teacher_is_never_trained() -> None:
    teacher = tiny_teacher()
    before = deepcopy(teacher.state_dict())
    objective = Objective(start_from(teacher), teacher).train()
    assert objective.teacher is not None and not any(module.training for module in objective.teacher.modules())
    assert all(name.startswith("model.") for name in trained(objective))
    assert set(trained(objective)) == {f"model.{name}" for name, _ in objective.model.named_parameters()}
    optimizer = torch.optim.AdamW(objective.parameters(), lr=0.01)
    for _ in range(3):
        objective(a_batch())["loss"].backward()
        optimizer.step()
    assert all(torch.equal(value, before[name]) for name, value in objective.teacher.network.state_dict().items())
    assert all(parameter.grad is not None for parameter in objective.model.parameters())


def test_alone_there_is_no_teacher_and_only_hidden_words() -> None:
    student, batch = start_from(tiny_teacher()), a_batch()
    objective = Objective(student, None)
    measures, expected = objective(batch), student(**batch).loss
    assert set(measures) == {"loss", "mlm_loss", "mlm_accuracy", "mlm_count"}
    assert measures["loss"].item() == measures["mlm_loss"].item() == pytest.approx(expected.item(), abs=1e-5)
    assert measures["loss"].requires_grad and not measures["mlm_loss"].requires_grad
    assert measures["mlm_count"].item() == (batch["labels"] != IGNORED).sum().item()


def test_padding_changes_nothing() -> None:
    short, *_, long = sorted(every_example(64), key=len)
    teacher = tiny_teacher()
    objective = Objective(start_from(teacher), teacher)
    alone = [objective(collate([example], VOCABULARY)) for example in (short, long)]
    together = objective(collate([short, long], VOCABULARY))
    assert len(long) > len(short) + 5
    for part in ("mlm", "distillation", "cosine"):
        weights = [m[f"{part}_count"].item() for m in alone]
        total = sum(m[f"{part}_loss"].item() * w for m, w in zip(alone, weights, strict=True))
        assert together[f"{part}_loss"].item() == pytest.approx(total / sum(weights), abs=1e-4)


def test_the_loss_falls_on_one_batch() -> None:
    teacher = tiny_teacher(spread=0.4)
    objective, batch = Objective(start_from(teacher), teacher), a_batch()
    optimizer = torch.optim.AdamW(trained(objective).values(), lr=0.01)
    history = list[dict[str, float]]()
    for _ in range(60):
        measures = objective(batch)
        measures["loss"].backward()
        optimizer.step()
        optimizer.zero_grad()
        history.append({name: value.item() for name, value in measures.items()})
    assert history[-1]["loss"] < 0.6 * history[0]["loss"]
    for name in ("mlm_loss", "distillation_loss", "cosine_loss"):  # the teacher does not know the hidden words
        assert history[-1][name] < 0.85 * history[0][name], name


def test_a_task_holds_everything_that_training_needs() -> None:
    tokenizer = as_transformers(sample_wordpiece())
    teacher = tiny_teacher(len(tokenizer))
    task, again = (build_task(tokenizer, seed=3, teacher=teacher) for _ in range(2))
    assert isinstance(task.objective, Objective) and task.objective.model is task.model
    assert all(torch.equal(value, again.model.state_dict()[name]) for name, value in task.model.state_dict().items())
    examples = task.make_examples(STORE, 5, copy=0, max_length=32)
    assert task.collate(examples)["input_ids"][0, 0] == tokenizer.cls_token_id
    assert again.make_examples(STORE, 5, copy=0, max_length=32) == examples
    other = build_task(tokenizer, seed=4, teacher=teacher)
    assert other.make_examples(STORE, 5, copy=0, max_length=32) != examples
    model = start_from(teacher)
    assert build_task(tokenizer, seed=0, model=model, teacher=teacher).model is model


def test_the_control_starts_as_the_student_does_and_reads_the_same() -> None:
    assert CONTROLS == ("alone",)
    tokenizer = as_transformers(sample_wordpiece())
    teacher = tiny_teacher(len(tokenizer))
    taught = build_task(tokenizer, seed=0, teacher=teacher)
    alone = build_task(tokenizer, seed=0, teacher=teacher, control="alone")
    assert isinstance(alone.objective, Objective) and alone.objective.teacher is None
    assert all(torch.equal(value, taught.model.state_dict()[name]) for name, value in alone.model.state_dict().items())
    served = [task.make_examples(STORE, 5, copy=1, max_length=32) for task in (taught, alone)]
    assert served[0] == served[1]
