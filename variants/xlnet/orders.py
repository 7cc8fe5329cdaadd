"""What is predicted, in which order, and who may see whom.

Yang et al., 2019, sections 2.2, 2.3 and 3.1, and the reference ``data_utils.py``.

*Targets.* About one token in six is predicted (the paper's K = 6). Text is cut into contexts of 6n
words, n drawn from 1 to 5 in proportion to 1/n, and in each a span of n words is chosen. The
reference means whole words too, but by a slip of an index its spans end after n pieces; ours do not.
Where fewer words are left than a context needs, the span is shorter: short windows would hide most
of their text. At least one token is predicted and at least one is not: who comes first in the order
must see something, or the softmax over nothing lets it see everything, itself included.

*Order.* Targets, [SEP] and [CLS] get random ranks; all other tokens come before them, at rank -1.
The order is shuffled and the text is not.

*Sight.* A token that is not a target sees its like and nothing that is predicted. A target's query
sees what comes before it in the order, its content itself as well.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from torch import Tensor

CONTEXT = 6  # words for each word that is predicted, the paper's K
LONGEST = 5  # words in a span
CONTEXT_RANK = -1  # of tokens that are not predicted

Word = list[int]  # the places of its pieces


def words_of(text: Sequence[int], starts: Sequence[bool]) -> list[Word]:
    """Group the places of a text's pieces into words; ``starts`` says of every piece whether it begins one."""
    words: list[Word] = []
    for place, piece in enumerate(text):
        if starts[piece] or not words:
            words.append([place])
        else:
            words[-1].append(place)
    return words


def draw_length(longest: int, rng: random.Random) -> int:
    """Draw how many words a span has, at most ``longest``: n is chosen in proportion to 1/n."""
    lengths = range(1, longest + 1)
    return rng.choices(lengths, [1 / n for n in lengths])[0]


def draw_spans(words: Sequence[Word], rng: random.Random) -> list[Word]:
    """Return the words to predict: a span in every context, one word in six on average."""
    chosen: list[Word] = []
    first = 0
    while first < len(words):
        n = draw_length(max(1, min(LONGEST, (len(words) - first) // CONTEXT)), rng)
        begin = first + rng.randrange(n * CONTEXT - n + 1)  # beyond the end of the text: no span
        chosen += words[begin : begin + n]
        first += n * CONTEXT
    return chosen


def draw_targets(text: Sequence[int], starts: Sequence[bool], rng: random.Random) -> list[int]:
    """Return the places to predict in a text of at least two tokens: not none of them, and not all."""
    words = words_of(text, starts)
    chosen = draw_spans(words, rng) or [rng.choice(words)]
    targets = [place for word in chosen for place in word]
    return targets if len(targets) < len(text) else targets[:-1]


def draw_ranks(length: int, ranked: Sequence[int], rng: random.Random) -> list[int]:
    """Return the rank of each of ``length`` places: those in ``ranked`` are shuffled, the others come first."""
    ranks = [CONTEXT_RANK] * length
    for rank, place in enumerate(rng.sample(ranked, len(ranked))):
        ranks[place] = rank
    return ranks


def permutation_mask(ranks: Tensor, is_target: Tensor) -> Tensor:
    """Return who must not see whom: (batch, i, j) is True where token i may not look at token j.

    Args:
        ranks: (batch, tokens), CONTEXT_RANK where a token is neither a target nor [SEP] nor [CLS].
        is_target: (batch, tokens), True where a token is predicted.
    """
    sight = ranks + (~is_target).long()  # all but targets see up to their own rank, and so themselves
    return (ranks[:, None, :] > CONTEXT_RANK) & (sight[:, :, None] <= ranks[:, None, :])
