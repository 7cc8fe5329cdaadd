"""Inside one reading: how the input is summed, and when the answer appears.

Two looks into the network. The input of layer 1 is a sum of three learned vectors, normalised. And
the head that reads words off the last layer can be held to the earlier ones as well, the "logit
lens" (nostalgebraist, 2020): an approximation, since that head was trained on the last layer only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from variants.bert.demo import Bert
from variants.core.guesses import Floats, Guess, WordRank, best_guesses, rank_of
from variants.core.inference import forward_pass
from variants.core.reading import Reading


@dataclass(frozen=True, eq=False)
class InputSum:
    """The vectors that make up one token's input, each of shape (hidden,)."""

    token: Floats
    position: Floats
    segment: Floats
    total: Floats
    normalised: Floats  # what layer 1 reads


@dataclass(frozen=True)
class LayerGuess:
    """What the MLM head reads off one layer."""

    layer: int  # 0 is the embedding
    best: Guess
    answer: WordRank


def input_sum(checkpoint: Bert, reading: Reading, position: int) -> InputSum:
    """Return the vectors behind the token at ``position``, as the model read it."""
    embeddings = checkpoint.model.bert.embeddings
    with forward_pass():
        token = embeddings.word_embeddings.weight[reading.encoded.input_ids[position]]
        place = embeddings.position_embeddings.weight[position]
        segment = embeddings.token_type_embeddings.weight[reading.encoded.token_type_ids[position]]
        total = token + place + segment
        normalised = embeddings.LayerNorm(total)
    return InputSum(*(vector.numpy() for vector in (token, place, segment, total, normalised)))


def logit_lens(checkpoint: Bert, reading: Reading, position: int, answer: str) -> tuple[LayerGuess, ...]:
    """Read words off every layer at ``position``: the best guess, and where ``answer`` stands."""
    with forward_pass():
        logits = checkpoint.model.cls.predictions(torch.tensor(reading.hidden_states[:, position])).numpy()
    return tuple(
        LayerGuess(layer, best_guesses(checkpoint, row, 1)[0], rank_of(checkpoint, row, answer))
        for layer, row in enumerate(logits)
    )


def stacked(vectors: InputSum) -> Floats:
    """Return the vectors of a sum as rows, in the order in which they are added."""
    return np.stack([vectors.token, vectors.position, vectors.segment, vectors.total, vectors.normalised])
