"""What the page shows is what the bare model says, and both models are asked the same words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import RobertaForMaskedLM

from tests.tiny import HOSTILE, refusal_of
from variants.bert import demo as bert_demo
from variants.core.guesses import best_guesses
from variants.core.reading import logits_at
from variants.core.words import read_words
from variants.roberta.beside import answer_of, default_words, shared_words
from variants.roberta.demo import Roberta, fill, load, read
from variants.roberta.runs import recorded_runs

TEXT = "The unbelievably old woman opened the door, and her naïve brother [MASK] in."


def test_the_model_is_loaded_once(roberta: Roberta) -> None:
    assert load() is roberta and roberta.max_length == 128
    assert roberta.model.config.max_position_embeddings == 130


@pytest.mark.parametrize("text", [TEXT, "a", "The dog <mask> at [MASK] cat. " * 20])
def test_guesses_are_those_of_the_bare_model(roberta: Roberta, oracle: RobertaForMaskedLM, text: str) -> None:
    reading = fill(roberta, read(roberta, text), (1,))
    with torch.no_grad():
        logits = oracle(torch.tensor([reading.encoded.input_ids])).logits[0]
    expected = logits.double().softmax(-1).numpy()
    assert reading.masks == tuple(place for place, token in enumerate(reading.encoded.tokens) if token == "<mask>")
    np.testing.assert_allclose(reading.logits, logits[list(reading.masks)].numpy(), atol=1e-4)
    for place in reading.masks:
        best = best_guesses(roberta, logits_at(reading, place), 5)
        assert [g.probability for g in best] == pytest.approx(sorted(expected[place])[:-6:-1], abs=1e-5)
    assert reading.attentions.shape[0] == roberta.model.config.num_hidden_layers


def test_both_models_hide_the_same_words(roberta: Roberta, bert: bert_demo.Bert) -> None:
    ours, theirs = read_words(roberta, TEXT), read_words(bert, TEXT)
    assert [word.text for word in ours.words] == [word.text for word in theirs.words]
    shared = shared_words(theirs, ours)
    assert shared == tuple(range(len(ours.words)))
    readings = (
        fill(roberta, ours.encoded, ours.masks_of((1, 3))),
        bert_demo.fill(bert, theirs.encoded, theirs.masks_of((1, 3))),
    )
    typed = next(number for number, word in enumerate(ours.words) if word.is_mask)
    for worded, reading in zip((ours, theirs), readings, strict=True):
        assert set(reading.masks) == {place for word in (1, 3, typed) for place in worded.places[word]}


def test_an_answer_is_that_of_the_words_first_piece(roberta: Roberta) -> None:
    worded = read_words(roberta, TEXT)
    typed = next(number for number, word in enumerate(worded.words) if word.is_mask)
    reading = fill(roberta, worded.encoded, worded.masks_of((1,)))
    answer = answer_of(roberta, worded, reading, 1)
    assert len(answer.pieces) > 1 and "".join(answer.pieces).lstrip("Ġ") == "unbelievably"
    place = worded.places[1][0]
    softmax = torch.from_numpy(logits_at(reading, place)).double().softmax(-1)
    assert answer.probability == pytest.approx(float(softmax[worded.encoded.input_ids[place]]))
    assert answer.best.probability == pytest.approx(float(softmax.max()))
    assert answer_of(roberta, worded, reading, typed).probability is None


def test_the_last_word_is_hidden_until_the_learner_chooses(roberta: Roberta) -> None:
    worded = read_words(roberta, "The cat sat, 3 times.")
    shared = shared_words(worded)
    assert [worded.words[word].text for word in default_words(worded, shared)] == ["times"]
    typed = read_words(roberta, TEXT)
    assert default_words(typed, shared_words(typed)) == ()
    signs = read_words(roberta, "!!! 12")
    assert default_words(signs, shared_words(signs)) == ()


def test_a_word_that_one_model_drops_is_not_offered(roberta: Roberta, bert: bert_demo.Bert) -> None:
    text = "a \0 b"
    worded = read_words(bert, text), read_words(roberta, text)
    assert [word.text for word in worded[0].words] == ["a", "\0", "b"]
    assert shared_words(*worded) == (0, 2)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_are_read_or_refused_in_one_line(roberta: Roberta, text: str) -> None:
    said = refusal_of(lambda: fill(roberta, read(roberta, text)))
    assert "\n" not in said and (not said or "nothing to read" in said)


def test_our_runs_are_read_from_what_they_recorded(tmp_path: Path) -> None:
    def write(folder: Path, batch: int, steps: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        recipe = {"batch_tokens": batch, "learning_rate": 0.25 / steps}
        card = {"recipe": recipe, "steps": steps, "tokens_seen": batch * steps}
        (folder / "recipe.json").write_text(json.dumps(card))
        metrics = {"held_out": {"mlm_loss": 4.5, "mlm_accuracy": 0.25}}
        (folder / "metrics.json").write_text(json.dumps(metrics))

    assert recorded_runs(tmp_path) == ()
    write(tmp_path, 2048, 100)
    assert recorded_runs(tmp_path) == ()
    write(tmp_path / "controls" / "large-batch", 32768, 10)
    one, other = recorded_runs(tmp_path)
    assert (one.batch_tokens, one.steps, other.batch_tokens, other.steps) == (2048, 100, 32768, 10)
    assert (one.tokens_seen, one.loss, one.accuracy) == (204_800, 4.5, 0.25)
    assert (one.learning_rate, other.learning_rate) == (0.0025, 0.025)
