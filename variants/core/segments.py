"""Cut a document into chunks that fill a window, and make two segments fit one.

BERT and its relatives read pairs of segments. A chunk is a run of whole sentences; nine times in ten
it fills the window, otherwise it stops at a random length, so that the model also meets short inputs
(Devlin et al., 2018, appendix A.2, and the reference ``create_pretraining_data.py``).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from variants.core.token_store import Sentence

SHORT_SEQUENCE_PROBABILITY = 0.1


def cut_sentences(sentences: Sequence[Sentence], longest: int) -> list[Sentence]:
    """Cut sentences into parts of at most ``longest`` tokens."""
    return [s[start : start + longest] for s in sentences for start in range(0, len(s), longest)]


def chunks(sentences: Sequence[Sentence], room: int, rng: random.Random) -> Iterator[list[Sentence]]:
    """Group consecutive sentences until each group has ``room`` tokens or, now and then, fewer."""
    chunk: list[Sentence] = []
    missing = draw_length(room, rng)
    for sentence in sentences:
        chunk.append(sentence)
        missing -= len(sentence)
        if missing <= 0:
            yield chunk
            chunk, missing = [], draw_length(room, rng)
    if chunk:
        yield chunk


def draw_length(room: int, rng: random.Random) -> int:
    """Return how many tokens to collect: all there is room for, one time in ten a random number."""
    return rng.randint(2, room) if rng.random() < SHORT_SEQUENCE_PROBABILITY else room


def fit_pair(first: Sentence, second: Sentence, room: int, rng: random.Random) -> tuple[Sentence, Sentence]:
    """Drop single tokens, at the front or the back of the longer segment, until both fit ``room``."""
    first, second = list(first), list(second)
    while len(first) + len(second) > room:
        longer = first if len(first) > len(second) else second
        longer.pop(0 if rng.random() < 0.5 else -1)
    return first, second
