"""Texts and rows become rectangles, and say what is padding."""

from __future__ import annotations

import torch

from tests.tiny import sample_tokenizer
from variants.core.network_input import encoded_texts, padded_inputs


def test_rows_are_filled_and_the_filling_is_not_attended_to() -> None:
    batch = padded_inputs([[5, 6, 7], [8]], 9)
    assert {name: tensor.tolist() for name, tensor in batch.items()} == {
        "input_ids": [[5, 6, 7], [8, 9, 9]],
        "attention_mask": [[1, 1, 1], [1, 0, 0]],
    }
    assert padded_inputs([[5, 6], [8]], 9, [[0, 1], [1]])["token_type_ids"].tolist() == [[0, 1], [1, 0]]


def test_texts_and_pairs_are_encoded_as_the_tokenizer_does_and_cut() -> None:
    tokenizer = sample_tokenizer("wordpiece")
    alone = encoded_texts(tokenizer, ["the sea", "a"], None, 128)
    assert alone["input_ids"][0].tolist() == tokenizer.encode("the sea") and not alone["token_type_ids"].any()
    pair = encoded_texts(tokenizer, ["the sea"], ["a ship"], 128)
    assert pair["input_ids"][0].tolist() == tokenizer.encode("the sea", "a ship") and pair["token_type_ids"].any()
    assert set(pair) == {"input_ids", "attention_mask", "token_type_ids"}
    assert encoded_texts(tokenizer, ["the sea " * 90], None, 12)["input_ids"].shape == torch.Size([1, 12])
