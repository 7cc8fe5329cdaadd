"""Which tokens are hidden, and what stands in their place: BERT's masker, to the letter.

Devlin et al., 2018, section 3.1 and the reference ``create_pretraining_data.py``: an exact number of
positions is drawn, never a special token; of those, 80 % become [MASK], 10 % a random piece of the
vocabulary and 10 % keep their token. transformers' collator draws each position on its own, so its
count varies; this one does not.

Left out: whole-word masking, and spans.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

IGNORED = -100  # the label of a position that carries no loss, as PyTorch has it


class Fate(StrEnum):
    """What happened to a chosen position."""

    MASK = "mask"
    RANDOM = "random"
    KEEP = "keep"


@dataclass(frozen=True)
class Masked:
    """A masked sequence; all fields run over its positions."""

    input_ids: tuple[int, ...]
    labels: tuple[int, ...]  # the original id where a loss is taken, IGNORED elsewhere
    fates: tuple[Fate | None, ...]  # None where the position was not chosen

    @property
    def number_chosen(self) -> int:
        """Return how many positions carry a loss."""
        return sum(label != IGNORED for label in self.labels)


def number_to_mask(length: int, *, mlm_probability: float = 0.15, max_predictions: int | None = None) -> int:
    """Return how many of ``length`` positions (special tokens included) are predicted: at least one."""
    wanted = max(1, round(mlm_probability * length))
    return wanted if max_predictions is None else min(max_predictions, wanted)


def draw_fate(rng: random.Random) -> Fate:
    """Draw 80 % [MASK], 10 % random, 10 % keep."""
    if rng.random() < 0.8:
        return Fate.MASK
    return Fate.KEEP if rng.random() < 0.5 else Fate.RANDOM


def mask_tokens(
    input_ids: Sequence[int],
    special_tokens_mask: Sequence[bool],
    rng: random.Random,
    *,
    mask_id: int,
    vocabulary_size: int,
    mlm_probability: float = 0.15,
    max_predictions: int | None = None,
) -> Masked:
    """Choose positions and corrupt them; the same ``rng`` state gives the same masks.

    A random replacement is uniform over the whole vocabulary, so it may be a special token or the
    original itself, as in the reference code.
    """
    candidates = [position for position, special in enumerate(special_tokens_mask) if not special]
    rng.shuffle(candidates)
    count = number_to_mask(len(input_ids), mlm_probability=mlm_probability, max_predictions=max_predictions)
    return corrupt(input_ids, candidates[:count], rng, mask_id=mask_id, vocabulary_size=vocabulary_size)


def corrupt(
    input_ids: Sequence[int], chosen: Iterable[int], rng: random.Random, *, mask_id: int, vocabulary_size: int
) -> Masked:
    """Give each chosen position a fate of its own and put what it says in its place."""
    corrupted, labels = list(input_ids), [IGNORED] * len(input_ids)
    fates: list[Fate | None] = [None] * len(input_ids)
    for position in chosen:
        fate = draw_fate(rng)
        labels[position], fates[position] = input_ids[position], fate
        if fate is Fate.MASK:
            corrupted[position] = mask_id
        elif fate is Fate.RANDOM:
            corrupted[position] = rng.randrange(vocabulary_size)
    return Masked(tuple(corrupted), tuple(labels), tuple(fates))
