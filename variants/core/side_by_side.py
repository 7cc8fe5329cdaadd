"""One sentence as several models see it: the same words hidden, and the same questions asked of each.

Vocabularies cut words differently, so everything is told by *words*. A word is hidden with all of its
pieces, and all hidden words at once; its probability is the product of its pieces', which are guessed
independently of each other. A masked model reads the mask token there. XLNet reads the word itself, but
no token sees it. ELECTRA has two networks: its generator fills in, its discriminator judges the text as
it was typed.

What each word is worth is its pseudo-log-likelihood (Salazar et al., 2020): the sum over its pieces of
what the model says of each when that piece alone is hidden. A word of several pieces is flattered by
that, because the other pieces give it away.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import torch

from variants.core.attention import Network
from variants.core.checkpoint import WEIGHTS, Checkpoint
from variants.core.cost import LiveMemory
from variants.core.encoding import MAX_CHARACTERS
from variants.core.errors import InputError
from variants.core.guesses import Floats, Guess, best_guesses, probabilities
from variants.core.head_statistics import statistics_of
from variants.core.inference import forward_pass
from variants.core.likelihood import Guesses, hidden_in_turn
from variants.core.shown_pieces import Piece, pieces_of
from variants.core.tokenization import readable, tokens_of
from variants.core.variant import MODELS, Variant
from variants.core.words import STAND_IN, Word, places_of, spans_of, words_of

MOST_GUESSES = 5


@dataclass(frozen=True)
class Cut:
    """A text as one model reads it."""

    input_ids: tuple[int, ...]  # special tokens included
    tokens: tuple[str, ...]
    words: tuple[Word, ...]
    places: tuple[tuple[int, ...], ...]  # of each word's pieces; none where nothing of it is read
    pieces: tuple[tuple[Piece, ...], ...]  # the same, to be shown; a typed mask is one
    left_out: int  # words beyond the last that fits
    max_length: int  # tokens, special ones included


@dataclass(frozen=True)
class Filled:
    """What a model says of one hidden word."""

    word: int
    guesses: tuple[Guess, ...]  # for its first piece, the most probable first
    probability: float | None  # of the word that stood there, all pieces; None for a typed mask


@dataclass(frozen=True)
class View:
    """One model's view of a sentence."""

    slug: str
    name: str
    cut: Cut
    filled: tuple[Filled, ...]
    word_scores: tuple[float | None, ...]  # pseudo-log-likelihood of each word, in nats; None where it was not asked
    suspicions: tuple[float | None, ...]  # of the highest piece of each word, in [0, 1]; empty without a discriminator
    parameters: int
    file_bytes: int
    seconds: float  # of the pass that filled in
    peak_bytes: int  # of tensors that lived at once in that pass, weights not counted
    entropy: float  # of attention, in nats, averaged over all heads
    mean_distance: float  # tokens

    @property
    def tokens(self) -> int:
        """Return the number of tokens, special ones not counted."""
        return len({place for places in self.cut.places for place in places})

    @property
    def log_likelihood(self) -> float:
        """Return the sum over all words that were asked."""
        return sum(score for score in self.word_scores if score is not None)


def can_be_compared(variant: Variant) -> bool:
    """Say whether a variant ships a model that fills in words."""
    return variant.judges_language and bool(variant.shipped) and _guesses(variant.part("scoring")) is not None


def cut(checkpoint: Checkpoint[Any], text: str) -> Cut:
    """Cut a text as the model's tokenizer does; raise InputError when there is nothing to read."""
    plain, words = words_of(readable(text[:MAX_CHARACTERS]))
    if not words:
        raise InputError("There is nothing to read in the text yet: type a sentence, for example “The cat sat.”")
    tokenizer = checkpoint.tokenizer
    before, after = _frame(checkpoint)
    ids: list[int] = tokenizer.encode(plain, add_special_tokens=False, verbose=False)
    kept = [*before, *ids[: checkpoint.max_length - len(before) - len(after)], *after]
    first, last = len(before), len(kept) - len(after)
    spans = spans_of(tokenizer, plain)
    places = places_of(spans, words, first=first)
    whole = tuple(found if found and found[-1] < last else () for found in places)
    pieces = tuple(
        (Piece(word.shown),) * bool(found)
        if word.is_mask
        else pieces_of(tokenizer, plain, word, [kept[p] for p in found], [spans[p - first] for p in found])
        for word, found in zip(words, whole, strict=True)
    )
    return Cut(
        input_ids=tuple(kept),
        tokens=tuple(tokens_of(tokenizer, kept)),
        words=words,
        places=whole,
        pieces=pieces,
        left_out=sum(bool(found) and found[-1] >= last for found in places),
        max_length=checkpoint.max_length,
    )


def view(variant: Variant, text: str, chosen: tuple[int, ...] = ()) -> View:
    """Ask a shipped model of a text; ``chosen`` are the numbers of the words to hide beside typed masks."""
    checkpoint: Checkpoint[Any] = variant.part("model").load()
    scoring = variant.part("scoring")
    read = cut(checkpoint, text)
    hidden = [
        number for number, word in enumerate(read.words) if read.places[number] and (word.is_mask or number in chosen)
    ]
    places = sorted({place for number in hidden for place in read.places[number]})
    logits, seconds, peak = _measured(checkpoint, scoring, read, places)
    entropy, distance = _attention(variant, checkpoint, text)
    return View(
        slug=variant.slug,
        name=variant.name,
        cut=read,
        filled=tuple(_filled(checkpoint, read, number, places, logits) for number in hidden),
        word_scores=_word_scores(checkpoint, scoring, read, hidden_by_hand(read)),
        suspicions=_suspicions(checkpoint, scoring, read),
        parameters=sum(parameter.numel() for parameter in checkpoint.model.parameters()),
        file_bytes=(MODELS / variant.slug / WEIGHTS).stat().st_size,
        seconds=seconds,
        peak_bytes=peak,
        entropy=entropy,
        mean_distance=distance,
    )


def hidden_by_hand(read: Cut) -> tuple[int, ...]:
    """Return the places of masks that the learner typed."""
    return tuple(
        place for word, pieces in zip(read.words, read.places, strict=True) if word.is_mask for place in pieces
    )


def fill_in(checkpoint: Checkpoint[Any], scoring: ModuleType, ids: Sequence[int], places: Sequence[int]) -> Floats:
    """Return the logits (places, vocabulary) of hidden places, all hidden at once."""
    with forward_pass():
        return _pass(checkpoint, scoring, ids, places)


def _pass(checkpoint: Checkpoint[Any], scoring: ModuleType, ids: Sequence[int], places: Sequence[int]) -> Floats:
    if own := getattr(scoring, "fill_in", None):
        return own(checkpoint.model, ids, places).numpy()
    guesses = _guesses(scoring)
    assert guesses is not None  # only variants that can be compared are asked
    input_ids = torch.tensor([list(ids)])
    chosen = torch.zeros_like(input_ids, dtype=torch.bool)
    chosen[0, list(places)] = True
    hidden = input_ids.masked_fill(chosen, checkpoint.vocabulary.mask)
    return guesses(checkpoint.model)(hidden, torch.ones_like(hidden), chosen).float().numpy()


def _guesses(scoring: ModuleType) -> Any:
    """Return what makes a model's :data:`Guesses`; ELECTRA's are its generator's."""
    return getattr(scoring, "guesses", None) or getattr(scoring, "generator_guesses", None)


def _frame(checkpoint: Checkpoint[Any]) -> tuple[list[int], list[int]]:
    """Return the special tokens before and behind a text."""
    inside: list[int] = checkpoint.tokenizer.encode(STAND_IN, add_special_tokens=False)
    whole: list[int] = checkpoint.tokenizer.encode(STAND_IN)
    at = whole.index(inside[0])
    return whole[:at], whole[at + len(inside) :]


def _measured(
    checkpoint: Checkpoint[Any], scoring: ModuleType, read: Cut, places: Sequence[int]
) -> tuple[Floats, float, int]:
    """Fill in twice: to take the time, which does not run while others are served, and to count the memory."""
    asked = places or [place for pieces in read.places for place in pieces][:1]
    if not asked:
        raise InputError("There is nothing to read in the text yet: type a sentence, for example “The cat sat.”")
    with forward_pass():
        started = time.perf_counter()
        logits = _pass(checkpoint, scoring, read.input_ids, asked)
        seconds = time.perf_counter() - started
        with LiveMemory() as memory:
            _pass(checkpoint, scoring, read.input_ids, asked)
    return logits, seconds, memory.peak


def _filled(checkpoint: Checkpoint[Any], read: Cut, word: int, places: Sequence[int], logits: Floats) -> Filled:
    rows = [places.index(place) for place in read.places[word]]
    right = [read.input_ids[place] for place in read.places[word]]
    each = probabilities(logits[rows])[np.arange(len(rows)), right]
    typed = read.words[word].is_mask
    return Filled(word, best_guesses(checkpoint, logits[rows[0]], MOST_GUESSES), None if typed else float(each.prod()))


def _word_scores(
    checkpoint: Checkpoint[Any], scoring: ModuleType, read: Cut, typed: tuple[int, ...]
) -> tuple[float | None, ...]:
    ids = list(read.input_ids)
    for place in typed:
        ids[place] = checkpoint.vocabulary.mask
    places = sorted({place for pieces in read.places for place in pieces} - set(typed))
    guesses: Guesses = _guesses(scoring)(checkpoint.model)
    with forward_pass():
        (values,) = hidden_in_turn(guesses, checkpoint.vocabulary, [ids], [places])
    found = dict(zip(places, values, strict=True))
    return tuple(
        sum(found[place] for place in pieces) if pieces and not set(pieces) & set(typed) else None
        for pieces in read.places
    )


def _suspicions(checkpoint: Checkpoint[Any], scoring: ModuleType, read: Cut) -> tuple[float | None, ...]:
    judge = getattr(scoring, "suspicions", None)
    if judge is None:
        return ()
    with forward_pass():
        found = judge(checkpoint.model, read.input_ids)
    return tuple(max(found[place] for place in pieces) if pieces else None for pieces in read.places)


def _attention(variant: Variant, checkpoint: Checkpoint[Any], text: str) -> tuple[float, float]:
    network: Network = variant.part("attention").NETWORKS[0]
    heads = statistics_of(network.look(checkpoint, network.read(checkpoint, text, None)))
    return float(np.mean([h.entropy for h in heads])), float(np.mean([h.mean_distance for h in heads]))
