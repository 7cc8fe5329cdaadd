"""What a token sees is what the order allows, and the sum is that of a recomputation token by token."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.tiny import HOSTILE, refusal_of
from variants.core.encoding import Encoded
from variants.core.guesses import best_guesses
from variants.xlnet import demo
from variants.xlnet.demo import XLNet, batch_of, edited, follow, log_probabilities, query_logits, read
from variants.xlnet.factorization import Factorization, draw_order, places_of

TEXT = "When the old king died in the winter of that year, his eldest son took the crown."


def random_text(xlnet: XLNet, length: int, seed: int) -> Encoded:
    """A text of any ordinary pieces."""
    ordinary = sorted(set(range(len(xlnet.tokenizer))) - set(xlnet.tokenizer.all_special_ids))
    ids = (*random.Random(seed).choices(ordinary, k=length), xlnet.vocabulary.sep, xlnet.vocabulary.cls)
    tokens = tuple(xlnet.tokenizer.convert_ids_to_tokens(list(ids)))
    return Encoded(ids, tokens, (*[0] * (length + 1), 2), (*[False] * length, True, True))


def states(xlnet: XLNet, encoded: Encoded, factorization: Factorization) -> tuple[Tensor, Tensor]:
    """The library's last content and query states: (tokens, width) and (predicted, width)."""
    model: Any = xlnet.model.transformer
    with torch.inference_mode():
        found = model(**batch_of(encoded, [factorization]), output_hidden_states=True).hidden_states
    return found[-2][0], found[-1][0]


@pytest.mark.parametrize("number", range(100))
def test_a_query_sees_what_comes_before_it_and_content_itself_as_well(xlnet: XLNet, number: int) -> None:
    """100 random orders of 2 to 24 tokens: an edit of j moves query i iff rank(j) < rank(i), content iff <=."""
    length = 2 + number % 23
    encoded = random_text(xlnet, length, number)
    factorization = Factorization(draw_order(places_of(encoded), number))
    ranks = factorization.ranks(len(encoded))
    content, query = states(xlnet, encoded, factorization)
    for j in random.Random(number).sample(range(length), min(length, 5)):
        moved_content, moved_query = states(xlnet, edited(xlnet, encoded, j), factorization)
        for i in range(length):
            assert torch.equal(content[i], moved_content[i]) == (ranks[j] > ranks[i]), (i, j)
            step = ranks[i]  # queries stand in the order of prediction
            assert torch.equal(query[step], moved_query[step]) == (ranks[j] >= ranks[i]), (i, j)


@pytest.mark.parametrize(("length", "given", "seed"), [(1, 0, 0), (2, 1, 1), (7, 0, 2), (12, 5, 3), (24, 0, 4)])
def test_the_sum_is_that_of_one_token_at_a_time(xlnet: XLNet, length: int, given: int, seed: int) -> None:
    """Each token by a pass of the library of its own, in which other tokens stand where nothing may be seen."""
    encoded = random_text(xlnet, length, seed)
    factorization = Factorization(draw_order(places_of(encoded), seed), given)
    reading = follow(xlnet, encoded, factorization)
    one_by_one = [one_conditional(xlnet, encoded, factorization, step) for step in range(length - given)]
    found = [step.log_probability for step in reading.steps]
    assert found == pytest.approx(one_by_one, abs=1e-4)
    assert reading.running_sum(len(reading.steps)) == pytest.approx(sum(one_by_one), abs=1e-4)


def one_conditional(xlnet: XLNet, encoded: Encoded, factorization: Factorization, step: int) -> float:
    place = factorization.predicted[step]
    text = encoded
    for later in factorization.predicted[step:]:
        text = edited(xlnet, text, later)
    batch = batch_of(text, [factorization])
    batch["target_mapping"] = batch["target_mapping"][:, step : step + 1]
    with torch.inference_mode():
        logits = xlnet.model(**batch).logits[0, 0]
    return float(logits.log_softmax(-1)[encoded.input_ids[place]])


@pytest.mark.parametrize("given", [0, 4])
def test_the_matrices_are_the_tensors_that_the_model_was_given(
    xlnet: XLNet, monkeypatch: pytest.MonkeyPatch, given: int
) -> None:
    batches: list[Any] = []
    real = demo.query_states

    def spy(network: Any, batch: Any) -> Tensor:
        batches.append(batch)
        return real(network, batch)

    monkeypatch.setattr(demo, "query_states", spy)
    encoded = read(xlnet, TEXT)
    reading = follow(xlnet, encoded, Factorization(draw_order(places_of(encoded), 1), given))
    (mask,) = batches[0]["perm_mask"].numpy()
    length, predicted = len(encoded), reading.factorization.predicted
    assert np.array_equal(reading.perm_mask, mask)
    assert np.array_equal(reading.content_sight(), ~mask | np.eye(length, dtype=bool))
    assert np.array_equal(reading.query_sight()[list(predicted)], ~mask[list(predicted)])
    assert not reading.query_sight()[[place for place in range(length) if place not in predicted]].any()
    assert batches[0]["target_mapping"].argmax(-1)[0].tolist() == list(predicted)


def test_what_is_given_and_special_has_no_probability(xlnet: XLNet) -> None:
    encoded = read(xlnet, TEXT)
    order = draw_order(places_of(encoded), 2)
    found = follow(xlnet, encoded, Factorization(order, 3)).log_probabilities
    missing = [place for place, value in enumerate(found) if value is None]
    assert missing == sorted([*order[:3], len(encoded) - 2, len(encoded) - 1])


def test_steps_rank_and_guess_as_the_library(xlnet: XLNet) -> None:
    encoded = read(xlnet, TEXT)
    factorization = Factorization(draw_order(places_of(encoded), 3))
    reading = follow(xlnet, encoded, factorization)
    with torch.inference_mode():
        logits = xlnet.model(**batch_of(encoded, [factorization])).logits[0]
    for step, row in zip(reading.steps, logits, strict=True):
        right = row[encoded.input_ids[step.place]]
        assert step.rank == int((row > right).sum()) + 1
        expected = best_guesses(xlnet, row.numpy(), 20)
        assert [guess.token for guess in step.best] == [guess.token for guess in expected]
        assert [guess.probability for guess in step.best] == pytest.approx([g.probability for g in expected], abs=1e-5)


def test_orders_in_a_batch_are_as_alone(xlnet: XLNet) -> None:
    encoded = read(xlnet, TEXT)
    orders = [Factorization(draw_order(places_of(encoded), 0, number), 2) for number in range(5)]
    together = log_probabilities(xlnet, encoded, orders)
    for order, row in zip(orders, together, strict=True):
        alone = [np.nan if value is None else value for value in follow(xlnet, encoded, order).log_probabilities]
        assert np.allclose(row, alone, atol=1e-5, equal_nan=True)


def test_the_text_stands_as_in_pre_training(xlnet: XLNet) -> None:
    encoded = read(xlnet, TEXT)
    vocabulary = xlnet.vocabulary
    assert encoded.input_ids[-2:] == (vocabulary.sep, vocabulary.cls) and encoded.special[-2:] == (True, True)
    assert encoded.token_type_ids == (*[0] * (len(encoded) - 1), 2)
    assert list(encoded.input_ids[:-2]) == xlnet.tokenizer.encode(TEXT, add_special_tokens=False)
    assert places_of(encoded) == tuple(range(len(encoded) - 2))


def test_a_mask_in_the_text_is_one_more_token_and_that_is_said(xlnet: XLNet) -> None:
    encoded = read(xlnet, "The old <mask> died.")
    assert any("no hidden words" in notice for notice in encoded.notices)
    assert not any("no hidden words" in notice for notice in read(xlnet, TEXT).notices)
    assert encoded.input_ids.index(xlnet.vocabulary.mask) in places_of(encoded)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_typed_is_read_or_refused(xlnet: XLNet, text: str) -> None:
    found: list[Encoded] = []
    sentence = refusal_of(lambda: found.append(read(xlnet, text)))
    assert bool(found) != bool(sentence) and "\n" not in sentence
    for encoded in found:
        reading = follow(xlnet, encoded, Factorization(places_of(encoded)))
        assert len(encoded) <= 128 and all(step.log_probability <= 0 for step in reading.steps)


def test_special_tokens_alone_within_the_window_leave_nothing_to_predict(xlnet: XLNet) -> None:
    assert "nothing to predict" in refusal_of(lambda: read(xlnet, "<sep> " * 200 + "word"))


def test_an_edit_changes_one_token_into_another_ordinary_one(xlnet: XLNet) -> None:
    encoded = read(xlnet, TEXT)
    for place in places_of(encoded):
        other = edited(xlnet, encoded, place)
        changed = [at for at in range(len(encoded)) if other.input_ids[at] != encoded.input_ids[at]]
        assert changed == [place] and other.input_ids[place] not in xlnet.tokenizer.all_special_ids


def test_a_query_says_nothing_of_its_own_token(xlnet: XLNet) -> None:
    """Editing the last token of an order moves what no query says."""
    encoded = read(xlnet, TEXT)
    factorization = Factorization(draw_order(places_of(encoded), 4))
    last = factorization.predicted[-1]
    with torch.inference_mode():
        before, after = (
            query_logits(xlnet, batch_of(text, [factorization])) for text in (encoded, edited(xlnet, encoded, last))
        )
    assert torch.equal(before, after)
