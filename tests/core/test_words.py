"""Words and their pieces: nothing lost, the same words for every vocabulary, masks as words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny import HOSTILE, refusal_of
from variants import VARIANTS
from variants.bert.demo import load as load_bert
from variants.core.words import STAND_IN, places_of, read_words, spans_of, words_of
from variants.roberta.demo import load as load_roberta

MODELS = (load_bert(), load_roberta())


@given(st.text(max_size=80))
def test_words_are_the_text_without_its_spaces(text: str) -> None:
    plain, words = words_of(text)
    assert "".join(plain[word.start : word.end] for word in words) == "".join(word.text for word in words)
    assert all(plain[word.start : word.end] == word.text for word in words)
    if not any(word.is_mask for word in words):
        assert plain == text
        assert "".join(word.text for word in words) == "".join(text.split())


def test_words_signs_and_masks() -> None:
    plain, words = words_of("Don't say [MASK], say <mask>!")
    assert [word.text for word in words] == ["Don't", "say", STAND_IN, ",", "say", STAND_IN, "!"]
    assert [word.is_mask for word in words] == [False, False, True, False, False, True, False]
    assert plain == f"Don't say {STAND_IN}, say {STAND_IN}!"


def test_what_is_drawn_as_one_sign_is_one_word() -> None:
    text = "I 👩‍🚀 e\u0301a हिन्दी 👍🏽! ❤️"
    assert [word.text for word in words_of(text)[1]] == ["I", "👩‍🚀", "e\u0301a", "हिन्दी", "👍🏽", "!", "❤️"]


def test_pieces_of_a_word_spell_it() -> None:
    text = "The antidisestablishmentarianism isn't naïve, my friend."
    for checkpoint in MODELS:
        read = read_words(checkpoint, text)
        for word, places in zip(read.words, read.places, strict=True):
            ids = [read.encoded.input_ids[place] for place in places]
            spelled = str(checkpoint.tokenizer.decode(ids)).strip().replace(" ", "")
            bare = word.text.lower().replace("ï", "i") if checkpoint.name == "bert" else word.text
            assert spelled == bare


@given(st.text(alphabet="ab é😀.,'漢 ", min_size=1, max_size=40))
def test_every_piece_belongs_to_a_word(text: str) -> None:
    """All but a lone space piece, which byte-level BPE may put before another space or at the end."""
    plain, words = words_of(text)
    for checkpoint in MODELS:
        tokenizer = checkpoint.tokenizer
        ids = tokenizer.encode(plain, add_special_tokens=False)
        owned = {place for places in places_of(spans_of(tokenizer, plain), words, first=0) for place in places}
        loose = [tokenizer.convert_ids_to_tokens(ids[place]) for place in range(len(ids)) if place not in owned]
        assert all(not str(piece).strip("Ġ") for piece in loose)


def test_a_typed_mask_leaves_its_neighbours_as_a_word_would() -> None:
    for checkpoint in MODELS:
        mask = str(checkpoint.tokenizer.mask_token)
        plain = read_words(checkpoint, f"I saw {STAND_IN}.").encoded
        for typed in ("I saw [MASK].", "I saw <mask>."):
            read = read_words(checkpoint, typed)
            assert read.encoded.tokens[3] == mask
            assert [*read.encoded.tokens[:3], *read.encoded.tokens[4:]] == [*plain.tokens[:3], *plain.tokens[4:]]
            assert read.masks_of((2,)) == (3,)


@pytest.mark.parametrize("text", ["{} went home.", "I know that {} was late.", "A word ({}) and more."])
def test_a_typed_mask_is_one_piece_in_every_vocabulary(text: str) -> None:
    for variant in VARIANTS:
        if variant.shipped:
            tokenizer = variant.part("model").load().tokenizer
            with_it = tokenizer.encode(text.format(STAND_IN))
            assert len(with_it) == len(tokenizer.encode(text.format("of"))), variant.slug


def test_all_pieces_of_the_chosen_words_are_hidden_once() -> None:
    read = read_words(MODELS[1], "Unbelievably naïve people")
    assert read.masks_of((1, 1, 99)) == read.places[1]
    assert read.masks_of((0, 1, 2)) == tuple(range(1, len(read.encoded) - 1))
    assert read.masks_of(()) == ()


def test_what_is_cut_off_has_no_place() -> None:
    for checkpoint in MODELS:
        read = read_words(checkpoint, "river " * 300)
        assert read.encoded.notices
        assert [bool(places) for places in read.places] == [True] * 126 + [False] * 174


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_are_read_or_refused_in_one_line(text: str) -> None:
    for checkpoint in MODELS:
        if said := refusal_of(lambda checkpoint=checkpoint: read_words(checkpoint, text)):
            assert "\n" not in said
            continue
        read = read_words(checkpoint, text)
        assert len(read.encoded) <= checkpoint.max_length and len(read.words) == len(read.places)
        assert not any(read.encoded.special[place] for places in read.places for place in places)
