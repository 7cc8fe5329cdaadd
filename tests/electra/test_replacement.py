"""A hand replacement changes what it should, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.electra.conftest import networks_of
from tests.tiny import refusal_of
from variants.core.checkpoint import Checkpoint
from variants.core.words import read_words
from variants.electra.demo import judge
from variants.electra.model import Electra
from variants.electra.replacement import (
    compare,
    default_word,
    pieces_of,
    replace_word,
    suspicion,
    word_number,
)

Tiny = Checkpoint[Electra]
TEXT = "The Rat sat on the river bank and sang."
SPELLINGS = st.sampled_from(["the", "river", "extraordinarily", "rat", "bank", "sand", "it", "well-known", "x"])


@given(word=st.integers(0, 8), new=SPELLINGS)
@settings(max_examples=60)
def test_only_the_word_changes(tiny: Tiny, word: int, new: str) -> None:
    worded = read_words(tiny, TEXT)
    found = replace_word(tiny, worded, word, new)
    old = worded.places[word]
    assert found.before == worded.encoded
    assert found.after.input_ids[: old[0]] == found.before.input_ids[: old[0]]
    assert found.after.input_ids[found.places.stop :] == found.before.input_ids[old[-1] + 1 :]
    ids = tuple(found.after.input_ids[place] for place in found.places)
    assert ids == pieces_of(tiny, new)
    fields = (found.after.tokens, found.after.special, found.after.token_type_ids, found.replaced, found.originals)
    assert {len(field) for field in fields} == {len(found.after)}
    assert [place for place in range(len(found.after)) if place not in found.places and found.replaced[place]] == []


@given(word=st.integers(0, 8), new=SPELLINGS)
@settings(max_examples=60)
def test_every_token_knows_where_it_stood(tiny: Tiny, word: int, new: str) -> None:
    found = replace_word(tiny, read_words(tiny, TEXT), word, new)
    for place, before in enumerate(found.place_before):
        if place not in found.places:
            assert before is not None and found.before.input_ids[before] == found.after.input_ids[place]
    assert " ".join(" ".join(found.originals).split()) == " ".join(found.before.tokens)


def test_the_same_text_is_read_as_if_it_had_been_typed(tiny: Tiny) -> None:
    found = replace_word(tiny, read_words(tiny, TEXT), 5, "house")
    assert found.after == read_words(tiny, "The Rat sat on the house bank and sang.").encoded


def test_a_word_replaced_by_itself_is_original(tiny: Tiny) -> None:
    found = replace_word(tiny, read_words(tiny, TEXT), 1, "rat")
    assert not any(found.replaced) and found.after == found.before


def test_pieces_that_stay_are_original_where_both_have_as_many(tiny: Tiny) -> None:
    worded = read_words(tiny, "He was singing.")
    pieces = [tiny.tokenizer.convert_ids_to_tokens(i) for i in pieces_of(tiny, "singing")]
    assert len(pieces) > 1
    other = next(
        word for word in ("sanging", "singer", "singed", "singly", "sings", "singable")
        if len(pieces_of(tiny, word)) == len(pieces) and pieces_of(tiny, word)[0] == pieces_of(tiny, "singing")[0]
    )  # fmt: skip
    found = replace_word(tiny, worded, 2, other)
    assert found.replaced[found.start] is False and any(found.replaced)


def test_the_verdicts_are_the_discriminators(tiny: Tiny) -> None:
    found = replace_word(tiny, read_words(tiny, TEXT), 5, "extraordinarily")
    both = compare(tiny, found)
    assert both.before.replaced_probability == judge(tiny, found.before.input_ids).replaced_probability
    assert both.after.replaced_probability == judge(tiny, found.after.input_ids).replaced_probability
    assert suspicion(found, both.after) == max(both.after.replaced_probability[place] for place in found.places)
    assert networks_of(tiny)[1].training is False


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("", "Type the word"),
        ("   ", "Type the word"),
        ("ate up", "2 words"),
        ("a b c", "3 words"),
        ("[SEP]", "special token"),
        ("[MASK]", "special token"),
        ("\u200b", "no letter"),
        ("x" * 3000, "cannot be spelled"),
        ("漢", "cannot be spelled"),
        ("-" * 130, "room for"),
    ],
)
def test_what_is_not_one_word_is_refused_in_one_line(tiny: Tiny, new: str, said: str) -> None:
    refused = refusal_of(lambda: replace_word(tiny, read_words(tiny, TEXT), 1, new))
    assert said in refused and "\n" not in refused


def test_the_word_is_found_by_its_name(tiny: Tiny) -> None:
    worded = read_words(tiny, TEXT)
    assert word_number(tiny, worded, "River") == 5
    assert word_number(tiny, worded, "the") == 0  # the first of two
    assert "special token" in refusal_of(lambda: word_number(tiny, worded, "[CLS]"))
    assert "no word of the text" in refusal_of(lambda: word_number(tiny, worded, "lion"))
    assert "no word of the text" in refusal_of(lambda: word_number(tiny, worded, ""))


def test_a_word_beyond_the_window_cannot_be_replaced(tiny: Tiny) -> None:
    worded = read_words(tiny, "the " * 200)
    assert "cut off" in refusal_of(lambda: replace_word(tiny, worded, 190, "a"))
    assert "cut off" in refusal_of(lambda: replace_word(tiny, worded, -1, "a"))
    assert "room for 1" in refusal_of(lambda: replace_word(tiny, worded, 3, "extraordinarily"))


def test_the_word_offered_first(tiny: Tiny) -> None:
    assert default_word(read_words(tiny, "The chef cooked the meal.")) == 2
    assert default_word(read_words(tiny, "one two three")) == 1
    assert default_word(read_words(tiny, "[MASK]")) is None
