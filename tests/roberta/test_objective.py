"""The loss is that of transformers, and it falls."""

from __future__ import annotations

import pytest
import torch

from tests.roberta.tiny import SPECIAL, STORE, VOCABULARY, tiny_roberta
from tests.tiny import sample_paragraphs
from variants.core.masking import IGNORED
from variants.core.task import Batch
from variants.core.vocabularies import learn_vocabulary
from variants.roberta.model import FIRST_ROW, PAD
from variants.roberta.objective import Example, Objective, build_task, collate, make_examples

WINDOWS = [16, 32, 64, 128]


def examples_of(window: int, count: int = 12) -> list[Example]:
    made = [
        example
        for index in range(len(STORE))
        for example in make_examples(
            STORE, index, copy=0, max_length=window, vocabulary=VOCABULARY, special=SPECIAL, seed=0, rows=128
        )
    ]
    return sorted(made, key=len)[:: len(made) // count]


def batch_of(window: int = 32) -> Batch:
    return collate(examples_of(window), VOCABULARY)


def test_collate_pads_to_the_longest() -> None:
    examples = examples_of(32)
    batch, longest = collate(examples, VOCABULARY), max(map(len, examples))
    fillers = {"input_ids": VOCABULARY.pad, "position_ids": PAD, "attention_mask": 0, "labels": IGNORED}
    assert set(batch) == set(fillers) and len(set(map(len, examples))) > 3
    for name, filler in fillers.items():
        assert batch[name].shape == (len(examples), longest) and batch[name].dtype == torch.int64
        for row, example in zip(batch[name].tolist(), examples, strict=True):
            assert row[len(example) :] == [filler] * (longest - len(example))
    for row, example in enumerate(examples):
        size, first = len(example), FIRST_ROW + example.offset
        assert tuple(batch["input_ids"][row, :size].tolist()) == example.masked.input_ids
        assert tuple(batch["labels"][row, :size].tolist()) == example.masked.labels
        assert batch["position_ids"][row, :size].tolist() == list(range(first, first + size))
        assert int(batch["attention_mask"][row].sum()) == size
    assert batch["position_ids"].max() < 130


@pytest.mark.parametrize("window", WINDOWS)
def test_the_loss_is_that_of_transformers(window: int) -> None:
    model, batch = tiny_roberta(seed=window), batch_of(window)
    assert batch["attention_mask"].min() == 0
    measures = Objective(model)(batch)
    assert measures["loss"].item() == pytest.approx(model(**batch).loss.item(), abs=1e-5)
    assert measures["mlm_loss"].item() == measures["loss"].item()
    assert not measures["mlm_loss"].requires_grad


def test_full_windows_stand_where_the_library_puts_them() -> None:
    model, batch = tiny_roberta(), batch_of(128)
    places = batch.pop("position_ids")
    expected = model(**batch).loss.item()
    assert Objective(model)(batch | {"position_ids": places})["loss"].item() == pytest.approx(expected, abs=1e-5)


def test_the_gradient_is_that_of_transformers() -> None:
    batch = batch_of()
    ours, theirs = tiny_roberta(1), tiny_roberta(1)
    Objective(ours)(batch)["loss"].backward()
    theirs(**batch).loss.backward()
    for (name, parameter), (_, expected) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        assert parameter.grad is not None and expected.grad is not None, name
        assert torch.allclose(parameter.grad, expected.grad, atol=1e-6), name


def test_accuracy_and_count_by_hand() -> None:
    model, batch = tiny_roberta(2), batch_of()
    measures, labels = Objective(model)(batch), batch["labels"]
    guesses = model(**batch).logits.argmax(-1)
    right = [g == a for g, a in zip(guesses.flatten().tolist(), labels.flatten().tolist(), strict=True) if a != IGNORED]
    assert measures["mlm_count"].item() == len(right)
    assert measures["mlm_accuracy"].item() == pytest.approx(sum(right) / len(right))


def test_the_loss_falls_on_one_batch() -> None:
    model, batch = tiny_roberta(), batch_of()
    objective, losses = Objective(model), list[float]()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for _ in range(30):
        loss = objective(batch)["loss"]
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    assert losses[0] == pytest.approx(4.16, abs=0.3)  # ln 64
    assert losses[-1] < 0.7 * losses[0]


def test_a_task_holds_everything_that_training_needs() -> None:
    tokenizer = learn_vocabulary("byte_bpe", sample_paragraphs()[:50], 300)
    task = build_task(tokenizer, seed=3)
    assert isinstance(task.objective, Objective) and task.objective.model is task.model
    assert task.model.config.vocab_size == len(tokenizer)
    examples = task.make_examples(STORE, 5, copy=0, max_length=32)
    assert task.collate(examples)["input_ids"][0, 0] == tokenizer.cls_token_id
    assert build_task(tokenizer, seed=3).make_examples(STORE, 5, copy=0, max_length=32) == examples
    assert build_task(tokenizer, seed=4).make_examples(STORE, 5, copy=0, max_length=32) != examples
    short = [example for index in range(40) for example in task.make_examples(STORE, index, copy=0, max_length=16)]
    assert 90 < max(example.offset for example in short) <= 112
    given = tiny_roberta()
    assert build_task(tokenizer, seed=0, model=given).model is given
