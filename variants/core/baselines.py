"""What a masked language model must beat: three baselines, on the very sequences it is measured on.

- ``unigram`` always predicts the most frequent token of the training text.
- ``n-gram`` fills a blank from the tokens on its left and right, as they stand in the input.
- ``n-gram + kept`` also looks at the token in the blank, as the model can: where it is not [MASK], it
  is as likely the original as a random piece (see ``masking``), and Bayes' rule weighs the two. A
  random piece comes from the vocabulary, all equally likely, or from running text.

The n-gram model counts which tokens stood between the same two neighbours in training. It falls back
on P(token | left) P(token | right) / P(token), made to sum to one, which takes the neighbours for
independent given the token; each of those falls back on the unigram, and that on the uniform
distribution. All steps are interpolated after Witten and Bell (1991): a context seen n times with t
different tokens has the weight n / (n + t), so no weight is tuned. On documents set aside from the training
text this did as well as absolute discounting, and better than a mean of left and right.

Only contexts that occur in the blanks are counted; special tokens never occur in the training text.
Left out: neighbours further away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from variants.core.masking import IGNORED
from variants.core.token_store import TokenStore
from variants.core.tokenization import Vocabulary

BASELINES = ("unigram", "n-gram", "n-gram + kept")
CHUNK = 1 << 20  # training tokens counted at a time; documents stay whole
PART = 256  # blanks scored at a time

RandomFrom = Literal["vocabulary", "text"]
Integers = npt.NDArray[np.int64]
Probabilities = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BaselineScore:
    """How well one baseline fills the blanks."""

    name: str
    mlm_loss: float  # nats per blank, over the whole vocabulary
    mlm_accuracy: float  # share of blanks, 0 to 1
    mlm_top5: float  # share of blanks whose token is among the five most probable


@dataclass(frozen=True)
class Windows:
    """Tokens and their neighbours, each of shape (windows,); off the end stands the vocabulary's size."""

    left: Integers
    token: Integers
    right: Integers

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self.token)

    def __getitem__(self, part: slice | Integers) -> Windows:
        """Return some of the windows."""
        return Windows(self.left[part], self.token[part], self.right[part])

    def contexts(self, vocabulary_size: int) -> tuple[Integers, ...]:
        """Number the four contexts of each token: none, its left neighbour, its right one, both."""
        both = self.left * (vocabulary_size + 1) + self.right
        return np.zeros_like(self.left), self.left, self.right, both


@dataclass(frozen=True)
class ContextCounts:
    """How often each token stood in each of some contexts."""

    contexts: Integers  # (contexts,) sorted
    counts: npt.NDArray[np.int32]  # (contexts, vocabulary)

    @classmethod
    def of(cls, contexts: Integers, vocabulary_size: int) -> ContextCounts:
        """Start at zero for the contexts that occur in ``contexts``."""
        distinct = np.unique(contexts)
        return cls(distinct, np.zeros((len(distinct), vocabulary_size), np.int32))

    def add(self, contexts: Integers, tokens: Integers) -> None:
        """Count tokens, each in its context; other contexts than ours are passed over."""
        rows = np.minimum(np.searchsorted(self.contexts, contexts), len(self.contexts) - 1)
        ours = self.contexts[rows] == contexts
        cells = rows[ours] * self.counts.shape[1] + tokens[ours]
        np.add.at(self.counts.reshape(-1), cells, 1)

    def refine(self, contexts: Integers, coarse: Probabilities) -> Probabilities:
        """Interpolate the counts in our ``contexts`` with a coarser guess: (contexts, vocabulary)."""
        counts = self.counts[np.searchsorted(self.contexts, contexts)]
        seen = counts.sum(axis=-1, keepdims=True)
        different = np.maximum(1, np.count_nonzero(counts, axis=-1, keepdims=True))
        return (counts + different * coarse) / (seen + different)


@dataclass(frozen=True)
class FillIn:
    """The n-gram model: counts in the four contexts of :meth:`Windows.contexts`."""

    tables: tuple[ContextCounts, ...]
    vocabulary: Vocabulary
    random_from: RandomFrom = "vocabulary"  # where the masker takes random pieces

    def unigram(self, blanks: Windows) -> Probabilities:
        """Return P(token), the same for every blank: (blanks, vocabulary)."""
        uniform = np.full((1, self.vocabulary.size), 1 / self.vocabulary.size)
        unigram = self.tables[0].refine(np.zeros(1, np.int64), uniform)
        return np.broadcast_to(unigram, (len(blanks), self.vocabulary.size))

    def n_gram(self, blanks: Windows) -> Probabilities:
        """Return P(token | left, right): (blanks, vocabulary)."""
        _, left, right, both = blanks.contexts(self.vocabulary.size)
        unigram = self.unigram(blanks)
        product = self.tables[1].refine(left, unigram) * self.tables[2].refine(right, unigram) / unigram
        return self.tables[3].refine(both, _normalized(product))

    def with_kept(self, blanks: Windows, guess: Probabilities) -> Probabilities:
        """Return P(token | left, right, what stands in the blank), given ``guess`` without the last."""
        visible = np.flatnonzero(blanks.token != self.vocabulary.mask)
        weighed = guess.copy()
        weighed[visible] *= self.chance_drawn(blanks[visible])  # a random piece: this one of all
        kept = visible, blanks.token[visible]
        weighed[kept] += guess[kept]
        return _normalized(weighed)

    def chance_drawn(self, blanks: Windows) -> Probabilities:
        """Return how likely a random piece is the one that stands in each blank: (blanks, 1)."""
        if self.random_from == "vocabulary":
            return np.full((len(blanks), 1), 1 / self.vocabulary.size)
        return np.take_along_axis(self.unigram(blanks), blanks.token[:, None], axis=1)

    def guesses(self, blanks: Windows) -> tuple[Probabilities, ...]:
        """Return what each of BASELINES expects in each blank: arrays of shape (blanks, vocabulary)."""
        n_gram = self.n_gram(blanks)
        return self.unigram(blanks), n_gram, self.with_kept(blanks, n_gram)


def _normalized(weights: Probabilities) -> Probabilities:
    return weights / weights.sum(axis=-1, keepdims=True)


def training_windows(train: TokenStore, vocabulary_size: int) -> Iterator[Windows]:
    """Yield a window for every token of the store, many at a time; none reaches over a document's end."""
    starts = train.sentence_starts[train.document_starts]  # (documents + 1,) into tokens
    first = 0
    while first < len(train):
        last = max(first + 1, int(np.searchsorted(starts, starts[first] + CHUNK, side="right")) - 1)
        tokens = train.tokens[starts[first] : starts[last]].astype(np.int64)
        stream = np.insert(tokens, starts[first : last + 1] - starts[first], vocabulary_size)
        inner = np.flatnonzero(stream != vocabulary_size)
        yield Windows(stream[inner - 1], stream[inner], stream[inner + 1])
        first = last


def find_blanks(
    inputs: Sequence[Sequence[int]], labels: Sequence[Sequence[int]], vocabulary_size: int
) -> tuple[Windows, Integers]:
    """Return the windows around all positions that carry a label, and these labels: (blanks,)."""
    rows: list[tuple[int, int, int, int]] = []
    for ids, answers in zip(inputs, labels, strict=True):
        around = [vocabulary_size, *ids, vocabulary_size]
        windows = zip(around, ids, around[2:], answers, strict=False)
        rows += [window for window in windows if window[-1] != IGNORED]
    if not rows:
        raise ValueError("no position carries a label")
    left, token, right, answer = np.array(rows, np.int64).T
    return Windows(left, token, right), answer


def count_neighbours(
    train: TokenStore, blanks: Windows, vocabulary: Vocabulary, random_from: RandomFrom = "vocabulary"
) -> FillIn:
    """Read the training text once and count what stood where ``blanks`` are.

    Memory: 4 bytes for each context and piece of the vocabulary, at most 12 x blanks x vocabulary.
    """
    size = vocabulary.size
    tables = tuple(ContextCounts.of(contexts, size) for contexts in blanks.contexts(size))
    for windows in training_windows(train, size):
        for table, contexts in zip(tables, windows.contexts(size), strict=True):
            table.add(contexts, windows.token)
    return FillIn(tables, vocabulary, random_from)


def baseline_scores(
    train: TokenStore,
    inputs: Sequence[Sequence[int]],
    labels: Sequence[Sequence[int]],
    vocabulary: Vocabulary,
    random_from: RandomFrom = "vocabulary",
) -> list[BaselineScore]:
    """Score the baselines on masked sequences.

    Args:
        train: the text that the model was trained on.
        inputs: ids as the model sees them, special tokens and corruption included.
        labels: the original id at each blank and IGNORED elsewhere; as long as ``inputs``.
        vocabulary: its size and the id of [MASK].
        random_from: where the masker took its random pieces.

    Raises:
        ValueError: when no position carries a label.
    """
    blanks, answers = find_blanks(inputs, labels, vocabulary.size)
    model = count_neighbours(train, blanks, vocabulary, random_from)
    given: list[list[Probabilities]] = []  # for each part and baseline, to the right answers: (part,)
    hits: list[list[npt.NDArray[np.bool_]]] = []
    among_five: list[list[npt.NDArray[np.bool_]]] = []
    for start in range(0, len(blanks), PART):
        part, wanted = blanks[start : start + PART], answers[start : start + PART]
        guesses = model.guesses(part)
        given.append([guess[np.arange(len(part)), wanted] for guess in guesses])
        hits.append([guess.argmax(axis=-1) == wanted for guess in guesses])
        better = [guess > right[:, None] for guess, right in zip(guesses, given[-1], strict=True)]
        among_five.append([above.sum(axis=-1) < 5 for above in better])
    losses = -np.log(np.concatenate(given, axis=1)).mean(axis=1)
    accuracies, top5 = (np.concatenate(shares, axis=1).mean(axis=1) for shares in (hits, among_five))
    scores = zip(BASELINES, losses.tolist(), accuracies.tolist(), top5.tolist(), strict=True)
    return [BaselineScore(*score) for score in scores]
