"""Windows are full sentences of one document; MLM is transformers' own, SBO is computed by hand."""

from __future__ import annotations

import random
from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy

from tests.spanbert.tiny import STARTS, STORE, WINDOWS, every_example, make, tiny_spanbert
from tests.tiny import SPECIAL, VOCABULARY, make_store, sample_wordpiece
from variants.core.masking import IGNORED, Fate, Masked
from variants.core.task import Batch
from variants.core.tokenization import as_transformers
from variants.spanbert.objective import Example, Objective, boundaries, build_task, collate, make_examples, targets
from variants.spanbert.spans import Span


def originals(example: Example) -> list[int]:
    """What stood there before masking."""
    masked = example.masked
    return [shown if label == IGNORED else label for shown, label in zip(masked.input_ids, masked.labels, strict=True)]


def example_with(length: int, *spans: Span) -> Example:
    """A window of so many tokens in which these spans are hidden; every token is its own place."""
    places = {place for span in spans for place in range(span.start, span.stop)}
    masked = Masked(
        input_ids=tuple(VOCABULARY.mask if place in places else place for place in range(length)),
        labels=tuple(place if place in places else IGNORED for place in range(length)),
        fates=tuple(Fate.MASK if place in places else None for place in range(length)),
    )
    return Example(masked, spans)


def batch_of(window: int = 32, count: int = 12) -> Batch:
    made = sorted(every_example(window), key=len)
    return collate(made[:: len(made) // count], VOCABULARY)


@pytest.mark.parametrize("window", WINDOWS)
def test_windows_are_the_sentences_of_one_document(window: int) -> None:
    for index in range(len(STORE)):
        examples = make(STORE, index, copy=0, max_length=window)
        for example in examples:
            ids = originals(example)
            assert len(example) == len(ids) <= window
            assert (ids[0], ids[-1]) == (VOCABULARY.cls, VOCABULARY.sep)
            assert all(token >= SPECIAL for token in ids[1:-1])
        text = [token for example in examples for token in originals(example)[1:-1]]
        assert text == [token for sentence in STORE.document(index) for token in sentence]


@pytest.mark.parametrize("window", WINDOWS)
def test_spans_are_whole_words_of_the_window(window: int) -> None:
    for example in every_example(window):
        ids = originals(example)
        assert sum(map(len, example.spans)) == example.masked.number_chosen == -(-15 * (len(ids) - 2) // 100)
        for span in example.spans:
            assert 1 <= span.start < span.stop <= len(ids) - 1
            assert STARTS[ids[span.start]] or span.start == 1
            assert all(label != IGNORED for label in example.masked.labels[span.start : span.stop])


def test_random_tokens_are_drawn_from_the_text() -> None:
    """Nine of ten tokens of the store are 9, so nine of ten random ones are; 11 occurs nowhere."""
    store = make_store([[[9] * 9 + [10]] * 12 for _ in range(60)])
    shown: Counter[int] = Counter()
    for index in range(60):
        for example in make(store, index, copy=0, max_length=64):
            drawn = zip(example.masked.input_ids, example.masked.fates, strict=True)
            shown.update(token for token, fate in drawn if fate is Fate.RANDOM)
    assert set(shown) == {9, 10} and shown.total() > 80
    assert shown[9] / shown.total() == pytest.approx(0.9, abs=4 * 0.3 / shown.total() ** 0.5)


def test_spans_that_touch_an_end_have_no_boundary_loss() -> None:
    """Positions 1 and 8 are the first and the last of the text."""
    example = example_with(10, Span(1, 3), Span(4, 6), Span(7, 9))
    assert example.bounded == (Span(4, 6),)
    assert boundaries(example) == (
        (IGNORED, IGNORED, IGNORED, IGNORED, 3, 3, IGNORED, IGNORED, IGNORED, IGNORED),
        (IGNORED, IGNORED, IGNORED, IGNORED, 6, 6, IGNORED, IGNORED, IGNORED, IGNORED),
    )
    assert example.boundary_labels == (IGNORED,) * 4 + (4, 5) + (IGNORED,) * 4
    assert example_with(10, Span(2, 8)).bounded == (Span(2, 8),)
    assert example_with(10, Span(2, 9)).bounded == example_with(10, Span(1, 8)).bounded == ()


def test_a_span_has_at_most_twenty_targets() -> None:
    example = example_with(40, Span(5, 31))
    assert list(targets(Span(5, 31))) == list(range(5, 25))
    assert boundaries(example)[0].count(4) == boundaries(example)[1].count(31) == 20
    assert sum(label != IGNORED for label in example.boundary_labels) == 20
    objective = Objective(tiny_spanbert())
    assert objective(collate([example], VOCABULARY))["sbo_count"].item() == 20


def test_spans_are_new_at_each_serving() -> None:
    for index in (11, 23, 35):  # the long ones
        servings = [make(STORE, index, copy=copy, max_length=64) for copy in range(30)]
        assert len({tuple(example.masked for example in examples) for examples in servings}) == 30
        assert all([originals(e) for e in examples] == [originals(e) for e in servings[0]] for examples in servings)


@given(index=st.integers(0, 39), copy=st.integers(0, 30), window=st.sampled_from(WINDOWS))
def test_examples_are_a_pure_function(index: int, copy: int, window: int) -> None:
    random.seed(index)
    once = make(STORE, index, copy=copy, max_length=window)
    random.seed(copy)
    assert make(STORE, index, copy=copy, max_length=window) == once


def test_spans_depend_on_seed_and_window() -> None:
    first = make(STORE, 5, copy=0, max_length=64)
    other = make_examples(STORE, 5, copy=0, max_length=64, vocabulary=VOCABULARY, starts=STARTS, seed=1, rows=128)
    assert first != other
    assert first != make(STORE, 5, copy=0, max_length=32)


def test_short_windows_start_anywhere_and_full_ones_at_the_first_row() -> None:
    assert {example.offset for example in every_example(128)} == {0}
    offsets = [example.offset for example in every_example(16)]
    assert offsets.count(0) / len(offsets) == pytest.approx(0.5, abs=0.1)
    assert min(offsets) >= 0 and 90 < max(offsets) <= 112


def test_golden_example() -> None:
    """A run that is resumed by later code must see the same text."""
    example = make(STORE, 11, copy=1, max_length=16)[1]
    assert (example.masked.input_ids, example.spans, example.offset) == GOLDEN


GOLDEN: tuple[tuple[int, ...], tuple[Span, ...], int] = ((2, 4, 4, 31, 32, 33, 34, 35, 36, 3), (Span(1, 3),), 0)


def test_collate_pads_to_the_longest() -> None:
    examples = sorted(every_example(64), key=len)[::9]
    batch, longest = collate(examples, VOCABULARY), max(map(len, examples))
    fillers = {"input_ids": VOCABULARY.pad, "position_ids": 0, "attention_mask": 0}
    fillers |= {"labels": IGNORED, "left": IGNORED, "right": IGNORED}
    assert set(batch) == set(fillers) and len(set(map(len, examples))) > 3
    for name, filler in fillers.items():
        assert batch[name].shape == (len(examples), longest) and batch[name].dtype == torch.int64
        for row, example in zip(batch[name].tolist(), examples, strict=True):
            assert row[len(example) :] == [filler] * (longest - len(example))
    for row, example in enumerate(examples):
        size = len(example)
        assert tuple(batch["input_ids"][row, :size].tolist()) == example.masked.input_ids
        assert tuple(batch["labels"][row, :size].tolist()) == example.masked.labels
        assert batch["position_ids"][row, :size].tolist() == list(range(example.offset, example.offset + size))
        assert (tuple(batch["left"][row, :size].tolist()), tuple(batch["right"][row, :size].tolist())) == boundaries(
            example
        )
        assert int(batch["attention_mask"][row].sum()) == size


@pytest.mark.parametrize("window", WINDOWS)
def test_the_mlm_loss_is_that_of_transformers(window: int) -> None:
    model, batch = tiny_spanbert(seed=window), batch_of(window)
    measures = Objective(model)(batch)
    names = ("input_ids", "attention_mask", "position_ids", "labels")
    expected = model(**{name: batch[name] for name in names})  # BertForMaskedLM's own
    assert batch["attention_mask"].min() == 0
    assert measures["mlm_loss"].item() == pytest.approx(expected.loss.item(), abs=1e-5)
    assert measures["loss"].item() == pytest.approx((measures["mlm_loss"] + measures["sbo_loss"]).item(), abs=1e-5)


@pytest.mark.parametrize("window", WINDOWS)
def test_the_boundary_loss_span_by_span(window: int) -> None:
    model = tiny_spanbert(seed=window)
    examples = [example for example in every_example(window) if example.bounded][:8]
    losses, right, count = 0.0, 0, 0
    for example in examples:
        batch = collate([example], VOCABULARY)
        with torch.no_grad():
            encoded = model.bert(batch["input_ids"], position_ids=batch["position_ids"]).last_hidden_state[0]
        for span in example.bounded:
            for place in range(len(span)):
                edges = encoded[[span.start - 1]], encoded[[span.stop]]
                logits = model.sbo(*edges, torch.tensor([place]), model.bert.embeddings.word_embeddings.weight)
                answer = torch.tensor([originals(example)[span.start + place]])
                losses += cross_entropy(logits, answer).item()
                right += int(logits.argmax() == answer)
                count += 1
    measures = Objective(model)(collate(examples, VOCABULARY))
    assert measures["sbo_count"].item() == count > 8
    assert measures["sbo_loss"].item() == pytest.approx(losses / count, abs=1e-5)
    assert measures["sbo_accuracy"].item() == pytest.approx(right / count)


def test_counts_are_integers_and_parts_carry_no_gradient() -> None:
    measures = Objective(tiny_spanbert())(batch_of())
    assert set(measures) == {"loss"} | {f"{p}_{m}" for p in ("mlm", "sbo") for m in ("loss", "accuracy", "count")}
    assert all(measures[name].dtype == torch.int64 for name in ("mlm_count", "sbo_count"))
    assert [name for name, value in measures.items() if value.requires_grad] == ["loss"]


def test_a_batch_without_a_boundary_is_learned_from_all_the_same() -> None:
    model = tiny_spanbert()
    measures = Objective(model)(collate([example_with(5, Span(1, 2))], VOCABULARY))
    assert measures["sbo_count"].item() == measures["sbo_loss"].item() == measures["sbo_accuracy"].item() == 0
    assert measures["loss"].item() == measures["mlm_loss"].item() > 0
    measures["loss"].backward()
    assert all(bool(p.grad.isfinite().all()) for p in model.parameters() if p.grad is not None)


def test_both_losses_reach_every_weight_they_should() -> None:
    """The SBO teaches the encoder and the token embeddings too, and leaves the MLM head alone."""
    model = tiny_spanbert(1)
    batch = batch_of()
    objective = Objective(model)
    objective(batch)["loss"].backward()
    assert all(parameter.grad is not None for parameter in model.parameters())
    both = {name: parameter.grad.clone() for name, parameter in model.named_parameters() if parameter.grad is not None}
    model.zero_grad()
    objective(batch | {name: torch.full_like(batch[name], IGNORED) for name in ("left", "right")})["loss"].backward()
    mlm = {name: parameter.grad for name, parameter in model.named_parameters()}
    for name, gradient in both.items():
        if name.endswith("key.bias"):  # adds the same to all scores of a query: no gradient
            continue
        alone = mlm[name]
        same = alone is not None and torch.allclose(gradient, alone, atol=1e-7)
        assert same == name.startswith("cls."), name


def test_the_loss_falls_on_one_batch() -> None:
    model, batch = tiny_spanbert(), batch_of()
    objective, parts = Objective(model), dict[str, list[float]](mlm=[], sbo=[])
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for _ in range(40):
        measures = objective(batch)
        measures["loss"].backward()
        optimizer.step()
        optimizer.zero_grad()
        for part, losses in parts.items():
            losses.append(measures[f"{part}_loss"].item())
    for losses in parts.values():
        assert losses[0] == pytest.approx(4.16, abs=0.3)  # ln 64
        assert losses[-1] < 0.7 * losses[0]


def test_a_task_holds_everything_that_training_needs() -> None:
    tokenizer = as_transformers(sample_wordpiece())
    task = build_task(tokenizer, seed=3)
    assert isinstance(task.objective, Objective) and task.objective.model is task.model
    assert task.model.config.vocab_size == len(tokenizer)
    examples = task.make_examples(STORE, 5, copy=0, max_length=32)
    assert task.collate(examples)["input_ids"][0, 0] == tokenizer.cls_token_id
    assert build_task(tokenizer, seed=3).make_examples(STORE, 5, copy=0, max_length=32) == examples
    assert build_task(tokenizer, seed=4).make_examples(STORE, 5, copy=0, max_length=32) != examples
    given = tiny_spanbert()
    assert build_task(tokenizer, seed=0, model=given).model is given
