"""Each kind of vocabulary has the size asked for, survives saving, and knows where words start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny import sample_paragraphs, sample_tokenizer
from variants.core.errors import InputError
from variants.core.tokenization import vocabulary_of
from variants.core.variant import VocabularyKind
from variants.core.vocabularies import CLASSES, learn_vocabulary, load_vocabulary, word_starts

KINDS = list(CLASSES)
WITH_WORD_SIGN: list[VocabularyKind] = ["byte_bpe", "unigram", "unigram_cased"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_size_is_the_one_asked_for(kind: VocabularyKind) -> None:
    assert len(sample_tokenizer(kind)) == 600
    assert isinstance(sample_tokenizer(kind), CLASSES[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_saved_and_loaded_is_the_same(kind: VocabularyKind, tmp_path: Path) -> None:
    tokenizer = sample_tokenizer(kind)
    tokenizer.save_pretrained(tmp_path)
    loaded = load_vocabulary(kind, tmp_path)
    assert loaded.get_vocab() == tokenizer.get_vocab()
    assert vocabulary_of(loaded) == vocabulary_of(tokenizer)
    for paragraph in sample_paragraphs()[:20]:
        assert loaded(paragraph)["input_ids"] == tokenizer(paragraph)["input_ids"]


@pytest.mark.parametrize("kind", KINDS)
def test_special_tokens_are_distinct_and_never_made_by_text(kind: VocabularyKind) -> None:
    vocabulary = vocabulary_of(sample_tokenizer(kind))
    special = {vocabulary.pad, vocabulary.cls, vocabulary.sep, vocabulary.mask}
    assert len(special | {vocabulary.unk}) == 5
    text = sample_paragraphs()[3]
    assert not special & set(sample_tokenizer(kind).encode(text, add_special_tokens=False))


def test_roberta_has_the_published_special_ids() -> None:
    vocabulary = vocabulary_of(sample_tokenizer("byte_bpe"))
    assert (vocabulary.cls, vocabulary.pad, vocabulary.sep, vocabulary.unk, vocabulary.mask) == (0, 1, 2, 3, 4)


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: "<" not in text))
def test_bytes_know_every_text_and_give_it_back(text: str) -> None:
    tokenizer = sample_tokenizer("byte_bpe")
    ids = tokenizer.encode(text, add_special_tokens=False)
    assert vocabulary_of(tokenizer).unk not in ids
    back = str(tokenizer.decode(ids, clean_up_tokenization_spaces=False))
    assert back.removeprefix(" ") == text.removeprefix(" ")


def test_no_token_for_the_space_before_a_mask() -> None:
    tokenizer = sample_tokenizer("byte_bpe")
    tokens = tokenizer.convert_ids_to_tokens(tokenizer.encode("the <mask>", add_special_tokens=False))
    assert tokens[-1] == "<mask>"
    assert "Ġ" not in tokens


@pytest.mark.parametrize("kind", ["unigram", "unigram_cased"])
def test_rare_characters_take_no_place(kind: VocabularyKind) -> None:
    common = "".join(chr(0x4E00 + number) for number in range(50))
    texts = [f"the cat and the dog {common} again"] * 1000 + ["rare \u9999 sign"]
    pieces = learn_vocabulary(kind, texts, 100).get_vocab()
    assert any(common[0] in piece for piece in pieces)
    assert not any("\u9999" in piece for piece in pieces)


@pytest.mark.parametrize("kind", KINDS)
def test_no_piece_joins_a_letter_with_a_sign(kind: VocabularyKind) -> None:
    tokenizer = sample_tokenizer(kind)
    pieces = set(tokenizer.get_vocab()) - set(tokenizer.all_special_tokens)
    for piece in pieces:
        bare = piece.removeprefix("##").lstrip("▁Ġ")
        # A byte may be half a letter; and 's is one of GPT-2's own cuts.
        if kind != "byte_bpe":
            assert bare.isalnum() or not any(character.isalnum() for character in bare), piece
    ids = tokenizer.encode("the rabbit.", add_special_tokens=False)
    assert tokenizer.convert_ids_to_tokens(ids)[-1] == "."


@pytest.mark.parametrize("kind", KINDS)
def test_words_start_where_they_start(kind: VocabularyKind) -> None:
    tokenizer = sample_tokenizer(kind)
    starts = word_starts(tokenizer)
    text = "unbelievable rabbits everywhere"
    ids = tokenizer.encode(text, add_special_tokens=False)
    assert sum(starts[token] for token in ids) == 3
    assert starts[ids[0]]
    assert len(ids) > 3


@pytest.mark.parametrize("kind", WITH_WORD_SIGN)
def test_a_corpus_without_words_is_an_error(kind: VocabularyKind) -> None:
    if kind == "byte_bpe":  # bytes are words enough
        return
    with pytest.raises(InputError, match="too few words"):
        learn_vocabulary(kind, [], 600)


def nothing(folder: Path) -> Path:
    return folder / "nowhere"


def an_empty_folder(folder: Path) -> Path:
    return folder


def only_settings(folder: Path) -> Path:
    (folder / "tokenizer_config.json").write_text("{}", encoding="utf-8")
    return folder


def a_damaged_file(folder: Path) -> Path:
    (folder / "tokenizer.json").write_text("{", encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("broken", [nothing, an_empty_folder, only_settings, a_damaged_file])
def test_a_folder_without_a_tokenizer_is_an_error(
    kind: VocabularyKind, tmp_path: Path, broken: Callable[[Path], Path]
) -> None:
    """Never a tokenizer that knows no word: transformers makes one silently where it finds no file."""
    with pytest.raises(InputError) as caught:
        load_vocabulary(kind, broken(tmp_path))
    assert str(tmp_path) in str(caught.value)
