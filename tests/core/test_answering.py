"""Answers: windows lose nothing, targets point at the answer, and impossible spans never appear."""

from __future__ import annotations

import pytest
import torch
from transformers import PreTrainedTokenizerFast

from tests.tiny import sample_tokenizer, tiny_bert
from variants.core.answering import (
    LONGEST_ANSWER,
    Scored,
    Window,
    best_answers,
    collate,
    tune_reader,
    windows_of,
)
from variants.core.errors import InputError
from variants.core.finetuning import Pretrained, TuningRecipe
from variants.core.labelled import AskedPassage
from variants.core.variant import VocabularyKind

KINDS: tuple[VocabularyKind, ...] = ("wordpiece", "byte_bpe", "unigram", "unigram_cased")
PASSAGE = " ".join(f"Rabbit number {n} went down the hole and met a queen." for n in range(40))


def pretrained(kind: VocabularyKind = "wordpiece", max_length: int = 64) -> Pretrained:
    tokenizer: PreTrainedTokenizerFast = sample_tokenizer(kind)
    return Pretrained(tiny_bert(len(tokenizer)).bert, tokenizer, max_length=max_length)


def asked_for(text: str, question: str = "Who went down?") -> AskedPassage:
    return AskedPassage(question, PASSAGE, (text,), PASSAGE.index(text))


@pytest.mark.parametrize("kind", KINDS)
def test_every_character_of_the_passage_is_in_a_window(kind: VocabularyKind) -> None:
    windows = windows_of(asked_for("Rabbit number 7"), pretrained(kind))
    seen = {place for window in windows for span in window.offsets if span for place in range(*span)}
    missing = {sign for place, sign in enumerate(PASSAGE) if place not in seen}
    assert len(windows) > 2 and missing <= {" "}
    assert all(len(window.input_ids) <= 64 for window in windows)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["Rabbit number 7", "Rabbit number 0", "queen."])
def test_the_target_is_the_answer_wherever_it_is_whole(kind: VocabularyKind, text: str) -> None:
    asked = asked_for(text)
    windows = windows_of(asked, pretrained(kind))
    pointing = [window for window in windows if window.target != (window.cls, window.cls)]
    assert pointing
    for window in pointing:
        first, last = (window.offsets[place] for place in window.target)
        assert first and last
        assert PASSAGE[first[0] : last[1]].strip() == text
    vocabulary = pretrained(kind).tokenizer
    assert all(window.input_ids[window.cls] == vocabulary.cls_token_id for window in windows)


def scored(scores: dict[tuple[int, int], float], length: int = 50) -> Scored:
    """Make a window of one-letter tokens after [CLS], with given start and end scores."""
    start, end = torch.full((length,), -9.0), torch.full((length,), -9.0)
    for (first, last), value in scores.items():
        start[first], end[last] = value, value
    start[0] = end[0] = 1.0
    offsets = (None, *((place, place + 1) for place in range(length - 1)))
    return Scored(Window((0,) * length, (0,) * length, offsets, 0, (0, 0)), start, end)


def test_answers_are_ordered_and_counted_from_no_answer() -> None:
    text = "abcdefghijklmnopqrstuvwxyz" * 2
    best, second = best_answers([scored({(3, 5): 4.0})], text, 2)
    assert (best.text, best.start, best.end) == (text[2:5], 2, 5)
    assert best.score == pytest.approx(4 + 4 - 2) and second.score < best.score


def test_impossible_spans_never_appear() -> None:
    """An end before its start scores best here, and so does a span that is too long."""
    for answer in best_answers([scored({(30, 5): 9.0}), scored({(2, 2 + LONGEST_ANSWER): 9.0})], "x" * 50, 20):
        assert answer.start < answer.end <= answer.start + LONGEST_ANSWER


def test_the_same_place_in_two_windows_is_one_answer() -> None:
    found = best_answers([scored({(3, 5): 4.0}), scored({(3, 5): 6.0})], "abcdefghij" * 5, 5)
    assert len({(answer.start, answer.end) for answer in found}) == len(found)
    assert found[0].score == pytest.approx(10.0)


def test_a_reader_learns_a_handful_of_questions() -> None:
    """The first word of three passages, and its encoder is a copy."""
    source = pretrained()
    before = {name: value.clone() for name, value in source.encoder.state_dict().items()}
    passages = ["Alice saw the cat.", "Nobody saw the queen.", "Rabbits saw it."]
    asked = [AskedPassage("Who saw?", passage, (passage.split()[0],), 0) for passage in passages]
    recipe = TuningRecipe(epochs=60, batch_size=3, learning_rate=1e-2, dropout=0.0)
    reader = tune_reader(source, asked, seed=0, recipe=recipe)
    assert [reader.answer(each.question, each.passage)[0].text for each in asked] == ["Alice", "Nobody", "Rabbits"]
    assert all(torch.equal(before[name], value) for name, value in source.encoder.state_dict().items())


def test_padding_changes_no_score() -> None:
    source = pretrained()
    reader = tune_reader(source, [asked_for("Rabbit number 7")], seed=0, recipe=TuningRecipe(epochs=1))
    short = windows_of(AskedPassage("Who?", "Alice saw.", (), 0), source)
    long = windows_of(asked_for("queen."), source)[:1]
    (alone,), (beside, _) = reader.scores(short), reader.scores([*short, *long])
    torch.testing.assert_close(alone.start, beside.start, atol=1e-5, rtol=1e-5)
    assert collate([*short, *long], source)["input_ids"].shape[0] == 2


@pytest.mark.parametrize(
    ("question", "passage", "said"),
    [
        ("", "Alice saw.", "no question yet"),
        ("Who?", "", "no passage yet"),
        ("Who?", "  \n", "no passage yet"),
        ("who " * 100, "Alice saw.", "shorter one"),
    ],
)
def test_bad_input_is_one_sentence(question: str, passage: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        windows_of(AskedPassage(question, passage, (), 0), pretrained())
