"""What the page shows is what the model says: checked against the bare model and sums made by hand."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from transformers import BertForPreTraining

from tests.tiny import HOSTILE, refusal_of
from variants.bert.demo import Bert, corrupt, fill, fill_from_one_side, load, next_sentence, read
from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.figures import attention_heatmap
from variants.core.guesses import best_guesses, probabilities, rank_of, token_id_of
from variants.core.masking import Fate, number_to_mask
from variants.core.reading import Reading, default_masks, hide, logits_at
from variants.core.tokenization import id_of

TEXT = "The children walked to school because the bus was late."
SECOND = "They were happy to see the teacher."
LONG_WORD = "antidisestablishmentarianism"

Doubles = npt.NDArray[np.float64]


def softmax(logits: torch.Tensor) -> Doubles:
    """Probabilities by the textbook."""
    exponentials = np.exp(logits.detach().numpy().astype(np.float64))
    return exponentials / exponentials.sum(-1, keepdims=True)


def outputs(oracle: BertForPreTraining, encoded: Encoded, masks: tuple[int, ...] = (), **options: Any) -> Any:
    """Run the bare model on an input with [MASK] at ``masks``."""
    ids = [4 if place in masks else token_id for place, token_id in enumerate(encoded.input_ids)]
    with torch.no_grad():
        return oracle(torch.tensor([ids]), token_type_ids=torch.tensor([encoded.token_type_ids]), **options)


@pytest.fixture(scope="module")
def encoded(bert: Bert) -> Encoded:
    return read(bert, TEXT)


@pytest.fixture(scope="module")
def reading(bert: Bert, encoded: Encoded) -> Reading:
    return fill(bert, encoded, (3, 5, 9))


def test_the_model_is_loaded_once(bert: Bert) -> None:
    assert load() is bert
    assert (bert.name, bert.vocabulary.mask, bert.vocabulary.size) == ("bert", 4, len(bert.tokenizer))
    assert bert.max_length == bert.model.config.max_position_embeddings


@pytest.mark.parametrize("text", [TEXT, "[MASK] [MASK]", "a", "The dog [MASK] at [MASK] cat. " * 20])
def test_probabilities_are_those_of_the_bare_model(bert: Bert, oracle: BertForPreTraining, text: str) -> None:
    encoded = read(bert, text)
    reading = fill(bert, encoded, (1,))
    expected = softmax(outputs(oracle, encoded, (1,)).prediction_logits[0])
    assert reading.masks == tuple(place for place, token in enumerate(reading.encoded.tokens) if token == "[MASK]")
    for place in reading.masks:
        shown = best_guesses(bert, logits_at(reading, place), 1000)
        ids = [id_of(bert.tokenizer, guess.token) for guess in shown]
        np.testing.assert_allclose([guess.probability for guess in shown], expected[place][ids], atol=1e-5)


def test_a_pair_is_read_with_its_segments(bert: Bert, oracle: BertForPreTraining) -> None:
    encoded = read(bert, TEXT, SECOND)
    assert set(encoded.token_type_ids) == {0, 1}
    reading = fill(bert, encoded, (3,))
    expected = outputs(oracle, encoded, (3,)).prediction_logits[0, 3]
    np.testing.assert_allclose(logits_at(reading, 3), expected.numpy(), atol=1e-4)


def test_probabilities_are_over_the_whole_vocabulary(bert: Bert, reading: Reading) -> None:
    assert reading.logits.shape == (3, bert.vocabulary.size)
    spread = probabilities(reading.logits)
    np.testing.assert_allclose(spread.sum(axis=1), 1, atol=1e-12)
    assert (spread > 0).all()


def test_softmax_survives_large_numbers() -> None:
    logits = np.array([[1000.0, 1000.0, -1000.0], [-5000.0, -5001.0, -5000.0]], np.float32)
    expected = [[0.5, 0.5, 0.0], np.exp([0.0, -1.0, 0.0]) / np.exp([0.0, -1.0, 0.0]).sum()]
    np.testing.assert_allclose(probabilities(logits), expected, atol=1e-12)


@pytest.mark.parametrize("top_k", [1, 5, 50, 10**6])
def test_best_guesses_come_in_order(bert: Bert, reading: Reading, top_k: int) -> None:
    logits = logits_at(reading, 5)
    guesses = best_guesses(bert, logits, top_k)
    assert len(guesses) == min(top_k, bert.vocabulary.size)
    shown = [guess.probability for guess in guesses]
    assert shown == sorted(shown, reverse=True)
    assert shown == np.sort(probabilities(logits))[::-1][: len(shown)].tolist()
    assert len({guess.token for guess in guesses}) == len(guesses)


def test_there_is_always_a_best_guess(bert: Bert, reading: Reading) -> None:
    assert best_guesses(bert, logits_at(reading, 5), 0) == best_guesses(bert, logits_at(reading, 5), 1)


def test_equal_guesses_keep_the_order_of_the_vocabulary(bert: Bert) -> None:
    logits = np.zeros(bert.vocabulary.size, np.float32)
    assert [guess.token for guess in best_guesses(bert, logits, 3)] == ["[PAD]", "[UNK]", "[CLS]"]


def test_rank_agrees_with_sorting(bert: Bert, reading: Reading) -> None:
    logits = logits_at(reading, 9)
    order = [guess.token for guess in best_guesses(bert, logits, bert.vocabulary.size)]
    spread = probabilities(logits)
    words = ["the", "school", "Cat", " late ", ".", "##s", "##ING", order[0], order[17]]
    for word in words:
        found = rank_of(bert, logits, word)
        assert found.word == word.strip().lower()
        assert found.rank == 1 + order.index(found.word)
        assert found.probability == spread[id_of(bert.tokenizer, found.word)]


def test_ties_share_the_better_rank(bert: Bert) -> None:
    assert rank_of(bert, np.zeros(bert.vocabulary.size, np.float32), "the").rank == 1


def test_a_word_of_several_pieces_is_refused_by_its_pieces(bert: Bert) -> None:
    pieces = " ".join(bert.tokenizer.tokenize(LONG_WORD))
    with pytest.raises(InputError, match=f"{LONG_WORD}” is {pieces} to this vocabulary"):
        token_id_of(bert, LONG_WORD)


@pytest.mark.parametrize(
    ("word", "said"), [("", "nothing"), ("  ", "nothing"), ("\U0001f600", "not in the"), ("two words", "two words")]
)
def test_what_is_no_word_is_refused(bert: Bert, word: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        token_id_of(bert, word)


def test_an_unknown_piece_is_read_as_text(bert: Bert) -> None:
    with pytest.raises(InputError, match="try another word"):
        token_id_of(bert, "##qqqq")


def test_all_places_are_hidden_at_once_in_one_pass(bert: Bert, encoded: Encoded, oracle: BertForPreTraining) -> None:
    expected = outputs(oracle, encoded, (3, 5, 9)).prediction_logits[0]
    passes: list[object] = []

    def count(module: object, *_: object) -> None:
        passes.append(module)

    handle = bert.model.bert.embeddings.register_forward_hook(count)
    reading = fill(bert, encoded, (9, 3, 5))
    handle.remove()
    assert len(passes) == 1
    assert reading.masks == (3, 5, 9)
    assert [place for place, token in enumerate(reading.encoded.tokens) if token == "[MASK]"] == [3, 5, 9]
    np.testing.assert_allclose(reading.logits, expected[[3, 5, 9]].numpy(), atol=1e-4)


def test_a_typed_mask_is_a_chosen_one(bert: Bert, encoded: Encoded) -> None:
    typed = fill(bert, read(bert, TEXT.replace("school", "[MASK]")), (3,))
    chosen = fill(bert, encoded, (3, 5))
    assert typed.encoded == chosen.encoded
    np.testing.assert_array_equal(typed.logits, chosen.logits)


def test_a_reading_remembers_what_was_hidden(bert: Bert, encoded: Encoded, reading: Reading) -> None:
    assert reading.original is encoded
    assert "[MASK]" not in encoded.tokens
    assert reading.encoded == hide(bert, encoded, (3, 5, 9))
    assert reading.seconds > 0


def test_a_text_may_hide_nothing(bert: Bert, encoded: Encoded) -> None:
    reading = fill(bert, encoded)
    assert reading.masks == () and reading.logits.shape == (0, bert.vocabulary.size)
    assert reading.encoded == encoded


def test_hidden_states_and_attentions_are_those_of_the_model(
    bert: Bert, encoded: Encoded, oracle: BertForPreTraining, reading: Reading
) -> None:
    config, length = bert.model.config, len(encoded)
    states = outputs(oracle, encoded, (3, 5, 9), output_hidden_states=True).hidden_states
    assert reading.hidden_states.shape == (config.num_hidden_layers + 1, length, config.hidden_size)
    np.testing.assert_allclose(reading.hidden_states, torch.cat(states).numpy(), atol=1e-4)
    heads = (config.num_hidden_layers, config.num_attention_heads, length, length)
    assert reading.attentions.shape == heads
    np.testing.assert_allclose(reading.attentions.sum(axis=-1), 1, atol=1e-5)
    assert (reading.attentions >= 0).all()


def test_the_heat_map_shows_the_attention_of_the_model(reading: Reading) -> None:
    plot: Any = attention_heatmap("Head", reading.encoded.tokens, reading.attentions[1, 2], "#0b5cad").plot
    np.testing.assert_array_equal(plot.data[0].z, reading.attentions[1, 2])


def test_attention_of_the_first_layer_by_hand(bert: Bert, reading: Reading) -> None:
    """Softmax of query times key over the root of the width, row by row."""
    layer: Any = bert.model.bert.encoder.layer[0]
    attention = layer.attention.self
    state = torch.from_numpy(reading.hidden_states[0]).clone()
    width = bert.model.config.hidden_size // bert.model.config.num_attention_heads
    query, key = attention.query(state)[:, :width], attention.key(state)[:, :width]
    np.testing.assert_allclose(reading.attentions[0, 0], softmax(query @ key.T / width**0.5), atol=1e-5)


@pytest.mark.parametrize("place", [0, 12, -1, 99])
def test_special_tokens_cannot_be_hidden(bert: Bert, encoded: Encoded, place: int) -> None:
    assert encoded.special[-1] and len(encoded) == 13
    with pytest.raises(InputError):
        fill(bert, encoded, (place,))


def test_a_place_that_is_not_hidden_has_no_guess(reading: Reading) -> None:
    with pytest.raises(InputError, match="Token 4 is not hidden"):
        logits_at(reading, 4)


def one_sided(bert: Bert, text: str, place: int, others: tuple[int, ...] = ()) -> dict[Any, npt.NDArray[np.float32]]:
    reading = fill(bert, read(bert, text), (place, *others))
    return fill_from_one_side(bert, reading, place)


def test_one_side_does_not_see_the_other(bert: Bert) -> None:
    before = one_sided(bert, "the small dog saw the old cat", 4)
    right = one_sided(bert, "the small dog saw some young birds", 4)
    left = one_sided(bert, "my big man saw the old cat", 4)
    np.testing.assert_allclose(right["left"], before["left"], atol=1e-5)
    np.testing.assert_allclose(left["right"], before["right"], atol=1e-5)
    for changed, side in ((right, "right"), (right, "both"), (left, "left"), (left, "both")):
        assert np.abs(changed[side] - before[side]).max() > 1e-2


@pytest.mark.parametrize("place", [1, 4, 7])
def test_both_sides_are_what_fill_says(bert: Bert, place: int) -> None:
    reading = fill(bert, read(bert, "the small dog saw the old cat"), (place, 3))
    sides = fill_from_one_side(bert, reading, place)
    assert set(sides) == {"left", "right", "both"}
    np.testing.assert_allclose(sides["both"], logits_at(reading, place), atol=1e-4)


def test_one_side_keeps_the_segments_of_a_pair(bert: Bert) -> None:
    reading = fill(bert, read(bert, TEXT, SECOND), (15,))
    assert reading.encoded.token_type_ids[15] == 1
    both = fill_from_one_side(bert, reading, 15)["both"]
    np.testing.assert_allclose(both, logits_at(reading, 15), atol=1e-4)


def test_at_the_ends_one_side_is_all_there_is(bert: Bert) -> None:
    last, first = one_sided(bert, "the small dog", 3), one_sided(bert, "the small dog", 1)
    np.testing.assert_allclose(last["left"], last["both"], atol=1e-4)
    np.testing.assert_allclose(first["right"], first["both"], atol=1e-4)


def test_one_side_is_the_model_under_that_attention_mask(bert: Bert, oracle: BertForPreTraining) -> None:
    """Left of place 4: [CLS], tokens 1 to 4 and [SEP]."""
    encoded = hide(bert, read(bert, "the small dog saw the old cat"), (4,))
    mask = torch.tensor([[1, 1, 1, 1, 1, 0, 0, 0, 1]])
    expected = outputs(oracle, encoded, attention_mask=mask).prediction_logits[0, 4]
    sides = fill_from_one_side(bert, fill(bert, encoded), 4)
    np.testing.assert_allclose(sides["left"], expected.numpy(), atol=1e-4)


@pytest.mark.parametrize("second", [SECOND, "Metals melt at high temperatures.", TEXT])
def test_next_sentence_is_class_0_of_the_head(bert: Bert, oracle: BertForPreTraining, second: str) -> None:
    answer = next_sentence(bert, TEXT, second)
    assert answer.encoded == read(bert, TEXT, second)
    expected = softmax(outputs(oracle, answer.encoded).seq_relationship_logits[0])
    assert answer.is_next == pytest.approx(expected[0], abs=1e-5)


def test_the_order_of_the_sentences_counts(bert: Bert) -> None:
    assert next_sentence(bert, TEXT, SECOND).is_next != next_sentence(bert, SECOND, TEXT).is_next


@pytest.mark.parametrize("text", ["cat", TEXT, TEXT * 3, "the " * 200])
def test_an_example_has_exactly_the_right_number_of_hidden_tokens(bert: Bert, text: str) -> None:
    encoded = read(bert, text)
    for seed in range(20):
        drawn = corrupt(bert, encoded, seed=seed)
        assert len(drawn) == number_to_mask(len(encoded))
        assert [chosen.position for chosen in drawn] == sorted({chosen.position for chosen in drawn})
        for chosen in drawn:
            assert not encoded.special[chosen.position]
            assert chosen.token == encoded.tokens[chosen.position]
            if chosen.fate is Fate.MASK:
                assert chosen.shown == "[MASK]"
            if chosen.fate is Fate.KEEP:
                assert chosen.shown == chosen.token


def test_the_share_of_hidden_tokens_can_be_chosen(bert: Bert, encoded: Encoded) -> None:
    assert len(corrupt(bert, encoded, seed=0, mlm_probability=0.5)) == round(0.5 * len(encoded))
    assert len(corrupt(bert, encoded, seed=0, mlm_probability=1.0)) == len(encoded) - 2
    assert len(corrupt(bert, encoded, seed=0, mlm_probability=0.0)) == 1


def test_an_example_hangs_on_its_seed(bert: Bert, encoded: Encoded) -> None:
    drawn = [corrupt(bert, encoded, seed=seed) for seed in range(30)]
    assert drawn == [corrupt(bert, encoded, seed=seed) for seed in range(30)]
    assert len(set(drawn)) > 20
    fates = Counter(chosen.fate for seed in range(1000) for chosen in corrupt(bert, encoded, seed=seed))
    assert fates[Fate.MASK] / fates.total() == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize(
    ("text", "masks"),
    [
        ("The cat sat.", (3,)),
        ("cat 42!", (1,)),
        ("The [MASK] sat.", ()),
        ("42 !?", ()),
    ],
)
def test_the_last_word_is_hidden_until_the_learner_chooses(bert: Bert, text: str, masks: tuple[int, ...]) -> None:
    assert default_masks(bert, read(bert, text)) == masks


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_answered_or_refused_in_one_sentence(bert: Bert, text: str) -> None:
    def use() -> None:
        encoded = read(bert, text)
        reading = fill(bert, encoded, default_masks(bert, encoded))
        for place in reading.masks:
            assert 0 < best_guesses(bert, logits_at(reading, place), 5)[0].probability <= 1
        for place in reading.masks[:1]:
            assert np.isfinite(fill_from_one_side(bert, reading, place)["both"]).all()
        assert all(chosen.position < len(encoded) for chosen in corrupt(bert, encoded, seed=0))
        assert 0 <= next_sentence(bert, text, text).is_next <= 1

    assert "\n" not in refusal_of(use)


@pytest.mark.parametrize("word", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_are_ranked_or_refused(bert: Bert, reading: Reading, word: str) -> None:
    def use() -> None:
        assert 1 <= rank_of(bert, logits_at(reading, 3), word).rank <= bert.vocabulary.size

    assert refusal_of(use) == "" or "try another word" in refusal_of(use)


def test_many_readers_at_once_see_the_same(bert: Bert, encoded: Encoded, reading: Reading) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(fill, bert, encoded, (3, 5, 9)) for _ in range(16)]
    for answer in asked:
        np.testing.assert_allclose(answer.result().logits, reading.logits, atol=1e-5)


def test_the_model_is_left_as_it_was(bert: Bert, oracle: BertForPreTraining) -> None:
    """One copy serves everybody."""
    expected = oracle.state_dict()
    assert all(torch.equal(tensor, expected[name]) for name, tensor in bert.model.state_dict().items())
    assert all(parameter.grad is None for parameter in bert.model.parameters())
