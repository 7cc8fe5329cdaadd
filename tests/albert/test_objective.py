"""Pairs keep or swap their order, masks stay as they were drawn, and the loss is that of transformers."""

from __future__ import annotations

import random
from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.albert.tiny import STARTS, STORE, TINY, a_batch, every_example, make, tiny_albert
from tests.tiny import SPECIAL, VOCABULARY, make_store, sample_paragraphs
from variants.albert.model import build
from variants.albert.ngrams import words_of
from variants.albert.objective import (
    CONTROLS,
    DUPLICATES,
    Example,
    Objective,
    OrderedPair,
    build_task,
    collate,
    make_examples,
    ordered_pairs,
    split,
)
from variants.core.masking import IGNORED, number_to_mask
from variants.core.release import number_of_parameters
from variants.core.token_store import Sentence
from variants.core.vocabularies import learn_vocabulary

WINDOWS = [16, 32, 64, 128]
LENGTHS = st.lists(st.integers(1, 40), min_size=1, max_size=30)


def numbered(lengths: list[int]) -> list[Sentence]:
    """Sentences of these lengths; every token is its own place in the document."""
    ends = [sum(lengths[: i + 1]) for i in range(len(lengths))]
    return [list(range(end - length, end)) for end, length in zip(ends, lengths, strict=True)]


def pairs_of(lengths: list[int], window: int, seed: int) -> list[OrderedPair]:
    return ordered_pairs(numbered(lengths), max_length=window, rng=random.Random(seed))


def originals(example: Example) -> list[int]:
    """What stood there before masking."""
    masked = example.masked
    return [shown if label == IGNORED else label for shown, label in zip(masked.input_ids, masked.labels, strict=True)]


@given(lengths=LENGTHS, window=st.sampled_from(WINDOWS), seed=st.integers(0, 10**6))
def test_properties_of_every_pair(lengths: list[int], window: int, seed: int) -> None:
    """Two runs of the document, one behind the other; the label says whether they stand the wrong way round."""
    last = -1
    for pair in pairs_of(lengths, window, seed):
        earlier, later = (pair.second, pair.first) if pair.is_swapped else (pair.first, pair.second)
        for segment in (earlier, later):
            assert segment == list(range(segment[0], segment[0] + len(segment)))
        assert last < earlier[0] <= earlier[-1] < later[0]
        last = later[-1]
        assert len(earlier) + len(later) <= window - 3
        if len(earlier) + len(later) < window - 3:  # nothing was cut off
            assert earlier[-1] + 1 == later[0]


@given(count=st.integers(1, 200), window=st.sampled_from(WINDOWS), seed=st.integers(0, 10**6))
def test_every_token_is_used(count: int, window: int, seed: int) -> None:
    """With sentences of one token nothing has to be cut; a last one that is alone has no pair."""
    used = sorted(token for p in pairs_of([1] * count, window, seed) for token in (*p.first, *p.second))
    assert used in (list(range(count)), list(range(count - 1)))


@pytest.mark.parametrize("window", WINDOWS)
def test_half_of_the_pairs_are_swapped(window: int) -> None:
    pairs = [pair for seed in range(80) for pair in pairs_of([9, 14, 6, 20, 11] * 6, window, seed)]
    deviation = 0.5 / len(pairs) ** 0.5
    assert sum(pair.is_swapped for pair in pairs) / len(pairs) == pytest.approx(0.5, abs=4 * deviation)


def test_swapped_twice_is_as_before() -> None:
    pair = OrderedPair([5, 6], [7], is_swapped=False)
    assert pair.swapped() == OrderedPair([7], [5, 6], is_swapped=True)
    assert pair.swapped().swapped() == pair


def test_a_single_sentence_is_cut_in_two_halves() -> None:
    assert split([[1, 2, 3, 4, 5]], random.Random(0)) == ([1, 2], [3, 4, 5])
    for seed in range(20):
        (pair,) = pairs_of([7], 128, seed)
        assert sorted(pair.first + pair.second) == list(range(7))
    assert pairs_of([1], 128, 0) == []


def test_where_a_chunk_is_split_varies() -> None:
    chunk = numbered([2] * 5)
    ends = Counter(len(split(chunk, random.Random(seed))[0]) for seed in range(400))
    assert set(ends) == {2, 4, 6, 8} and min(ends.values()) > 60


def test_pairs_are_of_one_document() -> None:
    """Here a token is its document: ids 5 to 44."""
    store = make_store([[[SPECIAL + index] * 6 for _ in range(5)] for index in range(40)])
    for index in range(40):
        for example in make(store, index, copy=0, max_length=32):
            assert set(originals(example)) == {VOCABULARY.cls, VOCABULARY.sep, SPECIAL + index}


@pytest.mark.parametrize("window", WINDOWS)
def test_examples_are_cls_a_sep_b_sep(window: int) -> None:
    for example in every_example(window):
        ids, segments = originals(example), list(example.token_type_ids)
        assert 5 <= len(example) == len(ids) == len(segments) <= window
        assert [place for place, token in enumerate(ids) if token < SPECIAL] == [0, segments.count(0) - 1, len(ids) - 1]
        assert ids[0] == VOCABULARY.cls and ids[segments.count(0) - 1] == ids[-1] == VOCABULARY.sep
        assert segments == sorted(segments) and set(segments) == {0, 1}
        assert example.offset >= 0 and example.offset + len(example) <= 128


@pytest.mark.parametrize("window", WINDOWS)
def test_whole_words_are_hidden(window: int) -> None:
    for example in every_example(window):
        ids, middle = originals(example), example.token_type_ids.count(0)
        chosen = {place for place, fate in enumerate(example.masked.fates) if fate}
        words = words_of(ids[1 : middle - 1], 1, STARTS) + words_of(ids[middle:-1], middle, STARTS)
        assert all(set(word) <= chosen or not set(word) & chosen for word in words)
        assert 1 <= len(chosen) <= max(number_to_mask(len(ids)), max(map(len, words)))


def test_offsets_start_at_zero_for_half_of_the_windows() -> None:
    offsets = [example.offset for example in every_example(32, copies=3)]
    assert 0.4 < sum(offset == 0 for offset in offsets) / len(offsets) < 0.6
    assert {example.offset for example in every_example(128)} == {0}


def test_masks_are_static_within_forty_copies() -> None:
    assert DUPLICATES == 40
    for index in (5, 11):
        servings = [make(STORE, index, copy=copy, max_length=64) for copy in range(2 * DUPLICATES)]
        assert servings[:DUPLICATES] == servings[DUPLICATES:]
        assert len({tuple(example.masked.labels for example in examples) for examples in servings}) == DUPLICATES


def test_masks_depend_on_seed_and_window() -> None:
    first = make(STORE, 5, copy=0, max_length=64)
    assert first != make(STORE, 5, copy=0, max_length=32)
    assert first != make_examples(
        STORE, 5, copy=0, max_length=64, vocabulary=VOCABULARY, starts=STARTS, seed=1, rows=128
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
    fillers = {"input_ids": 0, "token_type_ids": 0, "position_ids": 0, "attention_mask": 0, "labels": IGNORED}
    assert set(batch) == {*fillers, "sentence_order_label"}
    for name, filler in fillers.items():
        assert batch[name].shape == (len(examples), longest) and batch[name].dtype == torch.int64
        for row, example in zip(batch[name].tolist(), examples, strict=True):
            assert row[len(example) :] == [filler] * (longest - len(example))
    for row, example in enumerate(examples):
        size = len(example)
        assert tuple(batch["input_ids"][row, :size].tolist()) == example.masked.input_ids
        assert tuple(batch["labels"][row, :size].tolist()) == example.masked.labels
        assert tuple(batch["token_type_ids"][row, :size].tolist()) == example.token_type_ids
        assert batch["position_ids"][row, :size].tolist() == list(range(example.offset, example.offset + size))
        assert int(batch["attention_mask"][row].sum()) == size
    assert batch["sentence_order_label"].tolist() == [int(example.is_swapped) for example in examples]


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("groups", [1, 3])
def test_the_loss_is_that_of_transformers(window: int, groups: int) -> None:
    model, batch = tiny_albert(window, groups=groups), a_batch(window=window)
    assert batch["attention_mask"].min() == 0 and set(batch["sentence_order_label"].tolist()) == {0, 1}
    measures = Objective(model)(batch)
    assert measures["loss"].item() == pytest.approx(model(**batch).loss.item(), abs=1e-5)
    assert measures["loss"].item() == pytest.approx((measures["mlm_loss"] + measures["sop_loss"]).item(), abs=1e-6)


def test_the_gradient_is_that_of_transformers() -> None:
    batch = a_batch()
    ours, theirs = tiny_albert(1), tiny_albert(1)
    Objective(ours)(batch)["loss"].backward()
    theirs(**batch).loss.backward()
    for (name, parameter), (_, expected) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        assert parameter.grad is not None and expected.grad is not None, name
        assert torch.allclose(parameter.grad, expected.grad, atol=1e-6), name


def test_parts_of_the_loss_and_accuracies_by_hand() -> None:
    model, batch = tiny_albert(2), a_batch()
    output, measures = model(**batch), Objective(model)(batch)
    rows, columns = (batch["labels"] != IGNORED).nonzero(as_tuple=True)
    answers, order = batch["labels"][rows, columns], batch["sentence_order_label"]
    guesses = output.prediction_logits[rows, columns].double().log_softmax(-1)
    pairs = output.sop_logits.double().log_softmax(-1)
    expected = {
        "mlm_loss": -guesses[torch.arange(len(answers)), answers].mean(),
        "sop_loss": -pairs[torch.arange(len(order)), order].mean(),
        "mlm_accuracy": (guesses.argmax(-1) == answers).double().mean(),
        "sop_accuracy": (pairs.argmax(-1) == order).double().mean(),
        "mlm_count": torch.tensor(len(answers)),
        "sop_count": torch.tensor(len(order)),
    }
    assert set(measures) == {"loss", *expected}
    for name, value in expected.items():
        assert measures[name].item() == pytest.approx(value.item(), abs=1e-5), name
        assert not measures[name].requires_grad and measures[name].shape == ()


def test_padding_changes_nothing() -> None:
    short, *_, long = sorted(every_example(64), key=len)
    objective = Objective(tiny_albert(3))
    alone = [objective(collate([example], VOCABULARY))["sop_loss"].item() for example in (short, long)]
    together = objective(collate([short, long], VOCABULARY))["sop_loss"].item()
    assert len(long) > len(short) + 5 and together == pytest.approx(sum(alone) / 2, abs=1e-5)


def test_the_loss_falls_on_one_batch() -> None:
    model, batch = tiny_albert(), a_batch()
    objective, losses = Objective(model), list[float]()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02)
    for _ in range(40):
        loss = objective(batch)["loss"]
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    assert losses[0] == pytest.approx(4.16 + 0.69, abs=0.3)  # ln 64 + ln 2
    assert losses[-1] < 0.7 * losses[0]


def test_a_task_holds_everything_that_training_needs() -> None:
    tokenizer = learn_vocabulary("unigram", sample_paragraphs(), 600)
    task, again = build_task(tokenizer, seed=3), build_task(tokenizer, seed=3)
    assert isinstance(task.objective, Objective) and task.objective.model is task.model
    assert task.model.config.vocab_size == len(tokenizer)
    examples = task.make_examples(STORE, 5, copy=0, max_length=32)
    assert task.collate(examples)["input_ids"][0, 0] == tokenizer.cls_token_id
    assert again.make_examples(STORE, 5, copy=0, max_length=32) == examples
    assert build_task(tokenizer, seed=4).make_examples(STORE, 5, copy=0, max_length=32) != examples
    model = build(len(tokenizer), TINY)
    assert build_task(tokenizer, seed=0, model=model).model is model


def test_controls_are_two_ideas_each_with_and_without() -> None:
    tokenizer = learn_vocabulary("unigram", sample_paragraphs(), 600)
    models = {control: build_task(tokenizer, seed=0, control=control).model for control in (None, *CONTROLS)}
    assert {c: (m.config.num_hidden_groups, m.config.embedding_size) for c, m in models.items()} == {
        None: (1, 64), "shared-64": (1, 64), "shared-256": (1, 256), "unshared-64": (4, 64), "unshared-256": (4, 256),
    }  # fmt: skip
    sizes = [number_of_parameters(models[c]) for c in (None, "shared-256", "unshared-64", "unshared-256")]
    assert sizes == sorted(sizes)
