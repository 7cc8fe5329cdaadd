"""Bytes are spelled as the library spells them, and no text is unknown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers.pre_tokenizers import ByteLevel

from tests.tiny import HOSTILE, refusal_of
from variants.bert import demo as bert_demo
from variants.core.byte_level import byte_signs, spelling
from variants.roberta.demo import Roberta, load
from variants.roberta.pieces import MOST_CHARACTERS, cut


def test_the_signs_are_the_librarys() -> None:
    signs = byte_signs()
    assert set(signs) == set(ByteLevel.alphabet())
    assert sorted(signs.values()) == list(range(256))
    assert signs["Ġ"] == ord(" ") and signs["a"] == ord("a") and signs["Ċ"] == ord("\n")


def test_every_byte_is_in_the_vocabulary(roberta: Roberta) -> None:
    assert set(byte_signs()) <= set(roberta.tokenizer.get_vocab())


@given(st.text(min_size=1, max_size=100).filter(str.strip))
def test_every_text_comes_back_and_nothing_is_unknown(text: str) -> None:
    found = cut(load(), text)
    assert found.unknown == 0 and found.is_lossless
    signs = byte_signs()
    spelled = bytes(signs[sign] for token in found.tokens for sign in token)
    assert spelled.removeprefix(b" ") == found.text.encode()
    assert found.characters_per_token == len(found.text) / len(found.tokens)


def test_spelling_shows_bytes_that_are_no_plain_text() -> None:
    assert spelling("Ġhouse") == "" and spelling("!") == ""
    assert spelling("Ġ") == "20" and spelling("Ċ") == "0A" and spelling("ðŁ") == "F0 9F" and spelling("Ā") == "00"


def test_word_piece_loses_what_it_cannot_spell(bert: bert_demo.Bert, roberta: Roberta) -> None:
    text = "Zoë likes \U0001f355."
    word_piece, byte_level = cut(bert, text), cut(roberta, text)
    assert (word_piece.unknown, byte_level.unknown) == (1, 0)
    assert word_piece.back == "zoe likes [UNK]." and not word_piece.is_lossless
    assert set(word_piece.spelled) == {""}
    assert byte_level.spelled.count("F0") == 1


def test_typed_special_tokens_are_letters_and_the_shared_tokenizer_stays(roberta: Roberta) -> None:
    before = roberta.tokenizer.backend_tokenizer.to_str()
    assert cut(roberta, "<unk> <mask>").unknown == 0
    assert cut(roberta, "<unk> <mask>").is_lossless
    assert roberta.tokenizer.encode("<unk>", add_special_tokens=False) == [roberta.vocabulary.unk]
    assert roberta.tokenizer.backend_tokenizer.to_str() == before


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_are_cut_or_refused_in_one_line(bert: bert_demo.Bert, roberta: Roberta, text: str) -> None:
    for checkpoint in (bert, roberta):
        said = refusal_of(lambda checkpoint=checkpoint: cut(checkpoint, text))
        if said:
            assert "\n" not in said and "nothing to read" in said
        else:
            assert len(cut(checkpoint, text).text) <= MOST_CHARACTERS
