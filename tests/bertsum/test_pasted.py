"""A learner's text: nothing of it is lost, and what is odd about it is said in one sentence each."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bertsum.tiny import SENTENCES, TOKENIZER
from variants.bertsum.pasted import MOST_CHARACTERS, MOST_SENTENCES, Reading, read_article
from variants.core.errors import InputError
from variants.core.token_store import split_sentences

TEXT = " ".join(SENTENCES)


def read(text: str, window: int = 128) -> Reading:
    return read_article(TOKENIZER, text, window)


def pieces(reading: Reading) -> list[tuple[str, int | None]]:
    return [(piece.text, piece.number) for paragraph in reading.paragraphs for piece in paragraph]


@given(st.lists(st.sampled_from([*SENTENCES, "Too short.", "Yes!", "", "- a bullet", "no stop here"]), min_size=1))
@settings(deadline=None)
def test_every_sentence_keeps_its_place(lines: list[str]) -> None:
    text = "\n".join(lines)
    expected = [sentence for line in lines for sentence in split_sentences(line)]
    if not expected:
        return
    reading = read(text)
    found = pieces(reading)
    assert [sentence for sentence, _ in found] == expected
    numbers = [number for _, number in found if number is not None]
    assert numbers == list(range(len(reading.sentences)))
    assert tuple(sentence for sentence, number in found if number is not None) == reading.sentences
    assert tuple(sentence for sentence, number in found if number is None) == reading.left_out
    long = [sentence for sentence in expected if len(sentence.split()) >= 6]
    assert list(reading.sentences) == (long if len(long) > 1 else expected)


def test_short_sentences_keep_their_place_and_are_not_read() -> None:
    reading = read(f"Chapter One.\n{TEXT}")
    assert reading.left_out == ("Chapter One.",) and reading.sentences == SENTENCES
    assert pieces(reading)[0] == ("Chapter One.", None) and not reading.notices


def test_tokens_are_those_of_the_library() -> None:
    reading = read(TEXT)
    for sentence, ids in zip(reading.sentences, reading.token_ids, strict=True):
        assert list(ids) == TOKENIZER.encode(sentence, add_special_tokens=False)
    assert len(reading) == sum(len(TOKENIZER.encode(sentence)) for sentence in SENTENCES)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The cat sat.", "There is one sentence"),
        ("The cat sat. A dog ran.", "the short ones are read too"),
        ("- milk\n- bread\n- a new hat", "the short ones are read too"),
        ("rabbit " * 300, "the last"),
        ("\n".join(["rabbit " * 300] * 3), "2 more sentences are cut"),
        (f"{TEXT} 漢漢漢 漢漢 漢 漢 漢 漢.", "are [UNK]"),
        (
            "Der Sturm schloss den Hafen eine Woche lang und die Schiffe warteten draußen auf Wind. " * 3,
            "English prose",
        ),
        (f"<p>{TEXT}</p><b>a</b>", "HTML"),
    ],
)
def test_what_is_odd_is_said(text: str, said: str) -> None:
    assert any(said in notice for notice in read(text).notices)


def test_an_ordinary_article_needs_no_word() -> None:
    assert not read(TEXT).notices


def test_a_long_sentence_is_cut_to_the_window_in_sight() -> None:
    whole = TOKENIZER.encode("rabbit " * 300, add_special_tokens=False, verbose=False)
    reading = read("rabbit " * 300, window=32)
    assert list(reading.token_ids[0]) == whole[:30]
    assert any(f"the last {len(whole) - 30:,} were left out" in notice for notice in reading.notices)


@pytest.mark.parametrize("text", ["", " \n\t ", "\0\0", "[CLS] [SEP] [PAD]"])
def test_nothing_to_read_is_said(text: str) -> None:
    with pytest.raises(InputError, match="nothing to read"):
        read(text)


def test_limits_are_said_with_the_number() -> None:
    with pytest.raises(InputError, match=r"200,000 characters.*200,001"):
        read("a" * (MOST_CHARACTERS + 1))
    with pytest.raises(InputError, match=r"3,000 sentences.*3,001"):
        read("a b c d e f.\n" * (MOST_SENTENCES + 1))
    assert len(read("a b c d e f.\n" * MOST_SENTENCES).sentences) == MOST_SENTENCES


def test_half_a_character_does_no_harm() -> None:
    assert read("A half \ud83d of a sign is in here.").sentences
