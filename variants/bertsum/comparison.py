"""BERTSUM beside those who choose without a network: the first sentences, a draw, TextRank, and the oracle.

Baselines see the same sentences and take as many. The oracle is no rival: it knows the reference.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from variants.bertsum.novelty import novel_share
from variants.bertsum.oracle import oracle_steps
from variants.bertsum.rouge import rouge_of
from variants.bertsum.summary import at_random, lead
from variants.bertsum.textrank import textrank


@dataclass(frozen=True)
class Entry:
    """One way of choosing, and how near it came."""

    name: str
    taken: tuple[int, ...]
    rouge: Mapping[str, float] | None  # F1 of rouge1, rouge2, rougeL; None without a reference


def compare(
    sentences: Sequence[str], ours: tuple[int, ...], *, count: int, reference: str = "", seed: int = 0
) -> tuple[Entry, ...]:
    """Return ours and every baseline, in the article's order; the oracle only where there is a reference."""
    chosen = {
        "BERTSUM": ours,
        f"Lead-{count}": lead(sentences, count),
        "TextRank": textrank(sentences, count),
        "random": at_random(sentences, count, random.Random(seed)),
    }
    if reference.strip():
        chosen["oracle"] = tuple(step.sentence for step in oracle_steps(sentences, reference, count))
    return tuple(_entry(name, sentences, sorted(taken), reference) for name, taken in chosen.items())


def _entry(name: str, sentences: Sequence[str], taken: Sequence[int], reference: str) -> Entry:
    summary = [sentences[number] for number in taken]
    return Entry(name, tuple(taken), rouge_of(summary, reference) if reference.strip() else None)


@dataclass(frozen=True)
class Worded:
    """One summary, whether written or taken, cut to a number of words."""

    name: str
    text: str
    novel_words: float  # shares that the text does not hold
    novel_pairs: float
    rouge: Mapping[str, float] | None


def compare_written(
    written: str, sentences: Sequence[str], ours: Sequence[int], *, reference: str = ""
) -> tuple[Worded, ...]:
    """Return a summary that was written, and what is chosen and what comes first in as many words.

    ``ours`` are the sentences that BERTSUM chooses, ``sentences`` those of the whole article.
    """
    words = len(written.split())
    texts = {
        "BERTSUMABS, written": written,
        "BERTSUM, chosen": " ".join(" ".join(sentences[number] for number in ours).split()[:words]),
        "Lead": " ".join(" ".join(sentences).split()[:words]),
    }
    source = " ".join(sentences)
    return tuple(
        Worded(
            name,
            text,
            novel_share(text, source, 1),
            novel_share(text, source, 2),
            rouge_of([text], reference) if reference.strip() else None,
        )
        for name, text in texts.items()
    )
