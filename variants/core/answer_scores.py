"""How right an answer is: SQuAD's exact match and F1, and a baseline that needs no model.

Rajpurkar et al., 2016, section 6.1. Case, punctuation and articles do not count; of several answers
that people gave, the one that fits best does.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

from variants.core.classification import words_of
from variants.core.labelled import AskedPassage
from variants.core.token_store import split_sentences


def normalized(answer: str) -> str:
    """Return an answer without case, punctuation, articles and extra spaces, as SQuAD's scorer compares it."""
    letters = "".join(sign for sign in answer.lower() if sign not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", letters).split())


def exact_match(found: str, answers: Sequence[str]) -> float:
    """Return 1 where the answer is one of ``answers``, 0 elsewhere."""
    return float(any(normalized(found) == normalized(answer) for answer in answers))


def overlap_f1(found: str, answers: Sequence[str]) -> float:
    """Return the best F1 of words between the answer and one of ``answers``."""
    return max(_f1(normalized(found).split(), normalized(answer).split()) for answer in answers)


def _f1(found: list[str], answer: list[str]) -> float:
    if not found or not answer:
        return float(found == answer)
    shared = (Counter(found) & Counter(answer)).total()
    precision, recall = shared / len(found), shared / len(answer)
    return 2 * precision * recall / (precision + recall) if shared else 0.0


def likeliest_sentence(asked: AskedPassage) -> str:
    """Return the sentence of the passage that shares most words with the question: a baseline without a model."""
    wanted = set(words_of(asked.question))
    return max(split_sentences(asked.passage), key=lambda sentence: len(wanted & set(words_of(sentence))))
