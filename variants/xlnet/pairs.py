"""Which words can inform each other: “New York is a city”, by BERT and by XLNet.

Yang et al., 2019, section 2.6. Hide New and York from BERT, and it guesses each from the rest alone:
p(New | rest) · p(York | rest). XLNet predicts one and then the other, which sees it:
p(New | rest) · p(York | New, rest). What the second word gains is the dependency that BERT cannot
learn between words hidden together. The two models spell words with different pieces; so the gain is
measured within XLNet, against its own guess for the second word when the first is not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from variants.core.encoding import MAX_CHARACTERS, Encoded
from variants.core.errors import InputError
from variants.core.guesses import probabilities
from variants.core.reading import Reading, logits_at
from variants.core.tokenization import readable
from variants.core.words import places_of as places_of_words
from variants.core.words import spans_of, words_of
from variants.xlnet.demo import XLNet, log_probabilities, read
from variants.xlnet.factorization import Factorization, Order, permutation_masks, places_of


@dataclass(frozen=True)
class Words:
    """A text's words and where the pieces of each stand."""

    encoded: Encoded
    words: tuple[str, ...]
    places: tuple[tuple[int, ...], ...]  # none where a word was cut off


@dataclass(frozen=True)
class Dependency:
    """Two words predicted from the rest of the text, one after the other; log-probabilities."""

    first: float  # from the rest
    second: float  # from the rest
    first_after: float  # when it comes second
    second_after: float

    @property
    def gain(self) -> float:
        """Return what the second word gains, in nats, once the first is seen."""
        return self.second_after - self.second


def read_words(checkpoint: XLNet, text: str) -> Words:
    """Read a text and find the pieces of its words, all that :mod:`variants.core.words` counts as words."""
    text = readable(text[:MAX_CHARACTERS])
    plain, words = words_of(text)
    if plain != text:
        raise InputError("XLNet has no masks: take them out of the text, and choose two words to hide from BERT here.")
    encoded = read(checkpoint, text)
    ordinary = set(places_of(encoded))
    pieces = tuple(
        found if ordinary.issuperset(found) else ()
        for found in places_of_words(spans_of(checkpoint.tokenizer, text), words, first=0)
    )
    return Words(encoded, tuple(word.text for word in words), pieces)


def orders_of_pair(encoded: Encoded, first: Sequence[int], second: Sequence[int]) -> tuple[Factorization, ...]:
    """Return two orders: all else is given; then the first word and the second, or the other way round."""
    pair = set(first) | set(second)
    if len(pair) < len(first) + len(second):
        raise InputError("These two words share a piece of the vocabulary: choose two others.")
    rest: Order = tuple(place for place in places_of(encoded) if place not in pair)
    return Factorization((*rest, *first, *second), len(rest)), Factorization((*rest, *second, *first), len(rest))


def dependency(checkpoint: XLNet, encoded: Encoded, first: Sequence[int], second: Sequence[int]) -> Dependency:
    """Predict two words, given by the places of their pieces, in both orders."""
    forth, back = log_probabilities(checkpoint, encoded, orders_of_pair(encoded, first, second))
    return Dependency(
        first=float(forth[list(first)].sum()),
        second=float(back[list(second)].sum()),
        first_after=float(back[list(first)].sum()),
        second_after=float(forth[list(second)].sum()),
    )


def number_of_dependencies(encoded: Encoded, first: Sequence[int], second: Sequence[int]) -> tuple[int, int]:
    """Count the pairs (a token predicted, a token it sees), special ones left out: all hidden at once, and in order.

    Read off the mask that the model is given.
    """
    forth, _ = orders_of_pair(encoded, first, second)
    seen = ~permutation_masks([forth], len(encoded))[0].numpy()
    seen[:, [place for place, special in enumerate(encoded.special) if special]] = False
    rows = seen[list(forth.predicted)]
    return int(np.delete(rows, list(forth.predicted), axis=1).sum()), int(rows.sum())


def independent(reading: Reading, places: Sequence[int]) -> float:
    """Return the log-probability of hidden tokens under a model that guesses each on its own."""
    return sum(
        float(np.log(probabilities(logits_at(reading, place))[reading.original.input_ids[place]])) for place in places
    )
