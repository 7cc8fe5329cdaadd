"""The vocabulary has the size asked for, cuts words greedily, and means the same to transformers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import BertTokenizer

from tests.tiny import sample_paragraphs, sample_wordpiece
from variants.core import tokenization
from variants.core.errors import InputError
from variants.core.tokenization import (
    SPECIAL_TOKENS,
    Vocabulary,
    as_transformers,
    train_wordpiece,
    vocabulary_of,
)

TEXTS = st.text("aBé漢\U0001f600\u0301\u200b\x00\x85 #[].,-'$\n", min_size=1) | st.lists(
    st.sampled_from(["The", "rabbit", "hole", "[MASK]", "[SEP]", "don't", "—", "café", "12"]), min_size=1
).map(" ".join)


def longest_pieces(word: str, vocabulary: dict[str, int]) -> list[str]:
    """WordPiece by hand: always the longest piece that fits."""
    pieces: list[str] = []
    while word:
        marked = "##" if pieces else ""
        fits = [word[:end] for end in range(len(word), 0, -1) if marked + word[:end] in vocabulary]
        if not fits:
            return ["[UNK]"]
        pieces.append(marked + fits[0])
        word = word[len(fits[0]) :]
    return pieces


@pytest.mark.parametrize("size", [200, 500, 1000])
def test_vocabulary_has_the_size_asked_for(size: int) -> None:
    assert sample_wordpiece(size).get_vocab_size() == size


def test_special_tokens_come_first() -> None:
    vocabulary = sample_wordpiece().get_vocab()
    assert [vocabulary[token] for token in SPECIAL_TOKENS] == [0, 1, 2, 3, 4]
    assert sorted(vocabulary.values()) == list(range(500))


def test_case_and_accents_are_dropped() -> None:
    tokenizer = sample_wordpiece()
    assert tokenizer.encode("Élan CAFÉ naïve").ids == tokenizer.encode("elan cafe naive").ids
    assert not [token for token in tokenizer.get_vocab() if token != token.lower() and token not in SPECIAL_TOKENS]


def test_words_are_cut_into_the_longest_pieces() -> None:
    tokenizer = sample_wordpiece()
    vocabulary = tokenizer.get_vocab()
    words = {word for paragraph in sample_paragraphs() for word in re.findall(r"[a-z]+", paragraph.lower())}
    for word in words:
        assert tokenizer.encode(word, add_special_tokens=False).tokens == longest_pieces(word, vocabulary)


def test_pieces_that_continue_a_word_are_marked() -> None:
    tokenizer = sample_wordpiece()
    for word in ("rabbit", "wonderfully", "extraordinary"):
        first, *others = tokenizer.encode(word, add_special_tokens=False).tokens
        assert others and not first.startswith("##") and all(piece.startswith("##") for piece in others)
        assert first + "".join(piece.removeprefix("##") for piece in others) == word


def test_punctuation_stands_alone() -> None:
    tokens = sample_wordpiece().encode("the,the.the!", add_special_tokens=False).tokens
    assert tokens == ["the", ",", "the", ".", "the", "!"]


@settings(max_examples=150)
@given(text=TEXTS, second=st.none() | TEXTS)
def test_transformers_gives_the_same_ids(text: str, second: str | None) -> None:
    trained = sample_wordpiece()
    ours, theirs = trained.encode(text, second), as_transformers(trained)(text, second)
    assert theirs["input_ids"] == ours.ids
    assert theirs["token_type_ids"] == ours.type_ids


def test_text_survives_the_round_trip() -> None:
    wrapped = as_transformers(sample_wordpiece())
    text = "the rabbit went down the hole"
    assert wrapped.decode(wrapped.encode(text, add_special_tokens=False)) == text


def test_a_vocabulary_that_transformers_ignores_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As BertTokenizer(vocab_file=...) does, without a word."""

    def ignores(**_: Any) -> BertTokenizer:
        return BertTokenizer()

    monkeypatch.setattr(tokenization, "BertTokenizer", ignores)
    with pytest.raises(RuntimeError, match="vocabulary"):
        as_transformers(sample_wordpiece())


def test_vocabulary_of_a_tokenizer() -> None:
    expected = Vocabulary(size=500, pad=0, unk=1, cls=2, sep=3, mask=4)
    assert vocabulary_of(as_transformers(sample_wordpiece())) == expected


@pytest.mark.parametrize("texts", [[], [""], [" \n"]])
def test_a_text_without_words_is_an_error(texts: list[str]) -> None:
    with pytest.raises(InputError, match="no words"):
        train_wordpiece(texts)
