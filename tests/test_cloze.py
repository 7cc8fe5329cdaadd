"""The fill-the-blank sentences fit the shipped tokenizer: one blank, one piece to fill it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from transformers import PreTrainedTokenizerFast

from variants.core.vocabularies import load_vocabulary

ROOT = Path(__file__).parents[1]
LINES = (ROOT / "tests" / "data" / "cloze.jsonl").read_text(encoding="utf-8").splitlines()
ITEMS: list[dict[str, str]] = [json.loads(line) for line in LINES]


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    """Return the tokenizer of the shipped model."""
    return load_vocabulary("wordpiece", ROOT / "assets" / "models" / "bert")


def test_there_are_enough_sentences_and_none_twice() -> None:
    """A hundred sentences or more, each with a text of its own."""
    texts = [item["text"] for item in ITEMS]
    assert len(texts) >= 100
    assert len(set(texts)) == len(texts)


def test_every_sentence_has_its_fields() -> None:
    """Text, answer and kind are there and not empty."""
    for item in ITEMS:
        assert set(item) == {"text", "answer", "kind"}
        assert all(item.values())


def test_every_sentence_has_one_blank(tokenizer: PreTrainedTokenizerFast) -> None:
    """[MASK] stands once, for the reader and for the tokenizer."""
    for item in ITEMS:
        assert item["text"].count("[MASK]") == 1, item
        assert tokenizer.tokenize(item["text"]).count("[MASK]") == 1, item


def test_every_answer_is_one_piece(tokenizer: PreTrainedTokenizerFast) -> None:
    """An answer is one lower-case piece of the vocabulary, and a known one."""
    for item in ITEMS:
        assert tokenizer.tokenize(item["answer"]) == [item["answer"]], item
        assert item["answer"] != tokenizer.unk_token


def test_every_word_is_known(tokenizer: PreTrainedTokenizerFast) -> None:
    """No sentence holds a character that the vocabulary lacks."""
    for item in ITEMS:
        assert tokenizer.unk_token not in tokenizer.tokenize(item["text"]), item
