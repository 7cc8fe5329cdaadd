"""Static against dynamic masking, epoch by epoch, on one text.

Liu et al., 2019, section 4.1. BERT draws masks while its data is made: the text is copied ten times,
each copy is masked once, and training comes back to the same copies. RoBERTa draws a new mask each
time a text is served, and copies nothing.

Both are drawn here by the masker that trained our RoBERTa, from the same seed, so that they agree
until the copies are used up: what differs is the repeating alone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate

from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.masking import Fate
from variants.roberta.demo import Roberta
from variants.roberta.objective import MLM_PROBABILITY, mask_anew

EPOCHS, COPIES = 40, 10  # the paper's
SEED = 6  # draws of the chapter's example that come near what is expected


@dataclass(frozen=True)
class MaskMatrix:
    """Which tokens are chosen in which epoch."""

    fates: tuple[tuple[Fate | None, ...], ...]  # (epochs, tokens); None where a token is not chosen

    @property
    def patterns(self) -> tuple[tuple[int, ...], ...]:
        """Return the chosen positions of each epoch."""
        return tuple(tuple(place for place, fate in enumerate(row) if fate) for row in self.fates)

    @property
    def is_new(self) -> tuple[bool, ...]:
        """Say of each epoch whether its pattern was never seen before."""
        patterns = self.patterns
        return tuple(pattern not in patterns[:epoch] for epoch, pattern in enumerate(patterns))

    @property
    def patterns_seen(self) -> tuple[int, ...]:
        """Count the different patterns up to each epoch."""
        return tuple(accumulate(map(int, self.is_new)))

    @property
    def ever_masked(self) -> tuple[int, ...]:
        """Count the tokens that were chosen at least once up to each epoch."""
        return tuple(len(seen) for seen in accumulate(map(frozenset, self.patterns), frozenset.union))


def draw_masks(
    checkpoint: Roberta, encoded: Encoded, *, epochs: int, seed: int, copies: int | None = None
) -> MaskMatrix:
    """Serve a text once an epoch; ``copies`` masks that come round again, or new ones each time for None."""
    vocabulary, special = checkpoint.vocabulary, frozenset(checkpoint.tokenizer.all_special_ids)
    if special.issuperset(encoded.input_ids):
        raise InputError("There is no word to hide in this text: type a sentence, for example “The cat sat.”")
    served = [
        mask_anew(encoded.input_ids, vocabulary, special, random.Random(f"{seed}-{serving}")).fates
        for serving in range(epochs if copies is None else min(copies, epochs))
    ]
    return MaskMatrix(tuple(served[epoch % len(served)] for epoch in range(epochs)))


@dataclass(frozen=True)
class Counters:
    """What one matrix amounts to after some epochs."""

    draws: int  # different servings so far: k of the closed form
    patterns: int  # different sets of chosen tokens
    ever_masked: int  # tokens
    candidates: int  # tokens that may be chosen
    expected: float  # share ever chosen, by the closed form for this text
    on_long_text: float  # the same for exactly 15 % a serving: 1 - 0.85^k


def count(checkpoint: Roberta, encoded: Encoded, matrix: MaskMatrix, epoch: int, copies: int | None = None) -> Counters:
    """Count what the first ``epoch`` epochs show, and what the closed form says of them."""
    candidates = number_that_may_be_hidden(checkpoint, encoded)
    draws = epoch if copies is None else min(epoch, copies)
    return Counters(
        draws=draws,
        patterns=matrix.patterns_seen[epoch - 1],
        ever_masked=matrix.ever_masked[epoch - 1],
        candidates=candidates,
        expected=share_ever_masked(chance_of_a_token(len(encoded), candidates), draws),
        on_long_text=share_ever_masked(MLM_PROBABILITY, draws),
    )


def number_that_may_be_hidden(checkpoint: Roberta, encoded: Encoded) -> int:
    """Count the tokens that are not special."""
    return sum(token not in checkpoint.tokenizer.all_special_ids for token in encoded.input_ids)


def chance_of_a_token(length: int, candidates: int) -> float:
    """Return the probability that one serving chooses a given candidate.

    15 % of all ``length`` tokens, rounded up or down at random but at least one, are spread over the
    ``candidates``: special tokens count and are never chosen, so that a short text loses more than 15 %.
    """
    wanted = MLM_PROBABILITY * length
    below = int(wanted)
    fewer, more = (min(max(1, count), candidates) for count in (below, below + 1))
    return ((1 - (wanted - below)) * fewer + (wanted - below) * more) / candidates


def share_ever_masked(chance: float, servings: int) -> float:
    """Return the share of tokens that ``servings`` independent draws choose at least once."""
    return 1 - (1 - chance) ** servings
