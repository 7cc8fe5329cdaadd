"""A tokenized corpus on disk: three flat arrays, memory-mapped.

Tokens stand in one long array; sentences and documents are offsets into it. Reading a document is a
slice, so memory stays bounded whatever the corpus holds. The folder's name carries a fingerprint of
the text and the vocabulary: a store is never used for anything else than what it was made from.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sentencex import segment  # pyright: ignore[reportAttributeAccessIssue] - a compiled module
from tokenizers import Tokenizer

from variants.core.corpus import Document, Split, corpus_files, documents
from variants.core.errors import InputError
from variants.core.tokenization import unpadded

CHUNK = 512  # documents tokenized together

Sentence = list[int]


@dataclass(frozen=True)
class TokenStore:
    """The documents of one split as token ids."""

    tokens: npt.NDArray[np.uint16]  # (tokens,)
    sentence_starts: npt.NDArray[np.int64]  # (sentences + 1,) into tokens
    document_starts: npt.NDArray[np.int64]  # (documents + 1,) into sentence_starts
    document_sources: npt.NDArray[np.int16]  # (documents,) into sources
    sources: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.document_sources)

    def document_lengths(self) -> npt.NDArray[np.int64]:
        """Return the number of tokens of each document."""
        return np.diff(self.sentence_starts[self.document_starts])

    def document(self, index: int) -> list[Sentence]:
        """Return the sentences of one document, each a list of ids without special tokens."""
        first, last = self.document_starts[index], self.document_starts[index + 1]
        starts = self.sentence_starts[first : last + 1].tolist()
        return [self.tokens[a:b].tolist() for a, b in pairwise(starts)]


def split_sentences(paragraph: str) -> list[str]:
    """Split a paragraph into sentences."""
    return [sentence for part in segment("en", paragraph) if (sentence := part.strip())]


def corpus_fingerprint(folder: Path) -> str:
    """Return a short digest of the corpus files: their names and contents."""
    return _digest([(path.name, _content(path)) for path in corpus_files(folder)])


def _content(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()


def fingerprint(folder: Path, tokenizer: Tokenizer) -> str:
    """Return a short digest of the corpus files and the vocabulary."""
    return _digest([corpus_fingerprint(folder), tokenizer.to_str()])


def _digest(described: object) -> str:
    return hashlib.blake2b(json.dumps(described).encode(), digest_size=8).hexdigest()


def open_token_store(folder: Path, tokenizer: Tokenizer, split: Split, cache: Path) -> TokenStore:
    """Return the tokenized ``split`` of a corpus folder, made on first use and kept under ``cache``."""
    tokenizer = unpadded(tokenizer)
    store = cache / f"{split}-{fingerprint(folder, tokenizer)}"
    if not store.is_dir():
        partial = store.with_name(f"{store.name}.partial-{os.getpid()}")
        partial.mkdir(parents=True, exist_ok=True)
        try:
            _write(documents(folder, split), tokenizer, partial)
            partial.rename(store)  # whole or not at all
        except OSError:
            if not store.is_dir():  # or another process was faster, and wrote the same
                raise
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    opened = TokenStore(
        tokens=np.load(store / "tokens.npy", mmap_mode="r"),
        sentence_starts=np.load(store / "sentences.npy", mmap_mode="r"),
        document_starts=np.load(store / "documents.npy", mmap_mode="r"),
        document_sources=np.load(store / "origins.npy", mmap_mode="r"),
        sources=tuple(json.loads((store / "sources.json").read_text(encoding="utf-8"))),
    )
    if not len(opened):
        raise InputError(f"The {split} part of the corpus in {folder} is empty; add more documents.")
    return opened


def _write(texts: Iterable[Document], tokenizer: Tokenizer, folder: Path) -> None:
    sentence_lengths: list[int] = []
    document_lengths: list[int] = []
    origins: list[int] = []
    sources: dict[str, int] = {}
    total = 0
    with (folder / "tokens.raw").open("wb") as raw:
        for source, sentences in _tokenized(texts, tokenizer):
            origins.append(sources.setdefault(source, len(sources)))
            document_lengths.append(len(sentences))
            for sentence in sentences:
                sentence_lengths.append(len(sentence))
                raw.write(np.asarray(sentence, dtype=np.uint16).tobytes())
            total += sum(map(len, sentences))
    tokens = np.memmap(folder / "tokens.raw", dtype=np.uint16, mode="r") if total else np.zeros(0, np.uint16)
    np.save(folder / "tokens.npy", tokens)
    (folder / "tokens.raw").unlink()
    np.save(folder / "sentences.npy", np.cumsum([0, *sentence_lengths], dtype=np.int64))
    np.save(folder / "documents.npy", np.cumsum([0, *document_lengths], dtype=np.int64))
    np.save(folder / "origins.npy", np.asarray(origins, dtype=np.int16))
    (folder / "sources.json").write_text(json.dumps(list(sources)), encoding="utf-8")


def _tokenized(texts: Iterable[Document], tokenizer: Tokenizer) -> Iterator[tuple[str, list[Sentence]]]:
    """Yield each document's source and its sentences as ids; documents without a token are dropped."""
    stream = iter(texts)
    while chunk := list(islice(stream, CHUNK)):
        split = [[s for paragraph in text.paragraphs for s in split_sentences(paragraph)] for text in chunk]
        encoded = iter(tokenizer.encode_batch_fast([s for each in split for s in each], add_special_tokens=False))
        for text, sentences in zip(chunk, split, strict=True):
            ids = [next(encoded).ids for _ in sentences]
            if kept := [sentence for sentence in ids if sentence]:
                yield text.source, kept
