"""Two passages: does the second follow the first? Two ways to be wrong, and a model's answer to both.

Next sentence prediction (Devlin et al., 2018) sets a passage from another document behind the first;
sentence-order prediction (Lan et al., 2019) swaps the two. Each model is asked both questions, also
the one that it was never trained on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from variants.core.corpus import Document
from variants.core.finetuning import Pretrained
from variants.core.network_input import encoded_texts

WORDS = 40  # in a passage
PART = 32  # pairs in one forward pass

Pair = tuple[str, str]
Follows = Callable[[Sequence[Pair]], list[float]]  # the probability that a pair stands as it was written


@dataclass(frozen=True)
class Passages:
    """Two passages that follow each other, and one of another document."""

    first: str
    second: str
    elsewhere: str


def draw_passages(documents: Iterable[Document], count: int) -> list[Passages]:
    """Return the first two passages of ``count`` documents that are long enough, each with its neighbour's."""
    texts = (" ".join(document.paragraphs).split() for document in documents)
    long_enough = list(islice((words for words in texts if len(words) >= 2 * WORDS), count))
    halves = [(" ".join(words[:WORDS]), " ".join(words[WORDS : 2 * WORDS])) for words in long_enough]
    others = halves[1:] + halves[:1]
    return [Passages(first, second, other) for (first, second), (_, other) in zip(halves, others, strict=True)]


def pair_scores(follows: Follows, passages: Sequence[Passages]) -> dict[str, float]:
    """Return how often a model tells a pair as it was written from the wrong one, each shown alone.

    Beside each accuracy stands its standard error, as of two binomials.
    """
    right = _share(follows, [(each.first, each.second) for each in passages], above=True)
    elsewhere = _share(follows, [(each.first, each.elsewhere) for each in passages], above=False)
    swapped = _share(follows, [(each.second, each.first) for each in passages], above=False)
    return {
        "nsp_accuracy": (right + elsewhere) / 2,
        "sop_accuracy": (right + swapped) / 2,
        "nsp_standard_error": _error(right, elsewhere, len(passages)),
        "sop_standard_error": _error(right, swapped, len(passages)),
        "passages": len(passages),
        "in_order": right,
        "elsewhere": elsewhere,
        "swapped": swapped,
    }


def _error(one: float, other: float, count: int) -> float:
    """Return the standard error of the mean of two shares, each of ``count`` answers."""
    return ((one * (1 - one) + other * (1 - other)) / count) ** 0.5 / 2


def _share(follows: Follows, pairs: Sequence[Pair], *, above: bool) -> float:
    return sum((value > 0.5) == above for value in follows(pairs)) / len(pairs)


@torch.inference_mode()
def answers_to_pairs(
    logits_of: Callable[[dict[str, Tensor]], Tensor], tokenizer: PreTrainedTokenizerFast, pairs: Sequence[Pair]
) -> list[float]:
    """Return the probability of class 0 for each pair; ``logits_of`` takes a batch and returns (batch, 2)."""
    found: list[float] = []
    for start in range(0, len(pairs), PART):
        part = pairs[start : start + PART]
        firsts, seconds = zip(*part, strict=True)
        batch = encoded_texts(tokenizer, firsts, seconds, Pretrained.max_length)
        found += logits_of(batch).softmax(-1)[:, 0].tolist()
    return found
