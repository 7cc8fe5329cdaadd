"""A game against the generator: who slips a wrong word past the discriminator?

Ten sentences of the sample text; in each, one word is to be replaced by another. The learner may see
the word and the whole sentence; the generator sees the sentence with the word hidden, and draws from
what it thinks probable. A true word fools nobody, so the generator draws among the others. The
discriminator judges both: the less suspicious word wins the round.
"""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from variants.core.checkpoint import Checkpoint
from variants.core.errors import InputError
from variants.core.guesses import Floats
from variants.core.samples import sample_documents
from variants.core.token_store import split_sentences
from variants.core.tokenization import tokens_of
from variants.core.words import Worded, read_words
from variants.electra.demo import guess, judge
from variants.electra.model import Electra
from variants.electra.pipeline import dice_of, draw_tokens
from variants.electra.replacement import replace_word, suspicion

ROUNDS = 10
FOOLED = 0.5  # below it the discriminator takes a token for original
SHORTEST, LONGEST = 8, 20  # words of a sentence
LETTERS = 4  # at least, of the word that is replaced


@dataclass(frozen=True)
class Challenge:
    """One sentence and the word that is to be replaced in it."""

    worded: Worded
    word: int  # its number

    @property
    def place(self) -> int:
        """Return the place of its token."""
        return self.worded.places[self.word][0]

    @property
    def original(self) -> str:
        """Return the word as it stands in the sentence."""
        return self.worded.words[self.word].text


@dataclass(frozen=True)
class Attempt:
    """A word and how suspicious the discriminator finds it."""

    word: str
    suspicion: float  # P(replaced), of its most suspicious piece

    @property
    def fools(self) -> bool:
        """Say whether the discriminator takes it for original."""
        return self.suspicion < FOOLED


@dataclass(frozen=True)
class Round:
    """Both attempts at one sentence."""

    yours: Attempt
    generators: Attempt

    @property
    def winner(self) -> str:
        """Return “you”, “generator”, or “nobody” where both found the same word."""
        if self.yours.suspicion == self.generators.suspicion:
            return "nobody"
        return "you" if self.yours.suspicion < self.generators.suspicion else "generator"


@dataclass(frozen=True)
class Score:
    """All rounds that were played, by their numbers from 0."""

    rounds: dict[int, Round]

    @property
    def fooled(self) -> tuple[int, int]:
        """Count the words that passed for original: the learner's and the generator's."""
        rounds = self.rounds.values()
        return sum(found.yours.fools for found in rounds), sum(found.generators.fools for found in rounds)

    def won(self, player: str) -> int:
        """Count the rounds that “you” or the “generator” won."""
        return sum(found.winner == player for found in self.rounds.values())


def draw_challenges(checkpoint: Checkpoint[Electra], seed: int) -> tuple[Challenge, ...]:
    """Draw ten sentences of the sample text, and a word of one piece in each."""
    rng = random.Random(f"game-{seed}")
    sentences = [
        sentence
        for document in sample_documents()
        for paragraph in document.paragraphs
        for sentence in split_sentences(paragraph)
        if SHORTEST <= len(sentence.split()) <= LONGEST
    ]
    rng.shuffle(sentences)
    challenges: list[Challenge] = []
    for sentence in sentences:
        worded = read_words(checkpoint, sentence)
        words = [number for number, word in enumerate(worded.words) if _may_be_replaced(worded, number, word.text)]
        if words:
            challenges.append(Challenge(worded, rng.choice(words)))
        if len(challenges) == ROUNDS:
            break
    return tuple(challenges)


def _may_be_replaced(worded: Worded, number: int, word: str) -> bool:
    return len(worded.places[number]) == 1 and len(word) >= LETTERS and word.isalpha() and word.islower()


def generators_word(checkpoint: Checkpoint[Electra], challenge: Challenge, seed: int) -> str:
    """Return the generator's word: a draw from its guesses, the true word and pieces of words set aside."""
    logits: Floats = guess(checkpoint, challenge.worded.encoded, (challenge.place,)).logits.copy()
    tokens = tokens_of(checkpoint.tokenizer, range(logits.shape[-1]))
    original = challenge.worded.encoded.tokens[challenge.place]
    barred = [number for number, token in enumerate(tokens) if token == original or not token.isalpha()]
    logits[:, barred] = -np.inf
    drawn = draw_tokens(logits, dice_of((challenge.place,), seed), 1.0)
    return tokens[drawn[0]]


def play(checkpoint: Checkpoint[Electra], challenge: Challenge, word: str, seed: int) -> Round:
    """Let the discriminator judge the learner's word and the generator's; raise InputError for the true word."""
    if word.strip().casefold() == challenge.original.casefold():
        raise InputError(f"“{challenge.original}” is the word that stands there: find another one.")
    other = generators_word(checkpoint, challenge, seed)
    return Round(_attempt(checkpoint, challenge, word), _attempt(checkpoint, challenge, other))


def _attempt(checkpoint: Checkpoint[Electra], challenge: Challenge, word: str) -> Attempt:
    replacement = replace_word(checkpoint, challenge.worded, challenge.word, word)
    return Attempt(word.strip(), suspicion(replacement, judge(checkpoint, replacement.after.input_ids)))


def score(
    checkpoint: Checkpoint[Electra], challenges: tuple[Challenge, ...], answers: tuple[str, ...], seed: int
) -> Score:
    """Play all rounds that have an answer; an answer that cannot be used is no round."""
    rounds: dict[int, Round] = {}
    for number, (challenge, answer) in enumerate(zip(challenges, answers, strict=True)):
        if answer.strip():
            with suppress(InputError):
                rounds[number] = play(checkpoint, challenge, answer, seed)
    return Score(rounds)
