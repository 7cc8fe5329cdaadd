"""The baselines are true distributions and agree with counts made by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from variants.core import baselines
from variants.core.baselines import (
    BaselineScore,
    FillIn,
    Windows,
    baseline_scores,
    count_neighbours,
    find_blanks,
    training_windows,
)
from variants.core.masking import IGNORED
from variants.core.token_store import TokenStore
from variants.core.tokenization import Vocabulary

VOCABULARY = Vocabulary(size=12, pad=0, unk=1, cls=2, sep=3, mask=4)
CLS, SEP, MASK = VOCABULARY.cls, VOCABULARY.sep, VOCABULARY.mask
OUTSIDE = VOCABULARY.size
DOCUMENTS = [[[5, 6, 7], [5, 6, 7, 8]], [[9, 6, 5]], [[10]]]


def make_store(documents: Sequence[Sequence[Sequence[int]]]) -> TokenStore:
    """Build a store in memory from documents of sentences."""
    sentences = [sentence for document in documents for sentence in document]
    return TokenStore(
        tokens=np.array([token for sentence in sentences for token in sentence], np.uint16),
        sentence_starts=np.cumsum([0, *map(len, sentences)], dtype=np.int64),
        document_starts=np.cumsum([0, *map(len, documents)], dtype=np.int64),
        document_sources=np.zeros(len(documents), np.int16),
        sources=("made",),
    )


def blank(left: int, right: int, token: int = MASK) -> Windows:
    """Return one blank between two neighbours."""
    return Windows(*(np.array([value], np.int64) for value in (left, token, right)))


def model_for(blanks: Windows) -> FillIn:
    """Count the small store for some blanks."""
    return count_neighbours(make_store(DOCUMENTS), blanks, VOCABULARY)


def scores_of(inputs: list[list[int]], labels: list[list[int]]) -> dict[str, BaselineScore]:
    """Score sequences on the small store, by name."""
    return {score.name: score for score in baseline_scores(make_store(DOCUMENTS), inputs, labels, VOCABULARY)}


@pytest.mark.parametrize("chunk", [1, 5, 1000])
def test_windows_cross_sentences_but_not_documents(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every token has one window, whatever the size of a chunk."""
    monkeypatch.setattr(baselines, "CHUNK", chunk)
    found = [
        row
        for windows in training_windows(make_store(DOCUMENTS), OUTSIDE)
        for row in zip(windows.left.tolist(), windows.token.tolist(), windows.right.tolist(), strict=True)
    ]
    assert found == [
        (OUTSIDE, 5, 6), (5, 6, 7), (6, 7, 5), (7, 5, 6), (5, 6, 7), (6, 7, 8), (7, 8, OUTSIDE),
        (OUTSIDE, 9, 6), (9, 6, 5), (6, 5, OUTSIDE),
        (OUTSIDE, 10, OUTSIDE),
    ]  # fmt: skip


def test_blanks_are_the_labelled_positions() -> None:
    """Neighbours are taken as they stand in the input, corrupted or not."""
    windows, answers = find_blanks([[CLS, MASK, MASK, 7], [9]], [[IGNORED, 5, 6, IGNORED], [8]], OUTSIDE)
    assert windows.left.tolist() == [CLS, MASK, OUTSIDE]
    assert windows.token.tolist() == [MASK, MASK, 9]
    assert windows.right.tolist() == [MASK, 7, OUTSIDE]
    assert answers.tolist() == [5, 6, 8]


def test_nothing_to_score_is_an_error() -> None:
    """A score needs a blank."""
    with pytest.raises(ValueError, match="label"):
        baseline_scores(make_store(DOCUMENTS), [[5, 6]], [[IGNORED, IGNORED]], VOCABULARY)


@pytest.mark.parametrize("token", [MASK, 6, 11])
@pytest.mark.parametrize(("left", "right"), [(5, 7), (6, 6), (9, SEP), (CLS, SEP), (MASK, MASK)])
def test_distributions_sum_to_one_without_zeros(left: int, right: int, token: int) -> None:
    """Seen, half seen and unseen contexts alike."""
    window = blank(left, right, token)
    for guess in model_for(window).guesses(window):
        assert guess.shape == (1, VOCABULARY.size)
        assert guess.sum() == pytest.approx(1)
        assert (guess > 0).all()


def test_unigram_by_hand() -> None:
    """5 and 6 are seen 3 times each, the first of equals is taken; 6 kinds are seen, 12 share the rest."""
    scores = scores_of([[CLS, MASK, MASK, MASK, 7, SEP]], [[IGNORED, 5, 5, 11, IGNORED, IGNORED]])
    often, unseen = (3 + 6 / 12) / 17, (6 / 12) / 17
    assert scores["unigram"].mlm_accuracy == pytest.approx(2 / 3)
    assert scores["unigram"].mlm_loss == pytest.approx(-(2 * math.log(often) + math.log(unseen)) / 3)


def test_seen_context_by_hand() -> None:
    """Between 5 and 7 stood 6, twice: Witten-Bell gives it 2/3 and a share of what is left."""
    window = blank(5, 7)
    model = model_for(window)
    unigram = model.unigram(window)[0]
    left = (2 * np.eye(OUTSIDE)[6] + unigram) / 3  # after 5: 6 twice (the last 5 ends its document)
    right = (2 * np.eye(OUTSIDE)[6] + unigram) / 3  # before 7: 6 twice
    product = left * right / unigram
    expected = (2 * np.eye(OUTSIDE)[6] + product / product.sum()) / 3
    assert model.n_gram(window)[0] == pytest.approx(expected)
    assert model.n_gram(window).argmax() == 6


def test_unseen_context_backs_off() -> None:
    """With an unseen right neighbour the left one decides; with neither the unigram does."""
    half, none = blank(9, SEP), blank(MASK, MASK)
    assert model_for(half).n_gram(half).argmax() == 6
    model = model_for(none)
    assert model.n_gram(none) == pytest.approx(model.unigram(none))


def test_a_plausible_token_in_the_blank_is_believed() -> None:
    """What fits between the neighbours was kept; [MASK] says nothing."""
    fits, hidden = blank(5, 7, token=6), blank(5, 7)
    model = model_for(fits)
    guess = model.n_gram(fits)
    believed = model.with_kept(fits, guess)[0, 6]
    kept, drawn = guess[0, 6], 1 / VOCABULARY.size
    assert believed == pytest.approx(kept * (1 + drawn) / (kept + drawn))
    assert model.with_kept(hidden, guess) == pytest.approx(guess)


def test_a_frequent_token_in_the_blank_is_believed_less_where_random_ones_come_from_text() -> None:
    """Drawn from running text, the random token is this one more often than one time in twelve."""
    fits = blank(5, 7, token=6)
    model = count_neighbours(make_store(DOCUMENTS), fits, VOCABULARY, random_from="text")
    guess = model.n_gram(fits)
    kept, drawn = guess[0, 6], model.unigram(fits)[0, 6]
    assert drawn == pytest.approx((3 + 6 / 12) / 17) and drawn > 1 / VOCABULARY.size
    assert model.with_kept(fits, guess)[0, 6] == pytest.approx(kept * (1 + drawn) / (kept + drawn))
    assert model.with_kept(fits, guess).sum() == pytest.approx(1)


def test_scores_in_order_and_finite(monkeypatch: pytest.MonkeyPatch) -> None:
    """More information, smaller loss, here; scoring in parts changes nothing."""
    inputs = [[CLS, 5, MASK, 7, SEP], [CLS, 5, 6, 7, MASK, 11, SEP]]
    labels = [[IGNORED, IGNORED, 6, *[IGNORED] * 2], [IGNORED, IGNORED, 6, IGNORED, 8, 11, IGNORED]]
    scores = scores_of(inputs, labels)
    assert list(scores) == ["unigram", "n-gram", "n-gram + kept"]
    losses = [score.mlm_loss for score in scores.values()]
    assert all(map(math.isfinite, losses))
    assert losses == sorted(losses, reverse=True)
    monkeypatch.setattr(baselines, "PART", 1)
    for again in baseline_scores(make_store(DOCUMENTS), inputs, labels, VOCABULARY):
        assert again.mlm_loss == pytest.approx(scores[again.name].mlm_loss)
        assert again.mlm_accuracy == scores[again.name].mlm_accuracy
