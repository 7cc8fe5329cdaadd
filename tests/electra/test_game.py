"""The game: fair sentences, an opponent that never says the true word, and a judge that is the discriminator."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tests.tiny import refusal_of
from variants.core.checkpoint import Checkpoint
from variants.core.guesses import probabilities
from variants.core.tokenization import tokens_of
from variants.electra import game
from variants.electra.demo import guess, judge
from variants.electra.game import ROUNDS, Attempt, Round, draw_challenges, generators_word, play, score
from variants.electra.model import Electra

Tiny = Checkpoint[Electra]


def test_ten_different_sentences_and_a_word_of_one_piece_in_each(tiny: Tiny) -> None:
    challenges = draw_challenges(tiny, 3)
    assert challenges == draw_challenges(tiny, 3) != draw_challenges(tiny, 4)
    assert len(challenges) == ROUNDS == len({challenge.worded for challenge in challenges})
    for challenge in challenges:
        assert challenge.worded.encoded.tokens[challenge.place] == challenge.original
        assert challenge.original.isalpha() and len(challenge.original) >= 4
        assert challenge.worded.encoded.notices == ()


def test_the_generator_draws_from_its_guesses_without_the_true_word(tiny: Tiny) -> None:
    challenge = draw_challenges(tiny, 0)[0]
    drawn = Counter(generators_word(tiny, challenge, seed) for seed in range(400))
    assert challenge.original not in drawn and all(word.isalpha() for word in drawn)
    logits = guess(tiny, challenge.worded.encoded, (challenge.place,)).logits[0]
    tokens = tokens_of(tiny.tokenizer, range(len(logits)))
    allowed = np.array([token.isalpha() and token != challenge.original for token in tokens])
    chances = np.where(allowed, probabilities(logits), 0)
    chances /= chances.sum()
    best = int(chances.argmax())
    deviation = (400 * chances[best] * (1 - chances[best])) ** 0.5
    assert drawn[tokens[best]] == pytest.approx(400 * chances[best], abs=4 * deviation)


def test_the_discriminator_is_the_judge(tiny: Tiny) -> None:
    challenge = draw_challenges(tiny, 1)[2]
    found = play(tiny, challenge, " house ", 1)
    ids = list(challenge.worded.encoded.input_ids)
    for attempt in (found.yours, found.generators):
        pieces = tiny.tokenizer.encode(attempt.word, add_special_tokens=False)
        text = [*ids[: challenge.place], *pieces, *ids[challenge.place + 1 :]]
        said = judge(tiny, text).replaced_probability[challenge.place : challenge.place + len(pieces)]
        assert attempt.suspicion == pytest.approx(max(said))
        assert attempt.fools == (attempt.suspicion < 0.5)
    assert found.yours.word == "house"


@pytest.mark.parametrize(
    ("yours", "other", "winner"), [(0.1, 0.2, "you"), (0.3, 0.2, "generator"), (0.2, 0.2, "nobody")]
)
def test_the_less_suspicious_word_wins(yours: float, other: float, winner: str) -> None:
    assert Round(Attempt("a", yours), Attempt("b", other)).winner == winner


def test_the_true_word_fools_nobody(tiny: Tiny) -> None:
    challenge = draw_challenges(tiny, 1)[0]
    for word in (challenge.original, challenge.original.upper(), f" {challenge.original} "):
        assert "find another" in refusal_of(lambda word=word: play(tiny, challenge, word, 0))


def test_rounds_without_a_usable_answer_are_not_played(tiny: Tiny) -> None:
    challenges = draw_challenges(tiny, 1)
    answers = ("house", "", "two words", challenges[3].original, "[SEP]", "   ", "river", "", "", "")
    found = score(tiny, challenges, answers, 1)
    assert set(found.rounds) == {0, 6}
    assert found.rounds[0] == play(tiny, challenges[0], "house", 1)
    rounds = list(found.rounds.values())
    assert found.fooled == (sum(r.yours.fools for r in rounds), sum(r.generators.fools for r in rounds))
    assert sum(found.won(player) for player in ("you", "generator", "nobody")) == 2
    assert score(tiny, challenges, ("",) * ROUNDS, 1).rounds == {}
    assert game.FOOLED == 0.5
