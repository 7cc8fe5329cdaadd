"""Windows keep their tokens, orders are drawn anew, and the loss is the library's."""

from __future__ import annotations

import random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import XLNetTokenizer

from tests.tiny import make_store, sample_paragraphs
from tests.xlnet.tiny import SPECIAL, STARTS, STORE, VOCABULARY, a_batch, every_example, make, tiny_xlnet
from variants.core.masking import IGNORED
from variants.core.tokenization import id_of
from variants.core.vocabularies import learn_vocabulary
from variants.xlnet.objective import (
    Objective,
    build_task,
    collate,
    make_examples,
    segment_pairs,
    starting_pieces,
)

WINDOWS = [16, 32, 64, 128]
LENGTHS = st.lists(st.integers(1, 40), min_size=1, max_size=30)


def numbered(lengths: list[int]) -> list[list[int]]:
    """Sentences of these lengths; every token is its own place in the document."""
    ends = [sum(lengths[: i + 1]) for i in range(len(lengths))]
    return [list(range(end - length, end)) for end, length in zip(ends, lengths, strict=True)]


@given(lengths=LENGTHS, room=st.sampled_from([13, 29, 61, 125]), seed=st.integers(0, 10**6))
def test_segments_go_on_where_the_other_ends(lengths: list[int], room: int, seed: int) -> None:
    """Every token is used once, in its order; a window is cut where a sentence ends, or not at all."""
    sentences = numbered(lengths)
    ends = {sentence[-1] for sentence in sentences}
    pairs = segment_pairs(sentences, room, random.Random(seed))
    assert [token for pair in pairs for part in pair for token in part] == list(range(sum(lengths)))
    for first, second in pairs:
        assert len(first) >= 1 and len(first) + len(second) <= room
        if second:
            assert first[-1] in ends
        else:  # one sentence, or a part of one
            assert not ends & set(first[:-1])


def test_windows_are_cut_at_any_sentence() -> None:
    cuts = {len(segment_pairs(numbered([5] * 6), 61, random.Random(seed))[0][0]) for seed in range(100)}
    assert cuts == {5, 10, 15, 20, 25}


@pytest.mark.parametrize("window", WINDOWS)
def test_examples_are_a_sep_b_sep_cls(window: int) -> None:
    pairs = 0
    for example in every_example(window):
        ids, segments, ranks = example.input_ids, example.token_type_ids, example.ranks
        assert 4 <= len(example) == len(ids) == len(segments) == len(ranks) <= window
        assert ids[-2:] == (VOCABULARY.sep, VOCABULARY.cls) and segments[-1] == 2
        special = [place for place, token in enumerate(ids) if token < SPECIAL]
        assert len(special) == max(segments[:-1]) + 2
        assert segments[:-1] == tuple(sorted(segments[:-1])) and set(segments[:-1]) in ({0}, {0, 1})
        if len(special) == 3:
            pairs += 1
            assert ids[special[0]] == VOCABULARY.sep and segments[special[0]] == 0 and segments[special[0] + 1] == 1
        ranked = sorted({*example.targets, *special})
        assert [place for place, rank in enumerate(ranks) if rank >= 0] == ranked
        assert not set(example.targets) & set(special) and example.targets == tuple(sorted(example.targets))
    assert pairs > 10


@pytest.mark.parametrize("window", WINDOWS)
def test_nothing_is_hidden_and_nothing_is_lost(window: int) -> None:
    """Real tokens stand at every place; there is no [MASK]. Only a window of one token is left out."""
    for index in range(len(STORE)):
        examples = make(STORE, index, copy=1, max_length=window)
        texts = [token for example in examples for token in example.input_ids if token >= SPECIAL]
        assert VOCABULARY.mask not in {token for example in examples for token in example.input_ids}
        document = [token for sentence in STORE.document(index) for token in sentence]
        assert texts == document or len(document) % (window - 3) == 1


def test_a_document_of_one_token_has_nothing_to_predict_from() -> None:
    store = make_store([[[20]], [[20, 21]]])
    assert make(store, 0, copy=0, max_length=16) == []
    (example,) = make(store, 1, copy=0, max_length=16)
    assert len(example.targets) == 1


def test_each_serving_has_another_order() -> None:
    """Dynamic: no copy repeats another, however many there are; the same one is the same."""
    servings = [make(STORE, 11, copy=copy, max_length=64) for copy in range(25)]
    assert len({tuple(example.ranks for example in examples) for examples in servings}) == 25
    assert servings[7] == make(STORE, 11, copy=7, max_length=64)
    other = make_examples(STORE, 11, copy=7, max_length=64, vocabulary=VOCABULARY, starts=STARTS, seed=1)
    assert servings[7] != other


def test_a_batch_is_padded_on_the_left_and_is_what_the_library_takes() -> None:
    examples = every_example(32)[:9]
    batch = collate(examples, VOCABULARY)
    lengths, most = [len(example) for example in examples], max(len(example.targets) for example in examples)
    assert len(set(lengths)) > 1
    assert batch["input_ids"].shape == (9, max(lengths)) and batch["perm_mask"].shape == (9, max(lengths), max(lengths))
    assert batch["labels"].shape == (9, most) and batch["target_mapping"].shape == (9, most, max(lengths))
    assert batch["target_mapping"].dtype == torch.float32
    for row, example in enumerate(examples):
        padding = max(lengths) - len(example)
        assert batch["input_ids"][row].tolist() == [VOCABULARY.pad] * padding + list(example.input_ids)
        assert batch["attention_mask"][row].tolist() == [0] * padding + [1] * len(example)
        for number in range(most):
            mapped, label = batch["target_mapping"][row, number], int(batch["labels"][row, number])
            if number < len(example.targets):
                place = example.targets[number]
                assert mapped.nonzero().tolist() == [[padding + place]] and label == example.input_ids[place]
            else:
                assert not mapped.any() and label == IGNORED


def test_the_loss_is_the_librarys() -> None:
    model, batch = tiny_xlnet(1, spread=0.4).eval(), a_batch()
    with torch.no_grad():
        measures, output = Objective(model)(batch), model(**batch)
    assert float(measures["loss"]) == pytest.approx(float(output.loss), abs=1e-5)
    assert float(measures["plm_loss"]) == float(measures["loss"])
    real = batch["labels"] != IGNORED
    right = output.logits.argmax(-1)[real] == batch["labels"][real]
    assert float(measures["plm_accuracy"]) == pytest.approx(float(right.float().mean()))
    assert int(measures["plm_count"]) == int(real.sum())


def test_the_loss_falls_on_one_batch() -> None:
    objective, batch = Objective(tiny_xlnet()), a_batch(6)
    optimizer = torch.optim.AdamW(objective.parameters(), lr=1e-2)
    before = float(objective(batch)["plm_loss"])
    for _ in range(40):
        optimizer.zero_grad()
        objective(batch)["loss"].backward()
        optimizer.step()
    assert float(objective(batch)["plm_loss"]) < 0.5 * before


def test_a_forward_pass_is_the_same_every_time() -> None:
    objective, batch = Objective(tiny_xlnet(spread=0.4)).train(), a_batch()
    first, again = objective(batch), objective.eval()(batch)
    assert all(torch.equal(first[name], again[name]) and first[name].ndim == 0 for name in first)
    assert not any(value.requires_grad for name, value in first.items() if name != "loss")


def test_a_task_is_ready_to_train() -> None:
    """With a vocabulary of its own; a punctuation mark is a word, and “▁” starts one."""
    tokenizer = learn_vocabulary("unigram_cased", sample_paragraphs(), 400)
    assert isinstance(tokenizer, XLNetTokenizer)
    starts = starting_pieces(tokenizer)
    assert starts[id_of(tokenizer, "▁the")] and starts[id_of(tokenizer, ",")] and starts[id_of(tokenizer, "▁")]
    assert not starts[id_of(tokenizer, "s")]
    task = build_task(tokenizer, seed=0)
    ids = [tokenizer.encode(text, add_special_tokens=False) for text in sample_paragraphs()[:3]]
    examples = task.make_examples(make_store([ids]), 0, copy=0, max_length=32)
    with torch.autocast("cpu", torch.bfloat16):
        measures = task.objective(task.collate(examples))
    assert measures["loss"].dtype == torch.float32 and bool(measures["loss"].isfinite())
    model = tiny_xlnet()
    assert build_task(tokenizer, seed=0, model=model).model is model
