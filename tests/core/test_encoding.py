"""Whatever is typed becomes an input that fits, or one clear sentence; what is cut is said."""

from __future__ import annotations

import re
from functools import cache, partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import BertTokenizer

from tests.tiny import HOSTILE, refusal_of, sample_wordpiece
from variants.core.encoding import MAX_CHARACTERS, Encoded, encode, mask_positions
from variants.core.errors import InputError
from variants.core.tokenization import as_transformers, vocabulary_of

WORDS = st.integers(1, 150)
WINDOWS = st.integers(8, 128)


@cache
def tokenizer() -> BertTokenizer:
    return as_transformers(sample_wordpiece())


def the(count: int, word: str = "the") -> str:
    """A text of ``count`` tokens."""
    return " ".join([word] * count)


def left_out(encoded: Encoded) -> int:
    """How many tokens the notices say were cut."""
    said = [re.search(r"the last ([\d,]+) were left out", notice) for notice in encoded.notices]
    return sum(int(match[1].replace(",", "")) for match in said if match)


def check_shape(encoded: Encoded, max_length: int) -> None:
    """What holds of every input."""
    size = len(encoded)
    assert 3 <= size <= max_length
    assert len(encoded.tokens) == len(encoded.token_type_ids) == len(encoded.special) == size
    assert encoded.tokens[0] == "[CLS]" and encoded.tokens[-1] == "[SEP]"
    assert encoded.special[0] and encoded.special[-1]
    assert list(encoded.token_type_ids) == sorted(encoded.token_type_ids)
    assert list(encoded.tokens) == tokenizer().convert_ids_to_tokens(list(encoded.input_ids))


@settings(max_examples=60)
@given(text=st.text("aT he.,é漢\U0001f600[MASK]\n", min_size=1), max_length=WINDOWS)
def test_a_text_is_cut_as_transformers_cuts_it(text: str, max_length: int) -> None:
    expected = tokenizer()(text, truncation=True, max_length=max_length)["input_ids"]
    if len(expected) == 2:
        with pytest.raises(InputError):
            encode(tokenizer(), text, max_length=max_length)
        return
    encoded = encode(tokenizer(), text, max_length=max_length)
    check_shape(encoded, max_length)
    assert list(encoded.input_ids) == expected
    assert left_out(encoded) == len(tokenizer()(text)["input_ids"]) - len(expected)
    assert set(encoded.token_type_ids) == {0}


def test_a_pair_that_fits_is_what_transformers_makes() -> None:
    expected = tokenizer()("The rabbit ran.", "Alice followed it, [MASK] and all.")
    encoded = encode(tokenizer(), "The rabbit ran.", "Alice followed it, [MASK] and all.")
    assert list(encoded.input_ids) == expected["input_ids"]
    assert list(encoded.token_type_ids) == expected["token_type_ids"]
    assert encoded.notices == ()


@given(first=WORDS, second=WORDS, max_length=WINDOWS)
def test_a_pair_always_fits_and_keeps_something_of_both(first: int, second: int, max_length: int) -> None:
    encoded = encode(tokenizer(), the(first), the(second, "a"), max_length=max_length)
    check_shape(encoded, max_length)
    kept_first, kept_second = encoded.tokens.count("the"), encoded.tokens.count("a")
    room = max_length - 3
    assert kept_first >= 1 and kept_second >= 1
    assert kept_first + kept_second == min(room, first + second)
    assert left_out(encoded) == first + second - kept_first - kept_second
    assert encoded.tokens == ("[CLS]", *["the"] * kept_first, "[SEP]", *["a"] * kept_second, "[SEP]")
    assert encoded.token_type_ids == (0,) * (kept_first + 2) + (1,) * (kept_second + 1)
    if first <= room // 2:  # a side that takes no more than its half is never cut
        assert kept_first == first
    if second <= room // 2:
        assert kept_second == second


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_read_or_refused_in_one_sentence(text: str) -> None:
    def check(first: str, second: str | None) -> None:
        check_shape(encode(tokenizer(), first, second, max_length=64), 64)

    for first, second in ((text, None), (text, "The cat."), ("The cat.", text), (text, text)):
        assert "\n" not in refusal_of(partial(check, first, second))


@pytest.mark.parametrize("text", ["", "   \n\t ", "\0", "\u200b\ufeff"])
def test_nothing_to_read_names_the_empty_box(text: str) -> None:
    with pytest.raises(InputError, match="in the text"):
        encode(tokenizer(), text)
    with pytest.raises(InputError, match="in the second sentence"):
        encode(tokenizer(), "The cat.", text)


def test_plain_text_needs_no_notice() -> None:
    assert encode(tokenizer(), "The cat sat.").notices == ()


def test_a_cut_is_said() -> None:
    encoded = encode(tokenizer(), the(40), max_length=16)
    assert encoded.notices == ("The model reads 16 tokens at most: the last 26 were left out.",)


def test_an_unknown_sign_is_said() -> None:
    encoded = encode(tokenizer(), "The 漢 sat.")
    assert "[UNK]" in encoded.tokens
    assert len(encoded.notices) == 1 and "[UNK]" in encoded.notices[0]


def test_a_very_long_text_is_cut_before_it_is_tokenized() -> None:
    encoded = encode(tokenizer(), the(MAX_CHARACTERS))
    characters, tokens = encoded.notices
    assert f"{MAX_CHARACTERS:,}" in characters and f"{4 * MAX_CHARACTERS - 1:,}" in characters
    assert f"the last {MAX_CHARACTERS // 4 - 126:,}" in tokens


def test_notices_of_both_texts_are_said() -> None:
    assert len(encode(tokenizer(), "漢", "漢").notices) == 2


def test_special_tokens_are_marked_but_not_masks() -> None:
    encoded = encode(tokenizer(), "[CLS] the [MASK] 漢 [SEP] [PAD]", "cat")
    marked = dict(zip(encoded.tokens, encoded.special, strict=True))
    assert {token for token, special in marked.items() if special} == {"[CLS]", "[SEP]", "[PAD]"}
    assert not marked["[MASK]"] and not marked["[UNK]"]


def test_position_lets_through_what_may_be_hidden() -> None:
    encoded = encode(tokenizer(), "the the")
    assert [encoded.position(place) for place in (1, 2)] == [1, 2]


@pytest.mark.parametrize(("position", "said"), [(0, r"\[CLS\]"), (3, r"\[SEP\]"), (4, "0 to 3"), (-1, "0 to 3")])
def test_position_refuses_what_may_not(position: int, said: str) -> None:
    with pytest.raises(InputError, match=said):
        encode(tokenizer(), "the the").position(position)


def test_replace_leaves_the_original_alone() -> None:
    encoded = encode(tokenizer(), "the the")
    changed = encoded.replace(1, 4, "[MASK]")
    assert changed.tokens == ("[CLS]", "[MASK]", "the", "[SEP]")
    assert changed.input_ids == (encoded.input_ids[0], 4, *encoded.input_ids[2:])
    assert encoded.tokens == ("[CLS]", "the", "the", "[SEP]")
    assert changed.special == encoded.special


def test_mask_positions() -> None:
    mask = vocabulary_of(tokenizer()).mask
    encoded = encode(tokenizer(), "[MASK] the [MASK]", "the [MASK]")
    assert mask_positions(encoded, mask) == (1, 3, 6)
    assert mask_positions(encode(tokenizer(), "the"), mask) == ()
