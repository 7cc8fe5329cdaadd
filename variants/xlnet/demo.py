"""What the XLNet page shows: a sentence predicted token by token, in an order of the learner's choice.

One pass predicts all of it: the query of each token sees what comes before it in the order, so that
stepping through the order afterwards runs no model. The text stands as ``A <sep> <cls>``, as in
pre-training.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import one_hot
from transformers import XLNetLMHeadModel

from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded, encode
from variants.core.errors import InputError
from variants.core.guesses import Floats, Guess, best_guesses
from variants.core.inference import forward_pass
from variants.core.task import Batch
from variants.xlnet.factorization import Factorization, permutation_masks, places_of
from variants.xlnet.model import load as load
from variants.xlnet.objective import CLS_SEGMENT
from variants.xlnet.streams import query_states

XLNet: TypeAlias = Checkpoint[XLNetLMHeadModel]
MOST_GUESSES = 20
NO_MASK = "XLNet knows no hidden words: {mask} is read as one more token, and none was in what it learned from."


@dataclass(frozen=True)
class Step:
    """One token of the order, predicted from those before it."""

    place: int
    log_probability: float  # of the token that stands there, natural logarithm
    rank: int  # of that token among all of the vocabulary, 1 is the best guess
    best: tuple[Guess, ...]  # the MOST_GUESSES most probable tokens


@dataclass(frozen=True, eq=False)
class OrderReading:
    """What one pass found in one order."""

    encoded: Encoded
    factorization: Factorization
    perm_mask: npt.NDArray[np.bool_]  # (tokens, tokens), as the model was given it
    steps: tuple[Step, ...]
    seconds: float  # that the pass took

    @property
    def log_probabilities(self) -> tuple[float | None, ...]:
        """Return the log-probability of the token at each place, None where it was not predicted."""
        found = {step.place: step.log_probability for step in self.steps}
        return tuple(found.get(place) for place in range(len(self.encoded)))

    def running_sum(self, step: int) -> float:
        """Return the log-probability of the first ``step`` predicted tokens together."""
        return sum(found.log_probability for found in self.steps[:step])

    def content_sight(self) -> npt.NDArray[np.bool_]:
        """Return which token (column) the content stream of each token (row) looks at; itself always."""
        return ~self.perm_mask | np.eye(len(self.encoded), dtype=np.bool_)

    def query_sight(self) -> npt.NDArray[np.bool_]:
        """Return the same of the query stream; rows of tokens that are not predicted are empty."""
        has_query = np.zeros((len(self.encoded), 1), np.bool_)
        has_query[list(self.factorization.predicted)] = True
        return ~self.perm_mask & has_query


def read(checkpoint: XLNet, text: str) -> Encoded:
    """Tokenize a text for this model: ``A <sep> <cls>``, <cls> in a segment of its own."""
    encoded = encode(checkpoint.tokenizer, text, max_length=checkpoint.max_length)
    notices = encoded.notices
    if checkpoint.vocabulary.mask in encoded.input_ids:
        notices += (NO_MASK.format(mask=checkpoint.tokenizer.mask_token),)
    first, *rest = encoded.input_ids
    cls, *tokens = encoded.tokens
    special, *others = encoded.special
    found = Encoded((*rest, first), (*tokens, cls), (*[0] * len(rest), CLS_SEGMENT), (*others, special), notices)
    if not places_of(found):
        raise InputError("There is nothing to predict in this text: type a sentence, for example “The cat sat.”")
    return found


def follow(checkpoint: XLNet, encoded: Encoded, factorization: Factorization) -> OrderReading:
    """Predict every token of an order from those before it, in one pass."""
    places = factorization.predicted
    started = time.perf_counter()
    batch = batch_of(encoded, [factorization])
    with forward_pass():
        logits = query_logits(checkpoint, batch)[0]
        known = torch.tensor([encoded.input_ids[place] for place in places])
        right = logits.gather(1, known[:, None])
        log_probabilities = (right[:, 0] - logits.logsumexp(1)).tolist()
        ranks = (1 + (logits > right).sum(1)).tolist()
    steps = tuple(
        Step(place, log_probability, rank, best_guesses(checkpoint, row, MOST_GUESSES))
        for place, log_probability, rank, row in zip(places, log_probabilities, ranks, logits.numpy(), strict=True)
    )
    return OrderReading(encoded, factorization, batch["perm_mask"][0].numpy(), steps, time.perf_counter() - started)


def batch_of(encoded: Encoded, factorizations: Sequence[Factorization]) -> Batch:
    """Return one text in several orders, of as many predicted tokens each, under transformers' names."""
    orders, length = len(factorizations), len(encoded)
    predicted = torch.tensor([factorization.predicted for factorization in factorizations])
    return {
        "input_ids": torch.tensor([encoded.input_ids]).expand(orders, -1),
        "token_type_ids": torch.tensor([encoded.token_type_ids]).expand(orders, -1),
        "attention_mask": torch.ones(orders, length, dtype=torch.long),
        "perm_mask": permutation_masks(factorizations, length),
        "target_mapping": one_hot(predicted, length).float(),
    }


def query_logits(checkpoint: XLNet, batch: Batch) -> Tensor:
    """Return what the query stream says of each target: (orders, targets, vocabulary)."""
    return checkpoint.model.lm_loss(query_states(checkpoint.model.transformer, batch)).float()


def log_probabilities(checkpoint: XLNet, encoded: Encoded, factorizations: Sequence[Factorization]) -> Floats:
    """Return the log-probability of every token in several orders at once: (orders, tokens), NaN if not predicted."""
    with forward_pass():
        batch = batch_of(encoded, factorizations)
        return spread(query_logits(checkpoint, batch), batch).numpy()


def spread(logits: Tensor, batch: Batch) -> Tensor:
    """Turn logits (orders, targets, vocabulary) into log-probabilities (orders, tokens), NaN where no target is."""
    places = batch["target_mapping"].argmax(-1)
    known = batch["input_ids"].gather(1, places)
    right = logits.gather(2, known[:, :, None])[:, :, 0] - logits.logsumexp(2)
    return torch.full(batch["input_ids"].shape, torch.nan).scatter(1, places, right)


def edited(checkpoint: XLNet, encoded: Encoded, place: int) -> Encoded:
    """Return the text with another ordinary piece at ``place``: the next one of the vocabulary."""
    tokenizer = checkpoint.tokenizer
    special, size = set(tokenizer.all_special_ids), checkpoint.vocabulary.size
    candidates = ((encoded.input_ids[place] + step) % size for step in range(1, size))
    token_id = next(candidate for candidate in candidates if candidate not in special)
    return encoded.replace(place, token_id, str(tokenizer.convert_ids_to_tokens(token_id)))
