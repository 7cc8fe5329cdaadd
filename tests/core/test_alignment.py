"""Every character belongs to the same word in every tokenizer's view, and a reader can see which piece is which."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast, RobertaTokenizer

from variants import VARIANTS, find_variant
from variants.core.byte_level import bytes_of
from variants.core.shown_pieces import Piece
from variants.core.side_by_side import can_be_compared, cut
from variants.core.tokenization import tokens_of
from variants.core.words import Span, places_of, spans_of, words_of

SLUGS = [variant.slug for variant in VARIANTS if can_be_compared(variant)]
ONE_OF_EACH = ("bert", "roberta", "albert", "xlnet")  # four vocabularies; the others have BERT's kind
PARTS = ["a", "bc", "XYZ", " ", " ", "\n", "é", "e\u0301", "ñü", "'", "''", "’", "don't", "we’ll", ".", ",", "–", "½",
         "ﬁ", "7", "😀", "👩‍🚀", "👍🏽", "❤️", "漢字", "かな", "नम", "한국", "здесь"]  # fmt: skip
texts = st.lists(st.sampled_from(PARTS), max_size=16).map("".join)


def tokenizer_of(slug: str) -> PreTrainedTokenizerFast:
    return find_variant(slug).part("model").load().tokenizer


def is_visible(sign: str) -> bool:
    """Say whether a sign stands alone: vocabularies may drop accents and joiners, which are drawn with another."""
    return not sign.isspace() and unicodedata.category(sign) not in ("Mn", "Mc", "Me", "Cf")


def check_spans(tokenizer: PreTrainedTokenizerFast, text: str, spans: Sequence[Span]) -> None:
    """Hold spans to what the pieces themselves say."""
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False)
    tokens = tokens_of(tokenizer, ids)
    assert len(spans) == len(tokens)
    for (start, end), (following, last) in pairwise(spans):
        assert start <= following and end <= last, "out of order"
        assert following >= end - 1, "two pieces have more than one character in common"
    covered = [sum(start <= place < end for start, end in spans) for place in range(len(text))]
    assert all(covered[place] for place, sign in enumerate(text) if is_visible(sign)), "a character is lost"
    assert not any(covered[place] > 1 and sign.isascii() for place, sign in enumerate(text)), "it is cut, and cannot be"
    for token, token_id, (start, end) in zip(tokens, ids, spans, strict=True):
        slice, shared = text[start:end], any(count > 1 for count in covered[start:end])
        if isinstance(tokenizer, RobertaTokenizer):
            assert bytes_of(token).strip() in slice.encode(), f"{token} is not in {slice!r}"
            assert shared or bytes_of(token).strip() == slice.encode().strip()
        elif token_id != tokenizer.unk_token_id and start < end and not shared:
            normal = tokenizer.backend_tokenizer.normalizer.normalize_str(slice)
            assert token.removeprefix("##").strip("▁") == normal.strip("▁ "), f"{token} is not {slice!r}"


def spelled(piece: Piece) -> bytes:
    if piece.kind == "bytes":
        return bytes.fromhex(piece.text)
    return b"" if piece.kind == "space" else piece.text.encode()


@pytest.mark.parametrize("slug", SLUGS)
def test_pieces_are_in_order_apart_and_cover_every_character(slug: str) -> None:
    tokenizer = tokenizer_of(slug)

    @settings(max_examples=500)
    @given(texts)
    def check(text: str) -> None:
        check_spans(tokenizer, text, spans_of(tokenizer, text))

    check()


@settings(max_examples=500)
@given(texts)
def test_every_character_belongs_to_the_same_word_for_every_tokenizer(text: str) -> None:
    plain, words = words_of(text)
    owner = {place: number for number, word in enumerate(words) for place in range(word.start, word.end)}
    assert set(owner) == {place for place, sign in enumerate(plain) if not sign.isspace()}
    for slug in SLUGS:
        spans = spans_of(tokenizer_of(slug), plain)
        places = places_of(spans, words, first=0)
        for place, sign in enumerate(plain):
            holders = {piece for piece, (start, end) in enumerate(spans) if start <= place < end}
            assert holders or not is_visible(sign)
            if place in owner:
                assert holders <= set(places[owner[place]]), f"{slug}: {sign!r} is in a piece of another word"
        for number, word in enumerate(words):
            assert all(spans[p][0] < word.end and spans[p][1] >= word.start for p in places[number])


@settings(max_examples=500)
@given(texts)
def test_what_is_drawn_below_a_word_spells_it(text: str) -> None:
    if not text.strip():
        return
    for slug in ONE_OF_EACH:
        read = cut(find_variant(slug).part("model").load(), text)
        for word, pieces in zip(read.words, read.pieces, strict=True):
            if pieces and word.text == unicodedata.normalize("NFKC", word.text):  # ½ and ﬁ become other signs
                assert b"".join(map(spelled, pieces)) == word.text.encode(), slug


BREAKS: dict[str, Callable[[Span], Span]] = {
    "shifted": lambda span: (span[0] + 1, span[1] + 1),
    "too long": lambda span: (span[0], span[1] + 2),
    "too short": lambda span: (span[0], max(span[0], span[1] - 1)),
}


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_alignment_is_noticed(slug: str, broken: str) -> None:
    text, tokenizer = "The doctor told her patient crème", tokenizer_of(slug)
    spans = spans_of(tokenizer, text)
    check_spans(tokenizer, text, spans)
    with pytest.raises(AssertionError):
        check_spans(tokenizer, text, [spans[0], BREAKS[broken](spans[1]), *spans[2:]])
    with pytest.raises(AssertionError):
        check_spans(tokenizer, text, [spans[0], spans[2], spans[1], *spans[3:]])


def drawn(slug: str, text: str) -> list[list[tuple[str, str]]]:
    read = cut(find_variant(slug).part("model").load(), text)
    return [[(piece.text, piece.kind) for piece in pieces] for pieces in read.pieces]


def test_accents_emoji_and_cjk_are_shown_as_they_were_typed() -> None:
    text = "crème 😀 漢"
    assert drawn("roberta", text) == [
        [("cr", "text"), ("è", "text"), ("me", "text")],
        [("␣", "space"), ("F0", "bytes"), ("9F", "bytes"), ("98", "bytes"), ("80", "bytes")],
        [("␣", "space"), ("E6", "bytes"), ("BC", "bytes"), ("A2", "bytes")],
    ]
    assert drawn("xlnet", text)[1] == [("␣", "space"), ("😀", "unknown")]
    assert drawn("albert", text)[0] == [("crè", "text"), ("me", "text")]
    assert drawn("bert", text)[1:] == [[("😀", "unknown")], [("漢", "unknown")]]


def test_one_character_that_becomes_several_is_shown_as_the_vocabulary_writes_it() -> None:
    assert [text for text, _ in drawn("xlnet", "½")[0]] == ["1", "½", "2"]
    assert drawn("albert", "ﬁsh") == [[("ﬁsh", "text")]]


def test_a_typed_mask_is_one_piece() -> None:
    for slug in SLUGS:
        assert drawn(slug, "It is <mask>.")[2] == [("[MASK]", "text")]
