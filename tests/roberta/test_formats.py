"""Each format keeps the paper's rules, whatever the text, the window and the seed."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.tiny import HOSTILE
from variants.core.samples import sample_documents
from variants.core.token_store import split_sentences
from variants.roberta import VARIANT
from variants.roberta.demo import Roberta
from variants.roberta.formats import FORMATS, SAMPLES, Format, Packed, Text, pack, text_with_samples

WINDOWS = [32, 47, 128, 512]
every_window = pytest.mark.parametrize("window", WINDOWS)


@pytest.fixture(scope="module")
def text(roberta: Roberta) -> Text:
    return text_with_samples(roberta, VARIANT.example)


def packed(roberta: Roberta, text: Text, kind: Format, window: int, seed: int = 0) -> Packed:
    return pack(roberta, text, kind, window=window, seed=seed)


def content(found: Packed) -> list[int]:
    """Tokens of each document over all sequences."""
    boxes = [box for boxes in found.sequences for box in boxes if box.document is not None]
    return [sum(box.length for box in boxes if box.document == number) for number in range(4)]


def test_places_count_through_the_text(roberta: Roberta, text: Text) -> None:
    flat = [place for document in text.documents for sentence in document for place in sentence]
    assert flat == list(range(len(text.ids)))
    for number, document in enumerate(text.documents):
        assert all(text.document_of(place) == number for sentence in document for place in sentence)
    paragraphs = [p for number in SAMPLES for p in sample_documents()[number].paragraphs]
    sentences = [s for p in [VARIANT.example, *paragraphs] for s in split_sentences(p)]
    ids = [token for s in sentences for token in roberta.tokenizer.encode(s, add_special_tokens=False)]
    assert list(text.ids) == ids


@every_window
@pytest.mark.parametrize("kind", FORMATS)
def test_boxes_fill_a_sequence_without_gaps(roberta: Roberta, text: Text, kind: Format, window: int) -> None:
    found = packed(roberta, text, kind, window)
    assert found == packed(roberta, text, kind, window)
    for boxes, length in zip(found.sequences, found.lengths, strict=True):
        assert boxes[0].text == "<s>" and boxes[-1].text == "</s>"
        assert all(a.start + a.length == b.start for a, b in pairwise(boxes))
        assert boxes[0].start == 0 and length == sum(box.length for box in boxes) <= window
        assert all(box.length == 1 for box in boxes if box.document is None)
    filled = sum(box.length for boxes in found.sequences for box in boxes)
    assert found.padding == pytest.approx(1 - filled / (window * len(found.sequences)))


@every_window
@pytest.mark.parametrize("kind", ["full-sentences", "doc-sentences"])
def test_whole_text_formats_use_every_token_once(roberta: Roberta, text: Text, kind: Format, window: int) -> None:
    found = packed(roberta, text, kind, window)
    assert content(found) == [sum(map(len, document)) for document in text.documents]
    order = [box.document for boxes in found.sequences for box in boxes if box.document is not None]
    assert order == sorted(order)


@every_window
def test_doc_sentences_never_cross_a_document(roberta: Roberta, text: Text, window: int) -> None:
    found = packed(roberta, text, "doc-sentences", window)
    assert found.across_documents == 0
    assert all(len(boxes) == 3 for boxes in found.sequences)


@every_window
def test_full_sentences_put_a_separator_where_a_document_ends(roberta: Roberta, text: Text, window: int) -> None:
    found = packed(roberta, text, "full-sentences", window)
    documents, crossing = len(text.documents), 0
    for boxes in found.sequences:
        inner = [box.document for box in boxes[1:-1]]
        assert inner[::2] == list(range(inner[0] or 0, (inner[-1] or 0) + 1)) and set(inner[1::2]) <= {None}
        crossing += len(inner[::2]) - 1
    assert crossing <= documents - 1
    assert len(found.sequences) <= len(packed(roberta, text, "doc-sentences", window).sequences)


def test_a_large_window_holds_the_end_of_one_document_and_the_start_of_the_next(roberta: Roberta, text: Text) -> None:
    first = packed(roberta, text, "full-sentences", 512).sequences[0]
    assert [box.document for box in first][:7] == [None, 0, None, 1, None, 2, None]


@every_window
@pytest.mark.parametrize("kind", ["segment-pair", "sentence-pair"])
def test_pairs_have_two_segments(roberta: Roberta, text: Text, kind: Format, window: int) -> None:
    for seed in range(5):
        for boxes in packed(roberta, text, kind, window, seed).sequences:
            assert [box.text for box in boxes].count("</s>") == 2
            assert boxes[-1].text == "</s>"


def test_half_of_the_sentence_pairs_are_random(roberta: Roberta, text: Text) -> None:
    found = [packed(roberta, text, "sentence-pair", 512, seed) for seed in range(40)]
    mixed = sum(len({box.document for box in boxes} - {None}) == 2 for each in found for boxes in each.sequences)
    total = sum(len(each.sequences) for each in found)
    # The last sentence of a document has no next one: a little more than half.
    assert 0.5 - 4 * (0.25 / total) ** 0.5 < mixed / total < 0.65


def test_single_sentences_leave_most_of_a_window_empty(roberta: Roberta, text: Text) -> None:
    padding = {kind: packed(roberta, text, kind, 512).padding for kind in FORMATS}
    assert padding["sentence-pair"] > 0.7 and padding["full-sentences"] < 0.3
    assert max(padding, key=padding.__getitem__) == "sentence-pair"
    assert min(padding, key=padding.__getitem__) in ("full-sentences", "segment-pair")


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_typed_is_packed(roberta: Roberta, typed: str, kind: Format) -> None:
    found = packed(roberta, text_with_samples(roberta, typed), kind, 64)
    assert found.sequences and max(found.lengths) <= 64
