"""Masks, samples and labels are the paper's, the losses are the library's."""

from __future__ import annotations

import random
from collections import Counter

import hypothesis
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from tests.electra.tiny import STORE, a_batch, every_example, make, tiny_electra
from tests.tiny import SPECIAL, VOCABULARY, sample_wordpiece
from variants.core.masking import IGNORED, Fate
from variants.core.task import trained
from variants.core.tokenization import as_transformers
from variants.electra.objective import (
    DISCRIMINATOR_WEIGHT,
    Corrupted,
    Example,
    Objective,
    build_task,
    collate,
    corrupt,
    hide_tokens,
    make_examples,
    sample,
)

WINDOWS = [16, 32, 64, 128]


@given(length=st.integers(1, 126), seed=st.integers(0, 10**6))
def test_exactly_15_percent_are_hidden_all_under_mask(length: int, seed: int) -> None:
    ids = [VOCABULARY.cls, *range(SPECIAL, SPECIAL + length), VOCABULARY.sep]
    masked = hide_tokens(ids, random.Random(seed), mask_id=VOCABULARY.mask)
    chosen = [place for place, fate in enumerate(masked.fates) if fate]
    assert len(chosen) == max(1, round(0.15 * len(ids)))
    assert 0 not in chosen and len(ids) - 1 not in chosen
    for place, original in enumerate(ids):
        hidden = place in chosen
        assert masked.input_ids[place] == (VOCABULARY.mask if hidden else original)
        assert masked.labels[place] == (original if hidden else IGNORED)
        assert masked.fates[place] == (Fate.MASK if hidden else None)


def test_every_place_is_as_likely() -> None:
    ids = [VOCABULARY.cls, *range(SPECIAL, SPECIAL + 18), VOCABULARY.sep]  # 20 tokens, 3 hidden
    drawn = [hide_tokens(ids, random.Random(seed), mask_id=4) for seed in range(3000)]
    counts = Counter(place for masked in drawn for place, fate in enumerate(masked.fates) if fate)
    deviation = (3000 * (3 / 18) * (15 / 18)) ** 0.5
    assert set(counts) == set(range(1, 19))
    assert all(abs(count - 500) < 4.5 * deviation for count in counts.values())


def originals(example: Example) -> list[int]:
    masked = example.masked
    return [shown if label == IGNORED else label for shown, label in zip(masked.input_ids, masked.labels, strict=True)]


@pytest.mark.parametrize("window", WINDOWS)
def test_examples_hold_every_token_of_a_document_once(window: int) -> None:
    for index in range(len(STORE)):
        examples = make(STORE, index, copy=3, max_length=window)
        for example in examples:
            ids = originals(example)
            assert len(example) == len(ids) <= window
            assert [place for place, token in enumerate(ids) if token < SPECIAL] == [0, len(ids) - 1]
            assert len(example.dice) == example.masked.number_chosen
            assert all(0 <= number < 1 for number in example.dice)
        texts = [token for example in examples for token in originals(example)[1:-1]]
        assert texts == [token for sentence in STORE.document(index) for token in sentence]


def test_each_serving_hides_other_tokens() -> None:
    """Dynamic: no copy repeats another, however many there are; the same one is the same."""
    servings = [make(STORE, 11, copy=copy, max_length=64) for copy in range(25)]
    assert len({tuple(example.masked.labels for example in examples) for examples in servings}) == 25
    assert servings[7] == make(STORE, 11, copy=7, max_length=64)
    other = make_examples(STORE, 11, copy=7, max_length=64, vocabulary=VOCABULARY, seed=1, rows=128)
    assert servings[7] != other


def test_short_windows_start_anywhere_full_ones_at_row_0() -> None:
    offsets = [example.offset for example in every_example(16, copies=10)]
    assert sum(offset == 0 for offset in offsets) / len(offsets) == pytest.approx(0.5, abs=0.05)
    assert 100 < max(offsets) <= 112
    assert {example.offset for example in every_example(128)} == {0}


def test_a_batch_is_padded_and_its_dice_stand_in_reading_order() -> None:
    examples = every_example(32)[:9]
    batch = collate(examples, VOCABULARY)
    lengths = [len(example) for example in examples]
    assert len(set(lengths)) > 1 and batch["input_ids"].shape == (9, max(lengths))
    assert batch["attention_mask"].sum(1).tolist() == lengths
    assert torch.equal(batch["input_ids"] == VOCABULARY.pad, batch["attention_mask"] == 0)
    rows = (batch["labels"] != IGNORED).nonzero()[:, 0].tolist()
    assert rows == sorted(rows) and Counter(rows) == {row: len(e.dice) for row, e in enumerate(examples)}
    assert batch["dice"].tolist() == pytest.approx([number for e in examples for number in e.dice])
    for row, example in enumerate(examples):
        places = batch["position_ids"][row, : len(example)].tolist()
        assert places == list(range(example.offset, example.offset + len(example)))


def test_samples_come_with_the_softmax_chances() -> None:
    """Dice spread evenly over 0 to 1 hit every token in proportion."""
    logits = torch.tensor([[0.0, 1.0, -2.0, 3.0, float("-inf"), 0.5]])
    number = 10_000
    dice = (torch.arange(number) + 0.5) / number
    drawn = sample(logits.expand(number, -1), dice)
    shares = torch.bincount(drawn, minlength=6) / number
    assert torch.allclose(shares, logits[0].softmax(-1), atol=2 / number)


@given(
    weights=st.lists(st.floats(-30, 30), min_size=1, max_size=40),
    number=st.floats(0, 1),
)
@hypothesis.example(weights=[0.0, 1.0], number=1.0)  # a number just below 1 is 1 in single precision
def test_every_number_falls_on_a_token_that_can_be(weights: list[float], number: float) -> None:
    logits = torch.tensor([weights])
    drawn = int(sample(logits, torch.tensor([number])))
    assert 0 <= drawn < len(weights)
    chances = logits[0].softmax(-1).double()
    assert float(chances[:drawn].sum()) <= number + 1e-5
    assert float(chances[: drawn + 1].sum()) >= number - 1e-5


def test_an_impossible_token_is_never_drawn() -> None:
    """Not even by a number that falls where its empty part of the line begins."""
    logits = torch.tensor([[float("-inf"), 0.0, float("-inf"), 0.0]]).expand(3, -1)
    assert sample(logits, torch.tensor([0.0, 0.5, 0.75])).tolist() == [1, 3, 3]


def corrupted_of(batch: dict[str, Tensor], objective: Objective) -> Corrupted:
    with torch.no_grad():
        return corrupt(batch, objective.guesses(batch))


def restored(batch: dict[str, Tensor]) -> Tensor:
    return torch.where(batch["labels"] == IGNORED, batch["input_ids"], batch["labels"])


def test_labels_compare_with_the_original() -> None:
    """Only hidden places change; a sample that is the true token counts as original."""
    batch, objective = a_batch(40), Objective(tiny_electra(spread=0.5))
    batch["dice"][::2] = 0.5
    corrupted, hidden = corrupted_of(batch, objective), batch["labels"] != IGNORED
    assert torch.equal(corrupted.input_ids[~hidden], batch["input_ids"][~hidden])
    assert not corrupted.replaced[~hidden].any()
    assert torch.equal(corrupted.replaced, corrupted.input_ids != restored(batch))
    share = float(corrupted.replaced.sum() / batch["attention_mask"].sum())
    assert 0 < share <= int(hidden.sum()) / int(batch["attention_mask"].sum()) < 0.2


def test_a_lucky_sample_is_original() -> None:
    """A generator that knows the answers replaces nothing, one that never does replaces all."""
    batch = a_batch()
    hidden = batch["labels"] != IGNORED
    right = nn.functional.one_hot(batch["labels"][hidden], VOCABULARY.size).float() * 100
    corrupted = corrupt(batch, right)
    assert not corrupted.replaced.any() and torch.equal(corrupted.input_ids, restored(batch))
    assert torch.equal(corrupt(batch, -right).replaced, hidden)


def test_tokens_are_sampled_and_not_the_best_ones() -> None:
    batch = a_batch(30)
    guesses = torch.zeros(len(batch["dice"]), VOCABULARY.size)
    guesses[:, 9] = 3.0  # the best one, and yet less than even odds
    drawn = corrupt(batch, guesses).input_ids[batch["labels"] != IGNORED]
    share = float(guesses[0].softmax(-1)[9])
    deviation = (share * (1 - share) / len(drawn)) ** 0.5
    assert float((drawn == 9).float().mean()) == pytest.approx(share, abs=4 * deviation)
    assert len(set(drawn.tolist())) > 10


def test_a_sequence_is_refilled_alike_alone_and_among_others() -> None:
    examples, objective = every_example(32)[:10], Objective(tiny_electra(spread=0.3))
    together = corrupted_of(collate(examples, VOCABULARY), objective)
    for row, example in enumerate(examples):
        alone = corrupted_of(collate([example], VOCABULARY), objective)
        assert torch.equal(alone.input_ids[0], together.input_ids[row, : len(example)])


def test_losses_are_the_librarys() -> None:
    model, batch = tiny_electra(1, spread=0.3), a_batch()
    objective = Objective(model)
    measures, corrupted = objective(batch), corrupted_of(batch, objective)
    where = {"attention_mask": batch["attention_mask"], "position_ids": batch["position_ids"]}
    with torch.no_grad():
        mlm = model.generator(batch["input_ids"], labels=batch["labels"], **where).loss
        rtd = model.discriminator(corrupted.input_ids, labels=corrupted.replaced.long(), **where).loss
    assert float(measures["mlm_loss"]) == pytest.approx(float(mlm), abs=1e-5)
    assert float(measures["rtd_loss"]) == pytest.approx(float(rtd), abs=1e-5)
    assert DISCRIMINATOR_WEIGHT == 50
    assert float(measures["loss"].detach()) == pytest.approx(float(mlm) + 50 * float(rtd), rel=1e-5)


def test_accuracies_and_counts_by_hand() -> None:
    model, batch = tiny_electra(1, spread=0.3), a_batch()
    objective = Objective(model)
    measures, corrupted = objective(batch), corrupted_of(batch, objective)
    hidden, real = batch["labels"] != IGNORED, batch["attention_mask"] == 1
    assert int(measures["mlm_count"]) == int(hidden.sum()) == len(batch["dice"])
    assert int(measures["rtd_count"]) == int(batch["attention_mask"].sum())
    verdicts = objective.scores(corrupted, batch) > 0
    right = [int(verdicts[b, t]) == int(corrupted.replaced[b, t]) for b, t in real.nonzero().tolist()]
    assert float(measures["rtd_accuracy"]) == pytest.approx(sum(right) / len(right))
    best = objective.guesses(batch).argmax(-1)
    assert float(measures["mlm_accuracy"]) == pytest.approx(float((best == batch["labels"][hidden]).float().mean()))


def test_padding_carries_no_loss() -> None:
    """The loss of two sequences together is the mean of their own, weighed by their predictions."""
    examples, objective = (
        sorted(every_example(64), key=len)[:: len(every_example(64)) - 1][:2],
        Objective(tiny_electra()),
    )
    assert len(examples[0]) < len(examples[1])
    together, *alone = (objective(collate(part, VOCABULARY)) for part in (examples, examples[:1], examples[1:]))
    for part in ("mlm", "rtd"):
        counts = [int(one[f"{part}_count"]) for one in alone]
        mean = sum(float(one[f"{part}_loss"]) * count for one, count in zip(alone, counts, strict=True)) / sum(counts)
        assert float(together[f"{part}_loss"]) == pytest.approx(mean, abs=1e-5)


def gradients(objective: Objective, loss: Tensor) -> dict[str, Tensor | None]:
    names, parameters = zip(*trained(objective).items(), strict=True)
    return dict(zip(names, torch.autograd.grad(loss, parameters, allow_unused=True), strict=True))


def test_no_gradient_flows_through_sampling() -> None:
    """Neither loss touches the other network, but for the table that both share."""
    objective, batch = Objective(tiny_electra(spread=0.3)), a_batch()
    guesses = objective.guesses(batch)
    scores = objective.scores(corrupt(batch, guesses), batch)
    from_scores, from_guesses = gradients(objective, scores.sum()), gradients(objective, guesses.logsumexp(-1).sum())
    for name in from_scores:
        touched = [
            gradient is not None and bool(gradient.any()) for gradient in (from_scores[name], from_guesses[name])
        ]
        if ".embeddings." in name:
            assert all(touched), name
        elif ".generator." in name:
            assert touched[0] is False, name
        else:
            assert touched[1] is False, name
    assert any(".generator." in name and gradient is not None for name, gradient in from_guesses.items())


def test_both_losses_move_the_shared_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the discriminator's weight its own layers stand still, and the table gets less."""
    batch = a_batch()
    objective = Objective(tiny_electra(spread=0.3))
    table = "model.discriminator.electra.embeddings.word_embeddings.weight"
    with_both = gradients(objective, objective(batch)["loss"])
    monkeypatch.setattr("variants.electra.objective.DISCRIMINATOR_WEIGHT", 0.0)
    without = gradients(objective, objective(batch)["loss"])
    own = [name for name in without if ".discriminator." in name and ".embeddings." not in name]
    assert own and not any((gradient := without[name]) is not None and bool(gradient.any()) for name in own)
    assert all((gradient := with_both[name]) is not None for name in own)
    first, second = with_both[table], without[table]
    assert first is not None and second is not None and not torch.allclose(first, second)


def test_a_forward_pass_is_the_same_every_time() -> None:
    """Training draws nothing: what is sampled was decided when the example was made."""
    objective, batch = Objective(tiny_electra(spread=0.3)).train(), a_batch()
    first, again = objective(batch), objective.eval()(batch)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert all(value.ndim == 0 for value in first.values())
    assert not any(value.requires_grad for name, value in first.items() if name != "loss")


def test_tied_tensors_are_trained_once() -> None:
    objective = Objective(tiny_electra())
    parameters = list(trained(objective).values())
    assert len(parameters) == len({id(parameter) for parameter in parameters})
    assert sum(p.numel() for p in parameters) == sum(p.numel() for p in objective.model.parameters())


def test_the_loss_falls_on_one_batch() -> None:
    """Both parts do, though a better generator leaves the discriminator less to find."""
    objective, batch = Objective(tiny_electra()), a_batch(6)
    optimizer = torch.optim.AdamW(objective.parameters(), lr=1e-2)
    before = objective(batch)
    for _ in range(30):
        optimizer.zero_grad()
        objective(batch)["loss"].backward()
        optimizer.step()
    after = objective(batch)
    assert float(after["mlm_loss"]) < 0.6 * float(before["mlm_loss"])
    assert float(after["rtd_loss"]) < 0.6 * float(before["rtd_loss"])


def test_a_task_is_ready_to_train() -> None:
    tokenizer = as_transformers(sample_wordpiece())
    task = build_task(tokenizer, seed=0)
    examples = task.make_examples(STORE, 5, copy=0, max_length=32)
    with torch.autocast("cpu", torch.bfloat16):
        measures = task.objective(task.collate(examples))
    assert measures["loss"].dtype == torch.float32 and bool(measures["loss"].isfinite())
    assert task.model.config.vocab_size == len(tokenizer)
    model = tiny_electra()
    assert build_task(tokenizer, seed=0, model=model).model is model
