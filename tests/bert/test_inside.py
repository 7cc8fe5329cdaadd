"""The sum is the model's own input, and the lens on the last layer is the model's own answer."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from variants.bert.demo import Bert, fill, read
from variants.bert.inside import input_sum, logit_lens, stacked
from variants.core.errors import InputError
from variants.core.guesses import best_guesses, probabilities, rank_of
from variants.core.reading import Reading, logits_at


@pytest.fixture(scope="module")
def reading(bert: Bert) -> Reading:
    return fill(bert, read(bert, "The cat sat on the mat.", "It was happy."), (2, 6))


@pytest.mark.parametrize("position", [0, 2, 5, 9, 12])
def test_the_sum_is_what_layer_1_reads(bert: Bert, reading: Reading, position: int) -> None:
    vectors = input_sum(bert, reading, position)
    np.testing.assert_allclose(vectors.normalised, reading.hidden_states[0, position], atol=1e-5)


def test_three_vectors_are_added(bert: Bert, reading: Reading) -> None:
    vectors = input_sum(bert, reading, 9)
    np.testing.assert_allclose(vectors.total, vectors.token + vectors.position + vectors.segment, atol=1e-6)
    tables = bert.model.bert.embeddings
    assert reading.encoded.token_type_ids[9] == 1
    np.testing.assert_array_equal(vectors.segment, tables.token_type_embeddings.weight[1].numpy())
    np.testing.assert_array_equal(vectors.position, tables.position_embeddings.weight[9].numpy())
    token = reading.encoded.input_ids[9]
    np.testing.assert_array_equal(vectors.token, tables.word_embeddings.weight[token].numpy())


def test_a_hidden_token_enters_as_mask(bert: Bert, reading: Reading) -> None:
    hidden, other = input_sum(bert, reading, 2), input_sum(bert, reading, 6)
    np.testing.assert_array_equal(hidden.token, other.token)
    mask = bert.model.bert.embeddings.word_embeddings.weight[bert.vocabulary.mask]
    np.testing.assert_array_equal(hidden.token, mask.numpy())


def test_the_norm_is_the_textbook_one(bert: Bert, reading: Reading) -> None:
    vectors, norm = input_sum(bert, reading, 3), bert.model.bert.embeddings.LayerNorm
    total = vectors.total.astype(np.float64)
    centred = (total - total.mean()) / np.sqrt(total.var() + norm.eps)
    np.testing.assert_allclose(vectors.normalised, centred * norm.weight.numpy() + norm.bias.numpy(), atol=1e-4)


def test_rows_stand_in_the_order_of_adding(bert: Bert, reading: Reading) -> None:
    vectors = input_sum(bert, reading, 3)
    rows = stacked(vectors)
    assert rows.shape == (5, bert.model.config.hidden_size)
    for row, vector in zip(
        rows, (vectors.token, vectors.position, vectors.segment, vectors.total, vectors.normalised), strict=True
    ):
        np.testing.assert_array_equal(row, vector)


@pytest.mark.parametrize("position", [2, 6])
def test_the_last_layer_says_what_fill_says(bert: Bert, reading: Reading, position: int) -> None:
    *_, last = logit_lens(bert, reading, position, "mat")
    logits = logits_at(reading, position)
    (best,) = best_guesses(bert, logits, 1)
    assert last.best.token == best.token
    assert last.best.probability == pytest.approx(best.probability, abs=1e-5)
    expected = rank_of(bert, logits, "mat")
    assert (last.answer.word, last.answer.rank) == (expected.word, expected.rank)
    assert last.answer.probability == pytest.approx(expected.probability, abs=1e-5)


def test_every_layer_is_read_with_the_same_head(bert: Bert, reading: Reading) -> None:
    layers = logit_lens(bert, reading, 2, "cat")
    assert [guess.layer for guess in layers] == list(range(bert.model.config.num_hidden_layers + 1))
    for guess in layers:
        state = torch.from_numpy(reading.hidden_states[guess.layer, 2]).clone()
        with torch.no_grad():
            spread = probabilities(bert.model.cls.predictions(state).numpy())
        assert guess.best.probability == pytest.approx(float(spread.max()), abs=1e-5)
        answer = bert.tokenizer.get_vocab()["cat"]
        assert guess.answer.probability == pytest.approx(float(spread[answer]), abs=1e-5)


def test_an_answer_of_several_pieces_is_refused(bert: Bert, reading: Reading) -> None:
    with pytest.raises(InputError, match="antidisestablishmentarianism"):
        logit_lens(bert, reading, 2, "antidisestablishmentarianism")
