"""A store holds what the tokenizer says, is made once, and whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from tests.tiny import make_store, sample_paragraphs, sample_wordpiece
from variants.core import token_store
from variants.core.corpus import SPLITS, Document, Split, documents
from variants.core.errors import InputError
from variants.core.token_store import TokenStore, fingerprint, open_token_store, split_sentences

BOOKS = "\n\n".join("\n".join(sample_paragraphs()[start : start + 2]) for start in range(0, 80, 2))
RHYMES = "\n\n".join(f"Rhyme {number}. One, two, buckle my shoe! And {number} more?" for number in range(600))
NOTHING_TO_READ = "\u200b\u200b"  # a paragraph of which the tokenizer leaves nothing


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "books.txt").write_text(BOOKS, encoding="utf-8")
    (folder / "rhymes.txt").write_text(f"{NOTHING_TO_READ}\n\n{RHYMES}", encoding="utf-8")
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def read_directly(corpus: Path, split: Split, tokenizer: Tokenizer) -> Iterator[tuple[str, list[list[int]]]]:
    """The documents of a split, one sentence after another through the tokenizer."""
    for document in documents(corpus, split):
        sentences = [sentence for paragraph in document.paragraphs for sentence in split_sentences(paragraph)]
        ids = [tokenizer.encode(sentence, add_special_tokens=False).ids for sentence in sentences]
        if any(ids):
            yield document.source, [sentence for sentence in ids if sentence]


def listed(store: TokenStore) -> list[tuple[str, list[list[int]]]]:
    origins = [store.sources[origin] for origin in store.document_sources.tolist()]
    return [(origins[index], store.document(index)) for index in range(len(store))]


@pytest.mark.parametrize("chunk", [1, 7, 512])
@pytest.mark.parametrize("split", SPLITS)
def test_documents_are_what_the_tokenizer_says(
    corpus: Path, cache: Path, split: Split, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_store, "CHUNK", chunk)
    tokenizer = sample_wordpiece()
    expected = list(read_directly(corpus, split, tokenizer))
    assert expected
    assert listed(open_token_store(corpus, tokenizer, split, cache)) == expected


def test_documents_without_a_token_are_dropped(corpus: Path, cache: Path) -> None:
    assert Document("rhymes", (NOTHING_TO_READ,)) in list(documents(corpus, "train"))
    store = open_token_store(corpus, sample_wordpiece(), "train", cache)
    assert len(store) == sum(1 for _ in documents(corpus, "train")) - 1
    assert all(map(all, (store.document(index) for index in range(len(store)))))


def test_offsets_cover_the_tokens(corpus: Path, cache: Path) -> None:
    store = open_token_store(corpus, sample_wordpiece(), "train", cache)
    assert store.sentence_starts[0] == 0 and store.sentence_starts[-1] == len(store.tokens)
    assert store.document_starts[0] == 0 and store.document_starts[-1] == len(store.sentence_starts) - 1
    assert (np.diff(store.sentence_starts) > 0).all() and (np.diff(store.document_starts) > 0).all()


def test_arrays_are_memory_mapped(corpus: Path, cache: Path) -> None:
    store = open_token_store(corpus, sample_wordpiece(), "train", cache)
    for array in (store.tokens, store.sentence_starts, store.document_starts, store.document_sources):
        assert isinstance(array, np.memmap) and array.mode == "r"
    assert store.tokens.dtype == np.uint16


def test_a_store_is_written_once(corpus: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = listed(open_token_store(corpus, sample_wordpiece(), "train", cache))
    written = {path: path.stat().st_mtime_ns for path in cache.rglob("*")}

    def never(*_: object) -> Iterator[Document]:
        raise AssertionError("the corpus is read again")

    monkeypatch.setattr(token_store, "documents", never)
    assert listed(open_token_store(corpus, sample_wordpiece(), "train", cache)) == first
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*")} == written


def test_an_interrupted_writing_leaves_nothing(corpus: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(folder: Path, split: Split) -> Iterator[Document]:
        for number, document in enumerate(documents(folder, split)):
            if number == 20:
                raise KeyboardInterrupt
            yield document

    monkeypatch.setattr(token_store, "CHUNK", 8)
    with monkeypatch.context() as patched:
        patched.setattr(token_store, "documents", interrupted)
        with pytest.raises(KeyboardInterrupt):
            open_token_store(corpus, sample_wordpiece(), "train", cache)
    assert list(cache.iterdir()) == []
    expected = list(read_directly(corpus, "train", sample_wordpiece()))
    assert listed(open_token_store(corpus, sample_wordpiece(), "train", cache)) == expected


def test_two_processes_may_write_the_same_store(corpus: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As those of `accelerate launch` do: the second finds the store in place, and takes it."""

    def overtaken(folder: Path, split: Split) -> Iterator[Document]:
        with monkeypatch.context() as patched:
            patched.setattr(token_store, "documents", documents)
            patched.setattr(os, "getpid", lambda: -1)
            open_token_store(folder, sample_wordpiece(), split, cache)
        yield from documents(folder, split)

    monkeypatch.setattr(token_store, "documents", overtaken)
    store = open_token_store(corpus, sample_wordpiece(), "test", cache)
    assert listed(store) == list(read_directly(corpus, "test", sample_wordpiece()))
    assert len(list(cache.iterdir())) == 1


def test_fingerprint_stays_where_nothing_changed(corpus: Path) -> None:
    before = fingerprint(corpus, sample_wordpiece())
    os.utime(corpus / "books.txt", (0, 0))
    (corpus / "notes.md").write_text("not a text of the corpus", encoding="utf-8")
    assert fingerprint(corpus, sample_wordpiece()) == before
    assert fingerprint(corpus.rename(corpus.with_name("moved")), sample_wordpiece()) == before


@pytest.mark.parametrize("text", [f"{BOOKS}\n\nOne more.", BOOKS.replace("the", "she", 1), ""])
def test_fingerprint_changes_with_the_text(corpus: Path, text: str) -> None:
    """Also when the new text is exactly as long as the old one."""
    before = fingerprint(corpus, sample_wordpiece())
    (corpus / "books.txt").write_text(text, encoding="utf-8")
    assert fingerprint(corpus, sample_wordpiece()) != before


def test_fingerprint_changes_with_files_and_vocabulary(corpus: Path) -> None:
    before = fingerprint(corpus, sample_wordpiece())
    assert fingerprint(corpus, sample_wordpiece(200)) != before
    (corpus / "books.txt").rename(corpus / "novels.txt")
    assert fingerprint(corpus, sample_wordpiece()) != before


def test_an_empty_split_is_an_error_every_time(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "one.txt").write_text("Document 0 begins.\nIt ends with 0.", encoding="utf-8")  # goes to train
    for _ in range(2):
        with pytest.raises(InputError, match="validation"):
            open_token_store(tmp_path, sample_wordpiece(), "validation", cache)


def test_a_store_in_memory_reads_the_same_way() -> None:
    made = [[[5, 6, 7], [8]], [[9, 9]]]
    store = make_store(made)
    assert [store.document(index) for index in range(len(store))] == made


@pytest.mark.parametrize(
    ("paragraph", "sentences"),
    [
        ("One, two. Three? Four!", ["One, two.", "Three?", "Four!"]),
        ("No full stop", ["No full stop"]),
        ("  Spaces around.   And between. ", ["Spaces around.", "And between."]),
        (
            "Dr. Smith came at 3.30 p.m. to see Mrs. Jones.",
            ["Dr. Smith came at 3.30 p.m. to see Mrs. Jones."],
        ),
        ("", []),
    ],
)
def test_sentences(paragraph: str, sentences: list[str]) -> None:
    assert split_sentences(paragraph) == sentences


def test_no_sign_is_lost_between_sentences() -> None:
    for paragraph in sample_paragraphs():
        assert "".join("".join(split_sentences(paragraph)).split()) == "".join(paragraph.split())


def test_a_tokenizer_that_was_asked_to_pad_and_cut_makes_the_same_store(corpus: Path, cache: Path) -> None:
    plain = listed(open_token_store(corpus, sample_wordpiece(), "train", cache))
    used = Tokenizer.from_str(sample_wordpiece().to_str())
    used.enable_padding(length=64)
    used.enable_truncation(max_length=4)
    store = open_token_store(corpus, used, "train", cache)
    assert listed(store) == plain
    assert len(list(cache.iterdir())) == 1
    assert used.padding is not None and used.truncation is not None
