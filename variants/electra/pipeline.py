"""From the learner's text to what the discriminator reads: hide, sample, compare.

Clark et al., 2020, section 2. Three texts of one length stand below each other: the original, the
masked one and the sampled one. A token counts as replaced where the third differs from the first, so
a sample that happens to be the true token counts as original. A [MASK] that the learner types has no
original; whatever fills it counts as replaced.

Each place of a text has a number between 0 and 1, drawn from a seed. Where it falls among the
generator's summed probabilities, there is the sample; another temperature moves the probabilities
and keeps the number.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import torch

from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.guesses import Floats, probabilities
from variants.core.masking import number_to_mask
from variants.core.reading import Reading
from variants.core.tokenization import tokens_of
from variants.electra.model import Electra
from variants.electra.objective import sample

MASK_FRACTION = 0.15  # of all tokens, special ones counted


@dataclass(frozen=True)
class Corruption:
    """One text in its three states; all have the same length."""

    original: Encoded
    masked: Encoded  # what the generator reads
    sampled: Encoded  # what the discriminator reads
    hidden: tuple[int, ...]  # positions that the generator filled

    @property
    def replaced(self) -> tuple[bool, ...]:
        """Say of every token whether it is another one than in the original: the true labels."""
        return tuple(a != b for a, b in zip(self.original.input_ids, self.sampled.input_ids, strict=True))

    @property
    def lucky(self) -> tuple[int, ...]:
        """Return the positions where the sample is the true token."""
        replaced = self.replaced
        return tuple(place for place in self.hidden if not replaced[place])


def draw_masks(
    checkpoint: Checkpoint[Electra], encoded: Encoded, *, fraction: float = MASK_FRACTION, seed: int = 0
) -> tuple[int, ...]:
    """Draw which tokens to hide: a share of all tokens, at least one; never a special token or a typed [MASK]."""
    if not 0 < fraction <= 1:
        raise InputError("The share of hidden tokens must be above 0 and at most 1.")
    candidates = candidates_of(checkpoint, encoded)
    wanted = min(number_to_mask(len(encoded), mlm_probability=fraction), len(candidates))
    return tuple(sorted(random.Random(f"masks-{seed}").sample(candidates, wanted)))


def candidates_of(checkpoint: Checkpoint[Electra], encoded: Encoded) -> list[int]:
    """Return the places that may be hidden."""
    return [
        place
        for place, token_id in enumerate(encoded.input_ids)
        if not encoded.special[place] and token_id != checkpoint.vocabulary.mask
    ]


def dice_of(places: tuple[int, ...], seed: int) -> tuple[float, ...]:
    """Return a number in [0, 1) for each place; hiding another place leaves it as it is."""
    return tuple(random.Random(f"dice-{seed}-{place}").random() for place in places)


def draw_tokens(logits: Floats, dice: tuple[float, ...], temperature: float) -> tuple[int, ...]:
    """Draw a token id for each row of ``logits`` (places, vocabulary); temperature 0 takes the best one.

    Training samples at temperature 1.
    """
    if not 0 <= temperature <= 100:
        raise InputError("The temperature must be between 0 and 100.")
    rows = torch.from_numpy(logits)
    if temperature == 0:
        return tuple(rows.argmax(-1).tolist())
    return tuple(sample(rows / temperature, torch.tensor(dice)).tolist())


def refill(checkpoint: Checkpoint[Electra], reading: Reading, *, temperature: float = 1.0, seed: int = 0) -> Corruption:
    """Put a sample of the generator's guesses into every hidden place; no model runs."""
    ids = draw_tokens(reading.logits, dice_of(reading.masks, seed), temperature)
    sampled = reading.encoded
    for place, token_id, token in zip(reading.masks, ids, tokens_of(checkpoint.tokenizer, ids), strict=True):
        sampled = sampled.replace(place, token_id, token)
    return Corruption(reading.original, reading.encoded, sampled, reading.masks)


def standing(logits: Floats, token_id: int) -> tuple[float, int]:
    """Return a token's probability, and how many tokens are more probable."""
    probability = probabilities(logits)
    return float(probability[token_id]), int((probability > probability[token_id]).sum())
