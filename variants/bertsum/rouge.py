"""ROUGE: how many words, pairs of words and longest common subsequences two texts share.

Lin, 2004; computed by `rouge-score`, with stemming. F1 of ROUGE-1, ROUGE-2 and of ROUGE-L over
sentences ("summary level"). Also here: which words of one text ROUGE finds in another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenizers import DefaultTokenizer

MEASURES = {"rouge1": "rouge1", "rouge2": "rouge2", "rougeL": "rougeLsum"}
_WORD = re.compile(r"[a-zA-Z0-9]+")


@cache
def _scorer() -> RougeScorer:
    return RougeScorer(list(MEASURES.values()), use_stemmer=True)


def rouge_of(summary: Sequence[str], reference: str) -> dict[str, float]:
    """Return the F1 of a summary in sentences against a reference: rouge1, rouge2 and rougeL."""
    found = _scorer().score(reference, "\n".join(summary))
    return {name: float(found[measure].fmeasure) for name, measure in MEASURES.items()}


@dataclass(frozen=True)
class Marked:
    """A stretch of a text: one word, or what stands between words."""

    text: str
    shared: int  # 0: not in the other text; 1: the word is; 2: so is the pair that it belongs to


def shared_words(text: str, other: str) -> tuple[Marked, ...]:
    """Mark the words of ``text`` that ROUGE-1 and ROUGE-2 would find in ``other``; nothing of it is lost."""
    words, others = [match.span() for match in _WORD.finditer(text)], _stems(other)
    stems, single, pairs = _stems(text), set(others), set(pairwise(others))
    paired = {number + step for number, pair in enumerate(pairwise(stems)) if pair in pairs for step in (0, 1)}
    return tuple(_marked(text, words, [2 if n in paired else int(stem in single) for n, stem in enumerate(stems)]))


def _marked(text: str, words: Sequence[tuple[int, int]], shared: Sequence[int]) -> Iterator[Marked]:
    reached = 0
    for (start, end), degree in zip(words, shared, strict=True):
        if start > reached:
            yield Marked(text[reached:start], 0)
        yield Marked(text[start:end], degree)
        reached = end
    if reached < len(text):
        yield Marked(text[reached:], 0)


def _stems(text: str) -> list[str]:
    """Return the words as rouge-score compares them."""
    tokenizer = DefaultTokenizer(use_stemmer=True)
    return [stem for match in _WORD.finditer(text) for stem in tokenizer.tokenize(match.group())]
