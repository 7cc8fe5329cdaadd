"""The sample text is there, and is what its description says."""

from __future__ import annotations

from variants.core.samples import SAMPLE, sample_documents


def test_the_sample_holds_documents_with_paragraphs() -> None:
    documents = sample_documents()
    assert len(documents) >= 2
    assert {document.source for document in documents} == {"sample"}
    assert all(document.paragraphs and all(document.paragraphs) for document in documents)
    assert len(set(documents)) == len(documents)


def test_the_sample_is_read_once() -> None:
    assert sample_documents() is sample_documents()


def test_the_description_lists_every_document() -> None:
    """One row a document, with its paragraphs and its words."""
    described = (SAMPLE.parent / "README.md").read_text(encoding="utf-8").partition("## Articles")[0]
    lines = described.splitlines()
    rows = [line.strip("|").split("|") for line in lines if line.startswith("|")][2:]
    listed = [(int(paragraphs), int(words.replace(",", ""))) for _, paragraphs, words in rows]
    counted = [(len(d.paragraphs), len(" ".join(d.paragraphs).split())) for d in sample_documents()]
    assert listed == counted
