"""The same hidden words, asked of two models with different vocabularies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from variants.core.checkpoint import Checkpoint
from variants.core.guesses import Floats, Guess, best_guesses, probabilities
from variants.core.reading import Reading, logits_at
from variants.core.words import Worded


@dataclass(frozen=True, eq=False)
class Answer:
    """What one model says of one hidden word."""

    pieces: tuple[str, ...]  # that the vocabulary cuts the word into; a mask each
    logits: Floats  # over the vocabulary, at the first of them
    best: Guess
    probability: float | None  # of the word that stood there; None for a typed mask


def answer_of(checkpoint: Checkpoint[Any], worded: Worded, reading: Reading, word: int) -> Answer:
    """Return a model's answer for the word of that number, at its first piece."""
    place = worded.places[word][0]
    logits = logits_at(reading, place)
    hidden = worded.encoded.input_ids[place]
    return Answer(
        pieces=tuple(worded.encoded.tokens[piece] for piece in worded.places[word]),
        logits=logits,
        best=best_guesses(checkpoint, logits, 1)[0],
        probability=None if worded.words[word].is_mask else float(probabilities(logits)[hidden]),
    )


def shared_words(*worded: Worded) -> tuple[int, ...]:
    """Return the numbers of the words that every model has a piece of."""
    return tuple(number for number, places in enumerate(zip(*(w.places for w in worded), strict=True)) if all(places))


def default_words(worded: Worded, shared: tuple[int, ...]) -> tuple[int, ...]:
    """Return what is hidden until the learner chooses: the last word, unless a mask was typed."""
    if any(word.is_mask for word in worded.words):
        return ()
    return tuple(number for number in shared if worded.words[number].text.isalpha())[-1:]
