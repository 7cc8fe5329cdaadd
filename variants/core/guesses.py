"""From the scores of a model's head to words: probabilities, the best guesses, the rank of one word.

Probabilities are a softmax over the whole vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from variants.core.checkpoint import Checkpoint
from variants.core.errors import InputError
from variants.core.tokenization import readable, tokens_of

Floats: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Guess:
    """A token and how probable the model finds it, in [0, 1]."""

    token: str
    probability: float


@dataclass(frozen=True)
class WordRank:
    """Where one word stands among all that could fill a place."""

    word: str
    probability: float
    rank: int  # 1 is the best guess


def probabilities(logits: Floats) -> npt.NDArray[np.float64]:
    """Return the softmax over the last axis."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def best_guesses(checkpoint: Checkpoint[Any], logits: Floats, top_k: int) -> tuple[Guess, ...]:
    """Return the ``top_k`` most probable tokens."""
    probability = probabilities(logits)
    count = min(max(1, top_k), len(probability))
    # Sorting all of the vocabulary would take longer; equal guesses keep its order.
    good = np.flatnonzero(probability >= np.partition(probability, -count)[-count])
    best = good[np.argsort(-probability[good], kind="stable")][:count]
    tokens = tokens_of(checkpoint.tokenizer, best.tolist())
    return tuple(Guess(token, float(probability[i])) for token, i in zip(tokens, best, strict=True))


def listed(guesses: Sequence[Guess]) -> list[dict[str, Any]]:
    """Return guesses as plain values: ``token`` and ``probability`` of each."""
    return [asdict(guess) for guess in guesses]


def token_id_of(checkpoint: Checkpoint[Any], word: str) -> int:
    """Return the id of a word that is one piece of the vocabulary; raise InputError otherwise."""
    tokenizer = checkpoint.tokenizer
    word = readable(word).strip()
    if word.startswith("##") and (piece := tokenizer.get_vocab().get(word.lower())) is not None:
        return piece
    ids = tokenizer.encode(word, add_special_tokens=False)
    if len(ids) != 1:
        pieces, mask = " ".join(tokens_of(tokenizer, ids)) or "nothing", tokenizer.mask_token
        raise InputError(f"“{word}” is {pieces} to this vocabulary, and one {mask} holds one piece: try another word.")
    if ids[0] == checkpoint.vocabulary.unk:
        raise InputError(f"“{word}” is not in the vocabulary: try another word.")
    return ids[0]


def is_one_piece(checkpoint: Checkpoint[Any], word: str) -> bool:
    """Say whether one mask can hold the word."""
    try:
        token_id_of(checkpoint, word)
    except InputError:
        return False
    return True


def rank_of(checkpoint: Checkpoint[Any], logits: Floats, word: str) -> WordRank:
    """Return the probability and the rank of a word that the learner names."""
    token_id = token_id_of(checkpoint, word)
    probability = probabilities(logits)
    rank = 1 + int((probability > probability[token_id]).sum())
    return WordRank(tokens_of(checkpoint.tokenizer, [token_id])[0], float(probability[token_id]), rank)
