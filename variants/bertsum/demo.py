"""BERTSUM on a learner's article: split, read in windows, scored; the summary is made from the scores alone.

Three steps, so that a slider never runs the encoder: :func:`read` and :func:`read_part` cost time,
:func:`judge` little, and choosing (``summary``) next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TypeAlias

import torch
from torch import Tensor

from variants.bertsum.model import BertSum
from variants.bertsum.model import load as load
from variants.bertsum.pasted import Reading, read_article
from variants.bertsum.reading import Part, part_vectors, parts_of, probabilities
from variants.core.checkpoint import Checkpoint

Summarizer: TypeAlias = Checkpoint[BertSum]


@dataclass(frozen=True, eq=False)
class Vectors:
    """The [CLS] vectors of a few windows; compared by identity, as they are kept and not made twice."""

    rows: Tensor  # (sentences, hidden)
    seconds: float  # that the pass took


def read(checkpoint: Summarizer, text: str) -> Reading:
    """Split a text into the sentences that this model reads."""
    return read_article(checkpoint.tokenizer, text, checkpoint.max_length)


def parts(checkpoint: Summarizer, reading: Reading, *, interval_segments: bool = True) -> tuple[Part, ...]:
    """Return the windows of an article, a few in each part."""
    return parts_of(
        reading.token_ids, checkpoint.vocabulary, checkpoint.max_length, interval_segments=interval_segments
    )


def read_part(checkpoint: Summarizer, part: Part) -> Vectors:
    """Run BERT over some windows and keep the vector of every [CLS]."""
    began = perf_counter()
    rows = part_vectors(checkpoint.model, part, checkpoint.vocabulary.pad)
    return Vectors(rows, perf_counter() - began)


def judge(checkpoint: Summarizer, vectors: tuple[Vectors, ...], *, between: bool = True) -> tuple[float, ...]:
    """Return the score of every sentence: the probability that the oracle would take it."""
    rows = torch.cat([each.rows for each in vectors])
    return tuple(probabilities(checkpoint.model, rows, between=between))


def score(
    checkpoint: Summarizer, reading: Reading, *, interval_segments: bool = True, between: bool = True
) -> tuple[float, ...]:
    """Do all of it at once."""
    windows = parts(checkpoint, reading, interval_segments=interval_segments)
    return judge(checkpoint, tuple(read_part(checkpoint, part) for part in windows), between=between)
