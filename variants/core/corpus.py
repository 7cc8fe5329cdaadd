"""Training text: a folder of files, read one document at a time.

A corpus is a folder of ``.txt`` or ``.txt.xz`` files with one paragraph a line and a blank line
between documents. Whole documents go to train, validation or test by a hash of their text, so the
split depends on nothing else: not on the order of files, nor on what else is in the folder.

Left out: cleaning and deduplication. The text is taken as it is.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from variants.core.errors import InputError

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
SUFFIXES = (".txt", ".txt.xz")
HELD_OUT_PER_MILLE = 10  # documents in a thousand that go to validation, and as many to test


@dataclass(frozen=True)
class Document:
    """One document: where it comes from and its paragraphs."""

    source: str  # file name without suffix
    paragraphs: tuple[str, ...]


def source_name(path: Path) -> str:
    """Return the name a file's documents carry: ``books.txt.xz`` -> ``books``."""
    return path.name.removesuffix(".xz").removesuffix(".txt")


def corpus_files(folder: Path) -> list[Path]:
    """Return the text files of ``folder``, sorted by name; raise InputError when there is none."""
    if not folder.is_dir():
        raise InputError(f"The corpus folder {folder} does not exist; give a folder of .txt or .txt.xz files.")
    files = sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIXES) and path.is_file())
    if not files:
        raise InputError(f"The corpus folder {folder} holds no .txt or .txt.xz file.")
    return files


def read_documents(path: Path) -> Iterator[Document]:
    """Yield the documents of one file; memory holds one document at a time."""
    opener = lzma.open if path.name.endswith(".xz") else open
    paragraphs: list[str] = []
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                if paragraph := line.strip():
                    paragraphs.append(paragraph)
                elif paragraphs:
                    yield Document(source_name(path), tuple(paragraphs))
                    paragraphs = []
    except (UnicodeDecodeError, lzma.LZMAError, EOFError) as error:
        raise InputError(f"The corpus file {path} cannot be read as UTF-8 text ({error}).") from error
    if paragraphs:
        yield Document(source_name(path), tuple(paragraphs))


def split_of(document: Document) -> Split:
    """Return the split a document belongs to, from a hash of its text alone."""
    digest = hashlib.blake2b("\n".join(document.paragraphs).encode(), digest_size=8).digest()
    draw = int.from_bytes(digest) % 1000
    if draw < HELD_OUT_PER_MILLE:
        return "validation"
    return "test" if draw < 2 * HELD_OUT_PER_MILLE else "train"


def documents(folder: Path, split: Split) -> Iterator[Document]:
    """Yield every document of ``split`` in a fixed order."""
    for path in corpus_files(folder):
        for document in read_documents(path):
            if split_of(document) == split:
                yield document


def read_weights(path: Path | None) -> Mapping[str, float]:
    """Read sampling weights, a JSON object ``{source: times each document is seen per epoch}``."""
    if path is None:
        return {}
    try:
        weights = json.loads(path.read_text(encoding="utf-8"))
        numbers = {str(source): float(weight) for source, weight in weights.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise InputError(f"The weights file {path} must be a JSON object of numbers ({error}).") from error
    if not all(0 <= number < math.inf for number in numbers.values()):
        raise InputError(f"The weights file {path} must hold numbers from 0 up.")
    return numbers
