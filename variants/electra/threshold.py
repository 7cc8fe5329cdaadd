"""How good is the detector? Its scores on text that no model saw, and every threshold on them.

About one token in ten is replaced, so calling everything original is right nine times in ten: the
share of right verdicts says little. Precision is the share of finds that are right, recall the share
of replaced tokens that are found; the AUC, how often a replaced token scores above an original one,
needs no threshold.
"""

from __future__ import annotations

import random
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from variants.core.checkpoint import Checkpoint
from variants.core.inference import forward_pass, long_run
from variants.core.packing import pack_sentences
from variants.core.sample_store import sample_store
from variants.electra.evaluation import area_under_curve, verdicts
from variants.electra.model import Electra
from variants.electra.objective import Example, hide_tokens

PART = 4  # sequences in one pass
SEED = 0


@dataclass(frozen=True, eq=False)
class Scored:
    """The discriminator's answers so far, and the truth; both arrays run over tokens."""

    done: int  # sequences
    total: int
    probabilities: npt.NDArray[np.float32]  # P(replaced)
    replaced: npt.NDArray[np.bool_]
    seconds: float

    @property
    def share(self) -> float:
        """Return the share of tokens that are replaced."""
        return float(self.replaced.mean())

    @property
    def auc(self) -> float:
        """Return how often a replaced token scores above an original one, ties counting half."""
        return area_under_curve(torch.from_numpy(self.probabilities), torch.from_numpy(self.replaced))


@dataclass(frozen=True)
class Confusion:
    """Verdicts against the truth at one threshold, in tokens."""

    hits: int  # replaced, and said so
    misses: int  # replaced, taken for original
    false_alarms: int  # original, called replaced
    passed: int  # original, and taken for it

    @property
    def precision(self) -> float | None:
        """Return the share of finds that are right, None where nothing was found."""
        found = self.hits + self.false_alarms
        return self.hits / found if found else None

    @property
    def recall(self) -> float | None:
        """Return the share of replaced tokens that were found, None where nothing was replaced."""
        there = self.hits + self.misses
        return self.hits / there if there else None

    @property
    def accuracy(self) -> float:
        """Return the share of right verdicts."""
        return (self.hits + self.passed) / (self.hits + self.misses + self.false_alarms + self.passed)


def score_samples(checkpoint: Checkpoint[Electra], *, most: int | None = None, seed: int = SEED) -> Generator[Scored]:
    """Hide, sample and judge the sample text window by window; yields after every few. Stop any time."""
    with long_run():
        examples = sample_examples(checkpoint, seed)[:most]
        scores: list[npt.NDArray[np.float32]] = []
        replaced: list[npt.NDArray[np.bool_]] = []
        started = time.perf_counter()
        for start in range(0, len(examples), PART):
            with forward_pass():
                found = verdicts(checkpoint.model, checkpoint.tokenizer, examples[start : start + PART])
            scores.append(found[0].sigmoid().numpy())
            replaced.append(found[1].numpy())
            done, seconds = min(start + PART, len(examples)), time.perf_counter() - started
            yield Scored(done, len(examples), np.concatenate(scores), np.concatenate(replaced), seconds)


def sample_examples(checkpoint: Checkpoint[Electra], seed: int) -> list[Example]:
    """Return the sample text as training sequences: full windows, 15 % of their tokens hidden."""
    store, vocabulary = sample_store(checkpoint.tokenizer), checkpoint.vocabulary
    rng = random.Random(seed)
    examples: list[Example] = []
    for index in range(len(store)):
        for window in pack_sentences(store.document(index), checkpoint.max_length - 2):
            masked = hide_tokens([vocabulary.cls, *window, vocabulary.sep], rng, mask_id=vocabulary.mask)
            examples.append(Example(masked, tuple(rng.random() for _ in range(masked.number_chosen))))
    rng.shuffle(examples)  # whoever stops early has read from all documents
    return examples


def confusion_at(scored: Scored, threshold: float) -> Confusion:
    """Count the verdicts when a token is called replaced from ``threshold`` on."""
    found, there = scored.probabilities >= threshold, scored.replaced
    return Confusion(
        hits=int((found & there).sum()),
        misses=int((~found & there).sum()),
        false_alarms=int((found & ~there).sum()),
        passed=int((~found & ~there).sum()),
    )


def confusions(scored: Scored, thresholds: Sequence[float]) -> tuple[Confusion, ...]:
    """Return the counts at each threshold."""
    return tuple(confusion_at(scored, threshold) for threshold in thresholds)
