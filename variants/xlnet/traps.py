"""Four ways to get permutation language modelling wrong, each measured on the learner's sentence.

None of them raises an error. What gives them away is a token whose own prediction moves when the token
itself is edited, or a probability that is too good to be true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.inference import forward_pass
from variants.core.task import Batch
from variants.xlnet.demo import OrderReading, XLNet, batch_of, edited, query_logits, spread
from variants.xlnet.factorization import Factorization, places_of
from variants.xlnet.orders import CONTEXT_RANK, permutation_mask
from variants.xlnet.pairs import orders_of_pair

PREDICTED = 6  # one token in six, the paper's K


@dataclass(frozen=True)
class Masked:
    """A sentence under a mask that may be wrong."""

    name: str
    total: float  # log-probability of the sentence, or what takes its name
    moved: float  # share of the last token's probability that moves when that token itself is edited


@dataclass(frozen=True)
class FirstToken:
    """The first token of an order, with something before it and with nothing."""

    token: str
    sees_specials: float  # log-probability when <sep> and <cls> come first
    sees_nothing: float  # when they do not
    lowest: float  # attention of its query in the first layer when it may see nothing: least of a token
    highest: float  # and most
    tokens: int
    moved: float  # share of its probability that moves when it is edited itself, seeing nothing


@dataclass(frozen=True)
class Overwritten:
    """The second of two tokens, after the first one and after <mask> in its place; log-probabilities."""

    first: str
    second: str
    real: float
    mask: float


def wrong_masks(checkpoint: XLNet, encoded: Encoded, factorization: Factorization) -> tuple[Masked, ...]:
    """Run the sentence under the right mask and under three mistaken ones."""
    batch = batch_of(encoded, [factorization])
    right, last = batch["perm_mask"], factorization.predicted[-1]
    masks = {
        "as it should be": right,
        "read the wrong way round": ~right,
        "each token hidden from itself alone": torch.eye(len(encoded), dtype=torch.bool)[None],
        "none, the targets named alone": torch.zeros_like(right),
    }
    changed = torch.tensor([edited(checkpoint, encoded, last).input_ids])
    found: list[Masked] = []
    with forward_pass():
        for name, mask in masks.items():
            wrong = {**batch, "perm_mask": mask}
            logits = query_logits(checkpoint, wrong)
            total = float(spread(logits, wrong).nansum())
            after = query_logits(checkpoint, {**wrong, "input_ids": changed})
            found.append(Masked(name, total, moved(logits[0, -1], after[0, -1])))
    return tuple(found)


def first_token(checkpoint: XLNet, encoded: Encoded, factorization: Factorization) -> FirstToken:
    """Predict the first token of an order with <sep> and <cls> before it, and with nothing before it.

    A softmax over scores that are all minus infinity, or -1e30, is uniform: it sees everything.
    """
    full = Factorization(factorization.order)
    first = full.order[0]
    proper = batch_of(encoded, [full])
    bare = {**proper, "perm_mask": without_context(full, len(encoded))}
    changed = {**bare, "input_ids": torch.tensor([edited(checkpoint, encoded, first).input_ids])}
    model: Any = checkpoint.model
    with forward_pass():
        values = [float(spread(query_logits(checkpoint, batch), batch)[0, first]) for batch in (proper, bare)]
        weights: Tensor = model(**bare, output_attentions=True).attentions[0][1][0, :, first]  # (heads, tokens)
        before, after = (query_logits(checkpoint, batch)[0, 0] for batch in (bare, changed))
    return FirstToken(
        encoded.tokens[first],
        *values,
        lowest=float(weights.min()),
        highest=float(weights.max()),
        tokens=len(encoded),
        moved=moved(before, after),
    )


def without_context(full: Factorization, length: int) -> Tensor:
    """Return the mask of an order in which nothing comes before the first token: the special ones come last."""
    ranks = full.ranks(length)
    ranks = [len(full.order) + place if rank == CONTEXT_RANK else rank for place, rank in enumerate(ranks)]
    every = torch.tensor([ranks])
    return permutation_mask(every, every < len(full.order))


def overwritten(checkpoint: XLNet, encoded: Encoded) -> Overwritten:
    """Predict the text's second token from the first and the rest, and from <mask> and the rest.

    The library's ``DataCollatorForPermutationLanguageModeling`` writes <mask> over the targets, so that
    one target cannot inform another; the reference implementation keeps the real tokens.
    """
    if len(places_of(encoded)) < 2:
        raise InputError("This needs two tokens: type a longer text.")
    first, second = places_of(encoded)[:2]
    batch = batch_of(encoded, [orders_of_pair(encoded, [first], [second])[0]])
    masked = encoded.replace(first, checkpoint.vocabulary.mask, str(checkpoint.tokenizer.mask_token))
    batches: tuple[Batch, Batch] = (batch, {**batch, "input_ids": torch.tensor([masked.input_ids])})
    with forward_pass():
        real, mask = (float(spread(query_logits(checkpoint, each), each)[0, second]) for each in batches)
    return Overwritten(encoded.tokens[first], encoded.tokens[second], real, mask)


def late_and_early(reading: OrderReading) -> tuple[float, float] | None:
    """Return the mean log-probability of the first half of an order and of its last sixth, None if it is too short."""
    values = [step.log_probability for step in reading.steps]
    if reading.factorization.given or len(values) < PREDICTED:
        return None
    return float(np.mean(values[: len(values) // 2])), float(np.mean(values[-(len(values) // PREDICTED) :]))


def moved(before: Tensor, after: Tensor) -> float:
    """Return the share of probability that went to other tokens, in [0, 1], given logits (vocabulary,)."""
    return float((before.softmax(-1) - after.softmax(-1)).abs().sum() / 2)
