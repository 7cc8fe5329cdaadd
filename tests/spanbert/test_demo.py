"""One hidden span under both heads: the numbers, and what the span boundary head does not see."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import gelu, layer_norm

from tests.spanbert.tiny import TINY
from tests.tiny import HOSTILE, SHIPPED, refusal_of
from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.guesses import best_guesses
from variants.core.masking import IGNORED, Masked
from variants.core.reading import Reading
from variants.core.tokenization import tokens_of
from variants.spanbert.demo import (
    SpanBert,
    SpanGuesses,
    as_odds,
    check_span,
    default_span,
    fill,
    fill_drawn,
    guess_span,
    load,
    log_probabilities,
    moved,
    read,
    right_probabilities,
)
from variants.spanbert.head import walk_through
from variants.spanbert.model import MAX_SPAN_TARGETS
from variants.spanbert.objective import Example, Objective, collate
from variants.spanbert.schemes import Scheme, hide_text
from variants.spanbert.spans import Span

TEXT = "The old king died in the winter, and his eldest son took the crown of the kingdom."
SPAN = Span(4, 8)


@pytest.fixture(scope="module")
def encoded(spanbert: SpanBert) -> Encoded:
    return read(spanbert, TEXT)


@pytest.fixture(scope="module")
def reading(spanbert: SpanBert, encoded: Encoded) -> Reading:
    return fill(spanbert, encoded, SPAN)


def states_by_hand(spanbert: SpanBert, encoded: Encoded, span: Span) -> torch.Tensor:
    """The encoder's last states, (tokens, hidden), with the span masked in the ids themselves."""
    ids = torch.tensor([encoded.input_ids])
    ids[0, span.start : span.stop] = spanbert.vocabulary.mask
    with torch.no_grad():
        return spanbert.model.bert(ids).last_hidden_state[0]


def head_by_hand(spanbert: SpanBert, left: torch.Tensor, right: torch.Tensor, place: int) -> torch.Tensor:
    """The formula of section 3.2, written out."""
    weights = spanbert.model.state_dict()
    width = len(left)
    hidden = torch.cat([left, right, weights["sbo.place_embeddings.weight"][place]])
    for layer, norm in (("first", "first_norm"), ("second", "second_norm")):
        hidden = gelu(weights[f"sbo.{layer}.weight"] @ hidden + weights[f"sbo.{layer}.bias"])
        scale, shift = weights[f"sbo.{norm}.weight"], weights[f"sbo.{norm}.bias"]
        hidden = layer_norm(hidden, (width,), scale, shift, spanbert.model.config.layer_norm_eps)
    return weights["bert.embeddings.word_embeddings.weight"] @ hidden + weights["sbo.bias"]


def test_both_heads_say_what_the_formulas_give(spanbert: SpanBert, encoded: Encoded, reading: Reading) -> None:
    guesses = guess_span(spanbert, reading, SPAN)
    states = states_by_hand(spanbert, encoded, SPAN)
    for row, place in enumerate(range(SPAN.start, SPAN.stop)):
        rebuilt = head_by_hand(spanbert, states[SPAN.start - 1], states[SPAN.stop], row)
        np.testing.assert_allclose(guesses.sbo[row], rebuilt, atol=1e-5)
        with torch.no_grad():
            np.testing.assert_allclose(guesses.mlm[row], spanbert.model.cls(states[place]), atol=1e-5)
    np.testing.assert_allclose(guesses.mlm, reading.logits, atol=1e-5)
    assert guesses.answers == encoded.input_ids[SPAN.start : SPAN.stop]
    assert reading.encoded.tokens[4:8] == ("[MASK]",) * 4 and reading.original is encoded
    assert set(guesses.heads) == {"sbo", "mlm"} and not guesses.blank


def test_the_page_measures_the_loss_of_training(spanbert: SpanBert, encoded: Encoded, reading: Reading) -> None:
    guesses = guess_span(spanbert, reading, SPAN)
    inside = range(SPAN.start, SPAN.stop)
    labels = tuple(token if place in inside else IGNORED for place, token in enumerate(encoded.input_ids))
    example = Example(Masked(reading.encoded.input_ids, labels, (None,) * len(encoded)), (SPAN,))
    with torch.no_grad():
        measures = Objective(spanbert.model)(collate([example], spanbert.vocabulary))
    for head, logits in guesses.heads.items():
        loss = -sum(log_probabilities(logits, guesses.answers)) / len(SPAN)
        assert loss == pytest.approx(float(measures[f"{head}_loss"]), abs=1e-4)


def test_the_edges_alone_move_the_boundary_head(spanbert: SpanBert, reading: Reading) -> None:
    before = guess_span(spanbert, reading, SPAN)
    for place in range(len(reading.encoded)):
        states = reading.hidden_states.copy()
        states[-1, place] = np.random.default_rng(place).normal(size=states.shape[-1])
        after = guess_span(spanbert, replace(reading, hidden_states=states), SPAN)
        assert np.array_equal(before.sbo, after.sbo) == (place not in (SPAN.start - 1, SPAN.stop))
        assert np.array_equal(before.mlm, after.mlm) == (place not in range(SPAN.start, SPAN.stop))


def test_other_words_in_the_span_change_nothing_that_is_said(spanbert: SpanBert, encoded: Encoded) -> None:
    """What is hidden is hidden from both: only the right answer is another one."""
    before = guess_span(spanbert, fill(spanbert, encoded, SPAN), SPAN)
    rng, other = np.random.default_rng(0), encoded
    for place in range(SPAN.start, SPAN.stop):
        token = int(rng.integers(1000, 8000))
        other = other.replace(place, token, tokens_of(spanbert.tokenizer, [token])[0])
    after = guess_span(spanbert, fill(spanbert, other, SPAN), SPAN)
    assert np.array_equal(before.sbo, after.sbo) and np.array_equal(before.mlm, after.mlm)
    assert before.answers != after.answers


def test_blanking_moves_mlm_and_not_sbo(spanbert: SpanBert, reading: Reading) -> None:
    kept = reading.hidden_states.copy()
    usual, blank = guess_span(spanbert, reading, SPAN), guess_span(spanbert, reading, SPAN, blank=True)
    assert np.array_equal(usual.sbo, blank.sbo) and moved(usual.sbo, blank.sbo) == 0
    assert moved(usual.mlm, blank.mlm) > 0 and blank.blank
    with torch.no_grad():
        nothing = spanbert.model.cls(torch.zeros(TINY.hidden_size))
    np.testing.assert_allclose(blank.mlm, np.tile(nothing, (len(SPAN), 1)), atol=1e-5)
    assert np.array_equal(kept, reading.hidden_states)  # what the encoder found stays


@pytest.mark.parametrize("place", range(4))
def test_the_walk_ends_where_the_head_does(spanbert: SpanBert, reading: Reading, place: int) -> None:
    stages = {stage.name: stage for stage in walk_through(spanbert, reading, SPAN, place)}
    np.testing.assert_allclose(stages["logits"].values, guess_span(spanbert, reading, SPAN).sbo[place], atol=1e-5)
    sizes = [stage.size for stage in stages.values()]
    assert sizes == [16, 16, 64, 96, 16, 16, 8192]
    assert stages["h1"].matrix == "W1: 16 × 96" and stages["logits"].matrix == "E: 8,192 × 16"
    assert np.array_equal(stages["h0"].values[:16], reading.hidden_states[-1, SPAN.start - 1])
    assert np.array_equal(stages["h0"].values[16:32], reading.hidden_states[-1, SPAN.stop])
    assert "“king”" in stages["left"].meaning and "“,”" in stages["right"].meaning


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (Span(0, 3), "[CLS], which is never hidden"),
        (Span(15, 22), "[SEP], which is never hidden"),
        (Span(18, 30), "which is never hidden"),
        (Span(40, 42), "There is no token 40"),
        (Span(-1, 3), "There is no token -1"),
        (Span(5, 5), "at least one token"),
        (Span(6, 4), "at least one token"),
    ],
)
def test_an_impossible_span_is_one_clear_sentence(encoded: Encoded, span: Span, said: str) -> None:
    sentence = refusal_of(lambda: check_span(encoded, span))
    assert said in sentence and "\n" not in sentence


def test_a_span_longer_than_the_places_is_refused(spanbert: SpanBert) -> None:
    encoded = read(spanbert, "word " * 60)
    assert check_span(encoded, Span(2, 2 + MAX_SPAN_TARGETS))
    assert "21 tokens" in refusal_of(lambda: check_span(encoded, Span(2, 3 + MAX_SPAN_TARGETS)))


@pytest.mark.parametrize("text", ["Hello", "two words", "[MASK]"])
def test_a_text_without_room_for_edges_is_refused(spanbert: SpanBert, text: str) -> None:
    encoded = read(spanbert, text)
    assert "three words" in refusal_of(lambda: default_span(spanbert, encoded))
    assert "three words" in refusal_of(lambda: fill(spanbert, encoded, Span(1, 2)))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_typed_a_span_is_rebuilt_or_one_sentence_said(spanbert: SpanBert, text: str) -> None:
    found: list[SpanGuesses] = []

    def rebuild() -> None:
        encoded = read(spanbert, text)
        span = default_span(spanbert, encoded)
        found.append(guess_span(spanbert, fill(spanbert, encoded, span), span))

    sentence = refusal_of(rebuild)
    assert "\n" not in sentence and bool(sentence) != bool(found)
    assert all(np.isfinite(logits).all() for guesses in found for logits in guesses.heads.values())


@given(count=st.integers(3, 140))
def test_the_usual_span_has_a_neighbour_on_either_side(spanbert: SpanBert, count: int) -> None:
    encoded = read(spanbert, "unbelievable kings " * (count // 2) + "died " * (count % 2 + 1))
    span = default_span(spanbert, encoded)
    check_span(encoded, span)
    assert 1 < span.start < span.stop < len(encoded) - 1
    assert not encoded.tokens[span.stop].startswith("##") or span.stop == len(encoded) - 2


def test_masks_that_the_learner_typed_are_the_usual_span(spanbert: SpanBert) -> None:
    encoded = read(spanbert, "the old [MASK] [MASK] died in [MASK] winter")
    assert default_span(spanbert, encoded) == Span(3, 5)


@pytest.mark.parametrize(
    ("span", "bounded"), [(Span(1, 3), False), (Span(2, 3), True), (Span(19, 20), True), (Span(19, 21), False)]
)
def test_a_span_at_an_end_is_marked_as_in_training(
    spanbert: SpanBert, encoded: Encoded, span: Span, bounded: bool
) -> None:
    reading = fill(spanbert, encoded, span)
    assert guess_span(spanbert, reading, span).bounded is bounded
    empty = Masked(encoded.input_ids, encoded.input_ids, (None,) * len(encoded))
    assert (Example(empty, (span,)).bounded == (span,)) is bounded


@pytest.mark.parametrize("seed", range(8))
def test_a_drawn_example_is_read_as_in_training(spanbert: SpanBert, encoded: Encoded, seed: int) -> None:
    """All spans at once, random and kept tokens as they are."""
    hidden = hide_text(spanbert, encoded, Scheme.SPANS, seed=seed)
    reading = fill_drawn(spanbert, encoded, hidden)
    assert reading.encoded == hidden.encoded and reading.original == encoded
    with torch.no_grad():
        states = spanbert.model.bert(torch.tensor([hidden.encoded.input_ids])).last_hidden_state[0]
    for span in hidden.runs:
        guesses = guess_span(spanbert, reading, span)
        assert guesses.answers == encoded.input_ids[span.start : span.stop]
        first = head_by_hand(spanbert, states[span.start - 1], states[span.stop], 0)
        np.testing.assert_allclose(guesses.sbo[0], first, atol=1e-5)


def test_the_same_text_gives_the_same_numbers(spanbert: SpanBert, encoded: Encoded) -> None:
    one, same = (guess_span(spanbert, fill(spanbert, encoded, SPAN), SPAN) for _ in range(2))
    assert np.array_equal(one.sbo, same.sbo) and np.array_equal(one.mlm, same.mlm)


def test_log_probabilities_are_those_of_torch() -> None:
    logits = np.random.default_rng(0).normal(0, 400, size=(5, 50)).astype(np.float32)
    expected = torch.log_softmax(torch.tensor(logits, dtype=torch.float64), -1)
    found = log_probabilities(logits, (0, 7, 7, 49, 3))
    assert found == pytest.approx([float(expected[row, token]) for row, token in enumerate((0, 7, 7, 49, 3))])


def test_the_right_probabilities_are_those_of_the_best_guesses(spanbert: SpanBert, reading: Reading) -> None:
    guesses = guess_span(spanbert, reading, SPAN)
    for logits in guesses.heads.values():
        listed = [best_guesses(spanbert, row, 8192) for row in logits]
        tokens = tokens_of(spanbert.tokenizer, guesses.answers)
        expected = [{g.token: g.probability for g in row}[token] for row, token in zip(listed, tokens, strict=True)]
        assert right_probabilities(logits, guesses.answers) == pytest.approx(expected)


def test_moved_is_the_share_of_probability_that_changed_hands() -> None:
    one, other = np.array([[0.0, 50.0], [0.0, 0.0]], np.float32), np.array([[50.0, 0.0], [0.0, 0.0]], np.float32)
    assert moved(one, one) == 0
    assert moved(one, other) == pytest.approx(0.5)  # all of the first row, nothing of the second


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (1.0, "100.0%"),
        (0.25, "25.0%"),
        (0.01, "1.0%"),
        (0.002, "1 in 500"),
        (1e-5, "1 in 100,000"),
        (1e-12, "1 in 10¹²"),
    ],
)
def test_odds_can_be_read(probability: float, said: str) -> None:
    assert as_odds(math.log(probability)) == said
    assert as_odds(-2000.0) == "1 in 10⁸⁶⁹"  # far below what a float can hold


def test_a_model_without_the_head_is_refused() -> None:
    with pytest.raises(InputError, match="no span boundary head"):
        load(str(SHIPPED))
