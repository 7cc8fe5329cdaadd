"""Answers: the pieces are those of an independent search, and the probabilities those of a softmax."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from tests.spanbert.tiny import TINY
from tests.tiny import SHIPPED
from variants.core.answering import LONGEST_ANSWER, Reader, best_threshold, windows_of
from variants.core.errors import InputError
from variants.core.finetuning import Pretrained, Tuned
from variants.core.labelled import AskedPassage
from variants.core.vocabularies import load_vocabulary
from variants.spanbert.answers import MOST_CHARACTERS, PASSAGE, QUESTION, find
from variants.spanbert.figures import answer_ends
from variants.spanbert.model import build
from variants.spanbert.readers import apart, scores, with_strange_passages

LONG = " ".join(f"Rabbit number {number} went down the hole and met a queen." for number in range(40))


@cache
def random_reader() -> Reader:
    tokenizer = load_vocabulary("wordpiece", SHIPPED)
    encoder = build(len(tokenizer), TINY, seed=5).bert
    source = Pretrained(encoder, tokenizer, segments=False)
    model = Tuned(source, 2, seed=5).eval()
    with torch.no_grad():
        model.head.weight.mul_(50)  # else all scores are alike
    return Reader(model, source)


@pytest.mark.parametrize("passage", [PASSAGE, LONG])
def test_the_best_answers_are_those_of_an_exhaustive_search(passage: str) -> None:
    reader = random_reader()
    found = find(reader, QUESTION, passage, n_best=4)
    best: dict[tuple[int, int], float] = {}
    for scored in reader.scores(windows_of(AskedPassage(QUESTION, passage, (), 0), reader.pretrained)):
        start, end, window = scored.start.tolist(), scored.end.tolist(), scored.window
        places = [place for place, span in enumerate(window.offsets) if span]
        for first in places:
            for last in places:
                if first <= last < first + LONGEST_ANSWER:
                    begins, ends = window.offsets[first], window.offsets[last]
                    assert begins and ends
                    score = start[first] + end[last] - start[window.cls] - end[window.cls]
                    piece = (begins[0], ends[1])
                    best[piece] = max(score, best.get(piece, -np.inf))
    expected = sorted(best.items(), key=lambda item: -item[1])[:4]
    assert [(answer.start, answer.end) for answer in found.answers] == [piece for piece, _ in expected]
    assert np.allclose([answer.score for answer in found.answers], [score for _, score in expected], atol=1e-5)
    assert all(answer.text == passage[answer.start : answer.end] for answer in found.answers)
    assert found.nothing == (expected[0][1] <= 0)
    for shift, nothing in ((-1, False), (1, True)):
        assert find(replace(reader, threshold=expected[0][1] + shift), QUESTION, passage).nothing == nothing


def test_the_probabilities_are_a_softmax_over_the_window() -> None:
    reader = random_reader()
    found = find(reader, QUESTION, PASSAGE)
    (scored,) = reader.scores(windows_of(AskedPassage(QUESTION, PASSAGE, (), 0), reader.pretrained))
    places = [scored.window.cls, *(place for place, span in enumerate(scored.window.offsets) if span)]
    for shown, logits in ((found.start, scored.start), (found.end, scored.end)):
        weights = np.exp(logits.numpy().astype(float) - float(logits.max()))
        assert np.allclose(shown, (weights / weights.sum())[places], atol=1e-6)
    for answer in found.answers:
        spans = [None, *(span for span in scored.window.offsets if span)]
        first = next(place for place, span in enumerate(spans) if span and span[0] == answer.start)
        last = next(place for place, span in enumerate(spans) if span and span[1] == answer.end)
        assert (answer.opens, answer.closes) == pytest.approx((found.start[first], found.end[last]))
    assert found.tokens[0] == "[CLS]" and len(found.tokens) == len(found.start) == len(found.end)
    figure = answer_ends("Where", found, "#123456")
    assert [row[0] for row in figure.rows] == list(found.tokens)
    assert np.allclose([row[2] for row in figure.rows], found.end)


@pytest.mark.parametrize(
    ("question", "passage", "said"),
    [
        ("", PASSAGE, "no question yet"),
        ("Who?", "", "no passage yet"),
        ("Who?", "  \n ", "no passage yet"),
        ("why " * 100, PASSAGE, "ask a shorter one"),
        ("Who?", "a" * (MOST_CHARACTERS + 1), "characters"),
    ],
)
def test_bad_input_is_one_sentence(question: str, passage: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        find(random_reader(), question, passage)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("seed", range(20))
def test_no_threshold_tells_better_than_the_settled_one(seed: int) -> None:
    rng = random.Random(seed)
    here, elsewhere = ([rng.gauss(mean, 2) for _ in range(rng.randint(1, 30))] for mean in (rng.gauss(0, 3), -2))

    def right(threshold: float) -> float:
        return float(np.mean(np.array(here) > threshold) + np.mean(np.array(elsewhere) <= threshold))

    settled = right(best_threshold(here, elsewhere))
    assert settled == pytest.approx(max(right(bound) for bound in np.linspace(-20, 20, 8001)), abs=0.04)
    assert settled >= max(right(bound) for bound in (*here, *elsewhere, -np.inf)) - 1e-12


def test_what_settles_the_threshold_is_not_scored() -> None:
    asked = [AskedPassage(f"{passage}{n}?", f"Passage {passage}.", (f"{passage}",), 8) for passage in range(10)
             for n in range(3)]  # fmt: skip
    settle, test = apart(asked)
    assert settle == asked[:6] and test == asked[6:]


def test_every_fourth_question_is_asked_of_a_passage_without_its_answer() -> None:
    asked = [AskedPassage(f"Who is {n}?", f"It is person{n} of course.", (f"person{n}",), 6) for n in range(100, 140)]
    all_of_them = with_strange_passages(asked, seed=1)
    assert all_of_them[:40] == asked and len(all_of_them) == 50
    for strange in all_of_them[40:]:
        assert not strange.answers and f"person{strange.question[7:10]}" not in strange.passage
    assert with_strange_passages(asked, seed=2) != all_of_them
    alone = [asked[0]] * 8
    assert with_strange_passages(alone, seed=0) == alone  # there is no other passage


def test_scores_come_with_their_standard_error() -> None:
    asked = [AskedPassage("?", "", (answer,), 0) for answer in ("the cat", "dog", "a red fox", "owl")]
    found = scores(["cat", "mouse", "fox", "owl"], asked)
    assert found["exact"] == 0.5
    assert found["exact_error"] == pytest.approx(np.std([1, 0, 0, 1], ddof=1) / 2)
    assert found["f1"] == pytest.approx((1 + 0 + 2 / 3 + 1) / 4)
