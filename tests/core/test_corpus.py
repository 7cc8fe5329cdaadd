"""Files are read document by document, and a document's split hangs on its text alone."""

from __future__ import annotations

import lzma
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variants.core.corpus import (
    SPLITS,
    Document,
    corpus_files,
    documents,
    read_documents,
    read_weights,
    source_name,
    split_of,
)
from variants.core.errors import InputError

MESSY = "\n\n  One line.  \nAnother.\n \t \n\n\nSecond document.\r\nIts end.\r\n\r\nThird"
MESSY_DOCUMENTS = [("One line.", "Another."), ("Second document.", "Its end."), ("Third",)]

HELD_OUT = {"validation": {28, 76, 168, 175}, "test": {97, 149, 156, 209, 253, 300, 338}}  # of 400 generated

PARAGRAPHS = st.text("aB.é漢\U0001f600\u2028\x85\ufeff \t", min_size=1).map(str.strip).filter(bool)
DOCUMENTS = st.lists(st.lists(PARAGRAPHS, min_size=1, max_size=3), max_size=4)


def generated(number: int) -> Document:
    return Document("made", (f"Document {number} begins.", f"It ends with {number * number}."))


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text.encode()
    path.write_bytes(lzma.compress(data) if path.suffix == ".xz" else data)
    return path


def as_text(found: list[Document]) -> str:
    return "\n\n".join("\n".join(document.paragraphs) for document in found)


@pytest.mark.parametrize("name", ["books.txt", "books.txt.xz"])
def test_blank_lines_separate_documents(tmp_path: Path, name: str) -> None:
    found = list(read_documents(write(tmp_path / name, MESSY)))
    assert found == [Document("books", paragraphs) for paragraphs in MESSY_DOCUMENTS]


@settings(max_examples=40)
@given(written=DOCUMENTS, blank=st.sampled_from(["\n\n", "\n\n\n", "\n \t\n"]), compressed=st.booleans())
def test_what_was_written_is_read(written: list[list[str]], blank: str, compressed: bool) -> None:
    text = blank.join("\n".join(paragraphs) for paragraphs in written)
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / ("a.txt.xz" if compressed else "a.txt"), text)
        assert [list(document.paragraphs) for document in read_documents(path)] == written


def test_documents_are_read_one_at_a_time(tmp_path: Path) -> None:
    """The first is there before the damage further on is met."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"fine\n\n" + b"x" * 100_000 + b"\n\n\xff\n")
    stream = read_documents(path)
    assert next(stream).paragraphs == ("fine",)
    with pytest.raises(InputError):
        list(stream)


@pytest.mark.parametrize(
    ("name", "source"),
    [("books.txt", "books"), ("books.txt.xz", "books"), ("a.b.txt", "a.b"), ("a b.txt.xz", "a b")],
)
def test_source_is_the_name_without_suffix(name: str, source: str) -> None:
    assert source_name(Path("somewhere") / name) == source


def test_only_text_files_count_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt.xz", "notes.md", "a.txt.gz", "c.xz"):
        write(tmp_path / name, "text")
    assert [path.name for path in corpus_files(tmp_path)] == ["a.txt.xz", "b.txt"]


def test_rates_are_near_98_1_1() -> None:
    """Four standard deviations of a binomial with p = 0.01 over 40,000 draws are 80."""
    counts = Counter(split_of(generated(number)) for number in range(40_000))
    assert counts["validation"] == pytest.approx(400, abs=80)
    assert counts["test"] == pytest.approx(400, abs=80)
    assert counts.total() == 40_000 and set(counts) == set(SPLITS)


def test_the_split_never_changes() -> None:
    """Golden: a new rule would let a trained model's test documents slip into training."""
    for split, numbers in HELD_OUT.items():
        assert {number for number in range(400) if split_of(generated(number)) == split} == numbers


def test_split_hangs_on_the_text_alone() -> None:
    for number in range(300):
        document = generated(number)
        assert split_of(Document("elsewhere", document.paragraphs)) == split_of(document)


def test_splits_are_disjoint_cover_all_and_ignore_how_files_are_cut(tmp_path: Path) -> None:
    made = [generated(number) for number in range(600)]
    write(tmp_path / "one" / "all.txt", as_text(made))
    write(tmp_path / "two" / "z.txt.xz", as_text(made[:200]))
    write(tmp_path / "two" / "a.txt", as_text(made[:199:-1]))
    one, two = (
        {split: {document.paragraphs for document in documents(tmp_path / name, split)} for split in SPLITS}
        for name in ("one", "two")
    )
    assert one == two
    assert sum(map(len, one.values())) == len(made)
    assert set().union(*one.values()) == {document.paragraphs for document in made}


def test_order_is_fixed(tmp_path: Path) -> None:
    """By file name, then as written."""
    made = [generated(number) for number in range(30)]
    write(tmp_path / "b.txt", as_text(made[:10]))
    write(tmp_path / "a.txt", as_text(made[10:]))
    found = [document.paragraphs for document in documents(tmp_path, "train")]
    ordered = [document for document in made[10:] + made[:10] if split_of(document) == "train"]
    assert found == [document.paragraphs for document in ordered]


def missing_folder(folder: Path) -> None:
    corpus_files(folder / "nowhere")


def a_file_as_folder(folder: Path) -> None:
    corpus_files(write(folder / "a.txt", "text"))


def no_files(folder: Path) -> None:
    write(folder / "notes.md", "text")
    corpus_files(folder)


def not_utf8(folder: Path) -> None:
    (folder / "a.txt").write_bytes("café".encode("latin-1"))
    list(documents(folder, "train"))


def compressed_not_utf8(folder: Path) -> None:
    (folder / "a.txt.xz").write_bytes(lzma.compress(b"caf\xe9"))
    list(documents(folder, "train"))


def truncated_xz(folder: Path) -> None:
    whole = lzma.compress(as_text([generated(number) for number in range(500)]).encode())
    (folder / "a.txt.xz").write_bytes(whole[: len(whole) // 2])
    list(documents(folder, "train"))


def not_xz(folder: Path) -> None:
    (folder / "a.txt.xz").write_text("plain text", encoding="utf-8")
    list(documents(folder, "train"))


def a_folder_called_txt(folder: Path) -> None:
    (folder / "a.txt").mkdir()
    list(documents(folder, "train"))


@pytest.mark.parametrize(
    "breaks",
    [
        missing_folder,
        a_file_as_folder,
        no_files,
        not_utf8,
        compressed_not_utf8,
        truncated_xz,
        not_xz,
        a_folder_called_txt,
    ],
)
def test_a_bad_corpus_is_one_clear_line(tmp_path: Path, breaks: Callable[[Path], object]) -> None:
    with pytest.raises(InputError) as caught:
        breaks(tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_weights_are_read_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    path.write_text('{"books": 2.5, "news": 1, "spam": 0}', encoding="utf-8")
    assert read_weights(path) == {"books": 2.5, "news": 1.0, "spam": 0.0}
    assert read_weights(None) == {}


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[1, 2]", "3", "null", '"books"', '{"books": "often"}', '{"books": null}', '{"books": [1]}',
        '{"books": -1}', '{"books": NaN}', '{"books": Infinity}',
    ],
)  # fmt: skip
def test_a_bad_weights_file_is_one_clear_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "weights.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_weights(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [None, b"\xff\xfe{}"])
def test_an_unreadable_weights_file_is_said(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "weights.json"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(InputError, match="weights"):
        read_weights(path)
