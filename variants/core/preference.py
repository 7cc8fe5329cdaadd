"""Which of two sentences a model prefers, and by how much; and which of two words in a gap.

A minimal pair differs in one point (Warstadt et al., 2020). Each model scores both sentences as a
whole: by pseudo-log-likelihood where it fills in words, ELECTRA by how original its discriminator finds
all tokens (the log-probability that none was replaced). The two scales do not compare, the signs do.

In a template, ``{}`` is filled by one word after another, and two candidates compete for the mask. What
counts is the logarithm of their odds: how common a filler is drops out of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from variants.core.checkpoint import Checkpoint
from variants.core.errors import InputError
from variants.core.guesses import token_id_of
from variants.core.inference import forward_pass
from variants.core.likelihood import pseudo_log_likelihoods
from variants.core.side_by_side import cut, fill_in, hidden_by_hand
from variants.core.tokenization import readable
from variants.core.variant import Variant
from variants.core.words import MASKS

SLOT = "{}"
MOST_FILLERS = 12
LONGEST = 400  # characters of one sentence


@dataclass(frozen=True)
class Preference:
    """One model's scores of two sentences; the higher, the more natural."""

    slug: str
    name: str
    first: float
    second: float
    judges_originality: bool  # ELECTRA's discriminator, on a scale of its own

    @property
    def margin(self) -> float:
        """Return by how much the first is preferred, in nats."""
        return self.first - self.second


@dataclass(frozen=True)
class Odds:
    """One model's log-odds of the first candidate over the second one, for each filler."""

    slug: str
    name: str
    fillers: tuple[str, ...]
    log_odds: tuple[float, ...]


def prefer(variant: Variant, first: str, second: str) -> Preference:
    """Score two sentences; raise InputError where one has nothing to read or is too long."""
    checkpoint: Checkpoint[Any] = variant.part("model").load()
    one, other = scores_of(variant, [_sentence(checkpoint, text) for text in (first, second)])
    return Preference(variant.slug, variant.name, one, other, not hasattr(variant.part("scoring"), "guesses"))


def scores_of(variant: Variant, sentences: Sequence[str]) -> list[float]:
    """Return how natural a model finds each sentence: the higher, the more so."""
    checkpoint: Checkpoint[Any] = variant.part("model").load()
    scoring = variant.part("scoring")
    with forward_pass():
        if guesses := getattr(scoring, "guesses", None):
            found = pseudo_log_likelihoods(guesses(checkpoint.model), checkpoint.tokenizer, sentences)
            return [each.total for each in found]
        return scoring.preferences(checkpoint.model, checkpoint.tokenizer, sentences)


def odds(variant: Variant, template: str, fillers: Sequence[str], candidates: tuple[str, str]) -> Odds:
    """Fill a template with one word after another and let two candidates compete for its mask."""
    check_template(template, fillers)
    checkpoint: Checkpoint[Any] = variant.part("model").load()
    scoring = variant.part("scoring")
    ids = [_one_piece(variant, checkpoint, word.strip()) for word in candidates]
    found: list[float] = []
    for filler in fillers:
        read = cut(checkpoint, template.replace(SLOT, filler))
        places = hidden_by_hand(read)
        if not places:
            raise InputError("The mask stands beyond what the model reads: write a shorter template.")
        logits = fill_in(checkpoint, scoring, read.input_ids, places)[0].astype(np.float64)
        found.append(float(logits[ids[0]] - logits[ids[1]]))
    return Odds(variant.slug, variant.name, tuple(fillers), tuple(found))


def fillers_of(written: str) -> tuple[str, ...]:
    """Return the fillers of a list with commas, each once."""
    return tuple(dict.fromkeys(word.strip() for word in readable(written).split(",") if word.strip()))


def check_template(template: str, fillers: Sequence[str]) -> None:
    """Raise InputError unless the template has one slot and one mask, and there is something to fill in."""
    if template.count(SLOT) != 1 or sum(template.count(mask) for mask in MASKS) != 1:
        raise InputError("The template needs one {} for the fillers and one [MASK] for the two words.")
    if not fillers:
        raise InputError("There is nothing to fill in yet: write some words with commas between them.")
    if len(fillers) > MOST_FILLERS:
        raise InputError(f"These are {len(fillers)} fillers; {MOST_FILLERS} is the most that can be told apart.")
    if len(template) > LONGEST:
        raise InputError(f"The template has {len(template):,} characters; {LONGEST} is the most.")


def _sentence(checkpoint: Checkpoint[Any], text: str) -> str:
    text = readable(text).strip()
    if not text:
        raise InputError("There is nothing to read in one of the sentences yet: write two.")
    if len(text) > LONGEST or len(checkpoint.tokenizer.encode(text, verbose=False)) > checkpoint.max_length:
        raise InputError(f"A sentence of a pair has at most {LONGEST} characters: write a shorter one.")
    return text


def _one_piece(variant: Variant, checkpoint: Checkpoint[Any], word: str) -> int:
    """Return the id of a word behind a space; vocabularies that keep the space write it into the piece."""
    vocabulary = checkpoint.tokenizer.get_vocab()
    for space in ("Ġ", "▁"):
        if space + word in vocabulary:
            return vocabulary[space + word]
    try:
        return token_id_of(checkpoint, word)
    except InputError as error:
        raise InputError(f"{variant.name}: {error}") from error
