"""Pairs and masks are those of the reference, the loss is that of transformers."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tiny import SPECIAL, VOCABULARY, make_store, sample_wordpiece, tiny_bert
from variants.bert.objective import (
    DUPLICATES,
    MAX_PREDICTIONS,
    Example,
    Objective,
    SegmentPair,
    build_task,
    collate,
    make_examples,
    mask_pair,
    pair_from_chunk,
    segment_pairs,
)
from variants.core.masking import IGNORED, Fate
from variants.core.task import Batch
from variants.core.token_store import Sentence, TokenStore
from variants.core.tokenization import as_transformers

WINDOWS = [16, 32, 64, 128]
OTHER = 10_000  # tokens of the other document start here
LENGTHS = st.lists(st.integers(1, 40), min_size=1, max_size=30)


def numbered(lengths: list[int], start: int = 0) -> list[Sentence]:
    """Sentences of these lengths; every token is its own place in the document."""
    ends = [start + sum(lengths[: i + 1]) for i in range(len(lengths))]
    return [list(range(end - length, end)) for end, length in zip(ends, lengths, strict=True)]


def other_document() -> list[Sentence]:
    return numbered([3, 8, 5, 20, 1, 9] * 6, OTHER)


def pairs_of(lengths: list[int], window: int, seed: int) -> list[SegmentPair]:
    return segment_pairs(numbered(lengths), other_document, max_length=window, rng=random.Random(seed))


def is_run(segment: Sentence) -> bool:
    """Say whether a segment is text as it stood: one token after another."""
    return segment == list(range(segment[0], segment[0] + len(segment)))


@given(lengths=LENGTHS, window=st.sampled_from(WINDOWS), seed=st.integers(0, 10**6))
def test_properties_of_every_pair(lengths: list[int], window: int, seed: int) -> None:
    room = window - 3
    for pair in pairs_of(lengths, window, seed):
        first, second = pair.first, pair.second
        assert first and second
        assert len(first) + len(second) <= room
        assert is_run(first) and is_run(second)
        assert first[-1] < OTHER  # the first segment is this document
        assert (second[0] >= OTHER) == pair.is_random
        if not pair.is_random:
            assert first[-1] < second[0]
            if len(first) + len(second) < room:  # nothing was cut off: the second goes on where the first ends
                assert first[-1] + 1 == second[0]


@given(count=st.integers(1, 200), window=st.sampled_from(WINDOWS), seed=st.integers(0, 10**6))
def test_every_token_is_used_exactly_once(count: int, window: int, seed: int) -> None:
    """With sentences of one token nothing has to be cut; what a random segment displaces is used again."""
    used: Sentence = []
    for pair in segment_pairs(
        numbered([1] * count), lambda: numbered([1] * 50, OTHER), max_length=window, rng=random.Random(seed)
    ):
        used += pair.first if pair.is_random else pair.first + pair.second
    assert used == list(range(count))


@given(lengths=LENGTHS, window=st.sampled_from(WINDOWS), seed=st.integers(0, 10**6))
def test_segments_come_in_the_order_of_the_document(lengths: list[int], window: int, seed: int) -> None:
    own = [
        segment
        for p in pairs_of(lengths, window, seed)
        for segment in ((p.first,) if p.is_random else (p.first, p.second))
    ]
    assert all(before[-1] < after[0] for before, after in pairwise(own))


def test_pairs_fill_the_window() -> None:
    """Nine times in ten there is text up to the window; at the end of a document there may be less."""
    pairs = [pair for seed in range(50) for pair in pairs_of([6] * 200, 64, seed)]
    full = sum(len(pair.first) + len(pair.second) >= 55 for pair in pairs) / len(pairs)
    assert full > 0.7


@pytest.mark.parametrize("window", WINDOWS)
def test_half_of_the_pairs_are_random_and_a_few_more(window: int) -> None:
    """The rest of a document that is a single sentence is always random."""
    pairs = [pair for seed in range(60) for pair in pairs_of([9, 14, 6, 20, 11] * 8, window, seed)]
    share = sum(pair.is_random for pair in pairs) / len(pairs)
    assert 0.5 < share < 0.65


@given(length=st.integers(1, 6), seed=st.integers(0, 10**6))
def test_a_single_sentence_is_always_random(length: int, seed: int) -> None:
    (pair,) = pairs_of([length], 128, seed)
    assert pair.is_random and pair.first == list(range(length))


def test_where_a_chunk_is_split_varies() -> None:
    chunk = numbered([1] * 6)
    rngs = [random.Random(seed) for seed in range(600)]
    drawn = [pair_from_chunk(chunk, other_document, 60, rng)[0] for rng in rngs]
    counts = Counter(len(pair.first) for pair in drawn)
    assert set(counts) == {1, 2, 3, 4, 5}
    assert min(counts.values()) > 70
    assert sum(pair.is_random for pair in drawn) == pytest.approx(300, abs=50)


def test_a_random_segment_gives_unused_sentences_back() -> None:
    chunk = numbered([2, 2, 2, 2])
    for seed in range(40):
        pair, unused = pair_from_chunk(chunk, other_document, 60, random.Random(seed))
        used = len(pair.first) // 2 + (0 if pair.is_random else len(pair.second) // 2)
        assert used + unused == 4
        assert unused == 0 or pair.is_random


def test_a_random_segment_fills_up_to_the_target() -> None:
    """From a random sentence on, until there is enough or the other document ends."""
    starts: set[int] = set()
    for seed in range(200):
        pair, _ = pair_from_chunk(numbered([4]), other_document, 30, random.Random(seed))
        assert is_run(pair.second)
        assert len(pair.second) >= 26 or pair.second[-1] == other_document()[-1][-1]
        starts.add(pair.second[0])
    assert starts <= {sentence[0] for sentence in other_document()} and len(starts) > 20


STORE = make_store(
    [
        [[SPECIAL + (7 * d + 3 * s + t) % 59 for t in range(4 + (d + s) % 9)] for s in range(1 + d % 12)]
        for d in range(40)
    ]
)
make = partial(make_examples, vocabulary=VOCABULARY, seed=0, rows=128)


def originals(example: Example) -> list[int]:
    """What stood there before masking."""
    masked = example.masked
    return [shown if label == IGNORED else label for shown, label in zip(masked.input_ids, masked.labels, strict=True)]


def every_example(store: TokenStore, window: int, copies: int = 1) -> list[Example]:
    return [
        e
        for index in range(len(store))
        for copy in range(copies)
        for e in make(store, index, copy=copy, max_length=window)
    ]


@pytest.mark.parametrize("window", WINDOWS)
def test_examples_are_cls_a_sep_b_sep(window: int) -> None:
    for example in every_example(STORE, window):
        ids, segments = originals(example), list(example.token_type_ids)
        assert 5 <= len(example) == len(ids) == len(segments) <= window
        assert [place for place, token in enumerate(ids) if token < SPECIAL] == [0, segments.count(0) - 1, len(ids) - 1]
        assert ids[0] == VOCABULARY.cls and ids[segments.count(0) - 1] == ids[-1] == VOCABULARY.sep
        assert segments == sorted(segments) and set(segments) == {0, 1}


@pytest.mark.parametrize("window", WINDOWS)
def test_examples_are_masked_as_the_masker_masks(window: int) -> None:
    for example in every_example(STORE, window):
        chosen = [place for place, fate in enumerate(example.masked.fates) if fate]
        assert len(chosen) == min(MAX_PREDICTIONS, max(1, round(0.15 * len(example))), len(example) - 3)
        assert all(originals(example)[place] >= SPECIAL for place in chosen)


def test_never_more_than_twenty_predictions() -> None:
    pair = SegmentPair([9] * 120, [9] * 120, is_random=False)
    example = mask_pair(pair, VOCABULARY, random.Random(0))
    assert sum(fate is not None for fate in example.masked.fates) == MAX_PREDICTIONS == 20


def test_fates_are_80_10_10() -> None:
    fates = Counter(fate for example in every_example(STORE, 32, copies=10) for fate in example.masked.fates if fate)
    assert fates.total() > 2000
    for fate, share in ((Fate.MASK, 0.8), (Fate.RANDOM, 0.1), (Fate.KEEP, 0.1)):
        deviation = (share * (1 - share) / fates.total()) ** 0.5
        assert fates[fate] / fates.total() == pytest.approx(share, abs=4 * deviation)


def test_masks_are_static_within_ten_copies() -> None:
    """A document's copy looks the same in every epoch, another copy does not; the eleventh is the first."""
    assert DUPLICATES == 10
    for index in (5, 11, 23):
        servings = [make(STORE, index, copy=copy, max_length=64) for copy in range(2 * DUPLICATES)]
        assert servings[:DUPLICATES] == servings[DUPLICATES:]
        assert servings[0] == make(STORE, index, copy=0, max_length=64)
        masks = {tuple(example.masked.labels for example in examples) for examples in servings}
        assert len(masks) == DUPLICATES


def test_masks_depend_on_seed_and_window() -> None:
    first = make_examples(STORE, 5, copy=0, max_length=64, vocabulary=VOCABULARY, seed=0, rows=128)
    assert first != make_examples(STORE, 5, copy=0, max_length=64, vocabulary=VOCABULARY, seed=1, rows=128)
    assert first != make_examples(STORE, 5, copy=0, max_length=32, vocabulary=VOCABULARY, seed=0, rows=128)


def test_the_other_segment_is_from_another_document() -> None:
    """Here a token is its document: ids 5 to 44."""
    store = make_store([[[SPECIAL + index] * 6 for _ in range(5)] for index in range(40)])
    examples = {index: make(store, index, copy=0, max_length=32) for index in range(40)}
    for index, made in examples.items():
        for example in made:
            documents = [set(originals(example)[1:-1]) - {VOCABULARY.sep}]
            assert (len(documents[0]) == 2) == example.is_random
            assert SPECIAL + index in documents[0]


def test_golden_examples() -> None:
    """A run that is resumed by later code must see the same text."""
    example = make(STORE, 3, copy=1, max_length=16)[0]
    assert example.masked.input_ids == (2, 26, 27, 28, 29, 30, 31, 3, 37, 38, 4, 40, 4, 42, 43, 3)
    assert {place: label for place, label in enumerate(example.masked.labels) if label != IGNORED} == {10: 39, 12: 41}
    assert example.token_type_ids == (0,) * 8 + (1,) * 8
    assert example.is_random


def batch_of(count: int = 12, window: int = 32) -> Batch:
    return collate(every_example(STORE, window)[:count], VOCABULARY)


def test_offsets_leave_the_masks_as_they_are() -> None:
    """A full window starts at row 0; a table of more rows moves the same sequences about."""
    small, large = (
        [
            e
            for i in range(len(STORE))
            for e in make_examples(STORE, i, copy=0, max_length=64, vocabulary=VOCABULARY, seed=0, rows=rows)
        ]
        for rows in (64, 128)
    )
    assert {example.offset for example in small} == {0}
    assert len({example.offset for example in large}) > 5
    assert [replace(example, offset=0) for example in large] == small


def test_collate_pads_to_the_longest() -> None:
    examples = sorted(every_example(STORE, 64), key=len)[:: len(every_example(STORE, 64)) // 6]
    batch, longest = collate(examples, VOCABULARY), max(map(len, examples))
    fillers = {"input_ids": VOCABULARY.pad, "token_type_ids": 0, "attention_mask": 0, "labels": IGNORED}
    assert len({len(example) for example in examples}) > 3
    assert set(batch) == {*fillers, "position_ids", "next_sentence_label"}
    for name, filler in fillers.items():
        assert batch[name].shape == (len(examples), longest) and batch[name].dtype == torch.int64
        for row, example in zip(batch[name].tolist(), examples, strict=True):
            assert row[len(example) :] == [filler] * (longest - len(example))
    for row, example in enumerate(examples):
        assert tuple(batch["input_ids"][row, : len(example)].tolist()) == example.masked.input_ids
        assert tuple(batch["labels"][row, : len(example)].tolist()) == example.masked.labels
        assert tuple(batch["token_type_ids"][row, : len(example)].tolist()) == example.token_type_ids
        assert int(batch["attention_mask"][row].sum()) == len(example)
        rows = list(range(example.offset, example.offset + len(example)))
        assert batch["position_ids"][row, : len(example)].tolist() == rows
    assert any(example.offset for example in examples) and batch["position_ids"].max() < 128
    assert batch["next_sentence_label"].tolist() == [int(example.is_random) for example in examples]


@pytest.mark.parametrize("window", WINDOWS)
def test_the_loss_is_that_of_transformers(window: int) -> None:
    model, batch = tiny_bert(seed=window), batch_of(window=window)
    assert batch["attention_mask"].min() == 0 and set(batch["next_sentence_label"].tolist()) == {0, 1}
    expected = model(**batch)
    measures = Objective(model)(batch)
    assert measures["loss"].item() == pytest.approx(expected.loss.item(), abs=1e-5)
    assert measures["loss"].item() == pytest.approx((measures["mlm_loss"] + measures["nsp_loss"]).item(), abs=1e-6)


def test_the_gradient_is_that_of_transformers() -> None:
    batch = batch_of()
    ours, theirs = tiny_bert(seed=1), tiny_bert(seed=1)
    Objective(ours)(batch)["loss"].backward()
    theirs(**batch).loss.backward()
    for (name, parameter), (_, expected) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        assert parameter.grad is not None and expected.grad is not None, name
        assert torch.allclose(parameter.grad, expected.grad, atol=1e-6), name


def test_parts_of_the_loss_and_accuracies_by_hand() -> None:
    model, batch = tiny_bert(seed=2), batch_of()
    output, measures = model(**batch), Objective(model)(batch)
    rows, columns = (batch["labels"] != IGNORED).nonzero(as_tuple=True)
    answers = batch["labels"][rows, columns]
    guesses = output.prediction_logits[rows, columns].double().log_softmax(-1)
    pairs = output.seq_relationship_logits.double().log_softmax(-1)
    labels = batch["next_sentence_label"]
    expected = {
        "mlm_loss": -guesses[torch.arange(len(answers)), answers].mean(),
        "nsp_loss": -pairs[torch.arange(len(labels)), labels].mean(),
        "mlm_accuracy": (guesses.argmax(-1) == answers).double().mean(),
        "nsp_accuracy": (pairs.argmax(-1) == labels).double().mean(),
        "mlm_count": torch.tensor(len(answers)),
        "nsp_count": torch.tensor(len(labels)),
    }
    assert set(measures) == {"loss", *expected}
    for name, value in expected.items():
        assert measures[name].item() == pytest.approx(value.item(), abs=1e-5), name
        assert not measures[name].requires_grad


def test_padding_changes_nothing() -> None:
    """A sequence has the same loss alone and beside a longer one."""
    model = tiny_bert(seed=3)
    short, long = sorted(every_example(STORE, 64), key=len)[:: len(every_example(STORE, 64)) - 1]
    alone = [Objective(model)(collate([example], VOCABULARY))["nsp_loss"].item() for example in (short, long)]
    together = Objective(model)(collate([short, long], VOCABULARY))["nsp_loss"].item()
    assert len(long) > len(short) + 5
    assert together == pytest.approx(sum(alone) / 2, abs=1e-5)


def test_only_chosen_positions_carry_loss() -> None:
    batch = batch_of()
    batch["labels"] = torch.full_like(batch["labels"], IGNORED)
    batch["labels"][0, 1] = 7
    model = tiny_bert(seed=4)
    logits = model(
        **{name: batch[name] for name in ("input_ids", "attention_mask", "token_type_ids", "position_ids")}
    ).prediction_logits
    expected = -logits[0, 1].log_softmax(-1)[7].item()
    assert Objective(model)(batch)["mlm_loss"].item() == pytest.approx(expected, abs=1e-5)


def test_the_loss_falls_on_one_batch() -> None:
    model, batch = tiny_bert(), batch_of()
    objective, losses = Objective(model), list[float]()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for _ in range(20):
        loss = objective(batch)["loss"]
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    assert losses[0] == pytest.approx(4.16 + 0.69, abs=0.3)  # ln 64 + ln 2
    assert losses[-1] < 0.7 * losses[0]


@settings(max_examples=20)
@given(index=st.integers(0, 39), copy=st.integers(0, 30), window=st.sampled_from(WINDOWS))
def test_examples_are_a_pure_function(index: int, copy: int, window: int) -> None:
    random.seed(index)
    once = make(STORE, index, copy=copy, max_length=window)
    random.seed(copy)
    assert make(STORE, index, copy=copy, max_length=window) == once


def test_a_store_of_one_document_pairs_it_with_itself() -> None:
    examples = make(make_store([[[9] * 5]]), 0, copy=0, max_length=32)
    assert [example.is_random for example in examples] == [True]


def test_a_task_holds_everything_that_training_needs() -> None:
    tokenizer = as_transformers(sample_wordpiece())
    task = build_task(tokenizer, seed=3)
    assert isinstance(task.objective, Objective) and task.objective.model is task.model
    assert task.model.config.vocab_size == len(tokenizer)
    examples = task.make_examples(STORE, 5, copy=0, max_length=32)
    assert task.collate(examples)["input_ids"][0, 0] == tokenizer.cls_token_id
    assert build_task(tokenizer, seed=3).make_examples(STORE, 5, copy=0, max_length=32) == examples
    assert build_task(tokenizer, seed=4).make_examples(STORE, 5, copy=0, max_length=32) != examples


def test_a_task_may_take_a_model_that_is_there() -> None:
    tokenizer, model = as_transformers(sample_wordpiece()), tiny_bert(500)
    task = build_task(tokenizer, seed=0, model=model)
    assert task.model is model
