"""The paper's figure: the third of four tokens, predicted under four orders, memory included.

Yang et al., 2019, the illustration of permutation language modelling. In the first order nothing of
the sequence comes before x3: it sees the memory of what stood in front alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.guesses import Guess, best_guesses
from variants.core.inference import forward_pass
from variants.core.tokenization import tokens_of
from variants.xlnet.demo import XLNet, batch_of
from variants.xlnet.factorization import Factorization, Order, places_of
from variants.xlnet.memory import logits_with, remember_segment

LENGTH = 4
TARGET = 2  # x3, counted from 0 as all places are
ORDERS: tuple[Order, ...] = ((2, 1, 3, 0), (1, 3, 2, 0), (0, 3, 1, 2), (3, 2, 0, 1))


@dataclass(frozen=True)
class Panel:
    """One of the four panels."""

    order: Order
    seen: tuple[bool, ...]  # which of the four tokens the query of x3 looks at, read off the mask
    probability: float  # of the token that stands at x3
    best: tuple[Guess, ...]


@dataclass(frozen=True)
class PaperFigure:
    """Four tokens of a text and what stands in front of them."""

    memory: tuple[str, ...]
    tokens: tuple[str, ...]
    panels: tuple[Panel, ...]


def starts(encoded: Encoded) -> range:
    """Return where the four tokens may begin, as numbers of places: after one token or more."""
    last = len(places_of(encoded)) - LENGTH
    if last < 1:
        raise InputError(
            "The figure needs four tokens and at least one in front of them: in the first order x3 sees nothing else."
        )
    return range(1, last + 1)


def four_orders(checkpoint: XLNet, encoded: Encoded, start: int, top_k: int = 5) -> PaperFigure:
    """Predict x3 of the four tokens from place number ``start`` on, under the four orders in one batch."""
    if start not in starts(encoded):
        raise InputError(f"The four tokens may begin at 1 to {starts(encoded)[-1]}, not at {start}.")
    ids = [encoded.input_ids[place] for place in places_of(encoded)]
    words = tokens_of(checkpoint.tokenizer, ids)
    four = Encoded(
        tuple(ids[start : start + LENGTH]), tuple(words[start : start + LENGTH]), (0,) * LENGTH, (False,) * LENGTH
    )
    batch = batch_of(four, [Factorization(order) for order in ORDERS])
    rows = torch.arange(len(ORDERS)), torch.tensor([order.index(TARGET) for order in ORDERS])
    with forward_pass():
        memory = remember_segment(checkpoint, ids[:start])
        logits = logits_with(checkpoint, batch, memory)[rows]  # (orders, vocabulary)
        chances = logits.softmax(-1)[:, four.input_ids[TARGET]].tolist()
    seen = ~batch["perm_mask"][:, TARGET]
    panels = tuple(
        Panel(order, tuple(sight), chance, best_guesses(checkpoint, row, top_k))
        for order, sight, chance, row in zip(ORDERS, seen.tolist(), chances, logits.numpy(), strict=True)
    )
    return PaperFigure(tuple(words[:start]), four.tokens, panels)
