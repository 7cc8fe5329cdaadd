"""What a reader answers: the best pieces of a passage, and how its two scores run along the tokens.

The probabilities are those that fine-tuning trains: a softmax over all tokens of a window, [CLS] among
them, which stands for "the answer is not here" (Devlin et al., 2018, section 4.3).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from variants.core.answering import Answer, Reader, Scored, best_answers, windows_of
from variants.core.errors import InputError
from variants.core.inference import forward_pass
from variants.core.labelled import AskedPassage

MOST_CHARACTERS = 20_000  # of a passage: about fifty windows

PASSAGE = (
    "The old mill stood beside the river for two hundred years. In 1871 a flood broke its wheel, and the miller, "
    "Anna Berg, sold it to a school teacher from the next village. He turned the house into a library, and the "
    "children of the valley came there every Saturday to read. A fire destroyed the roof in the winter of 1902, but "
    "most of the books were saved."
)
QUESTION = "Who sold the mill?"


@dataclass(frozen=True, eq=False)
class Found:
    """What a reader made of one question."""

    answers: tuple[Answer, ...]  # best first
    tokens: tuple[str, ...]  # of the window with the best answer: [CLS], then its part of the passage
    start: tuple[float, ...]  # of each of them, the probability of being the first of the answer
    end: tuple[float, ...]  # and the last
    threshold: float  # that the best answer's score must exceed
    windows: int  # that the passage was read in
    seconds: float  # of the network, on this machine

    @property
    def nothing(self) -> bool:
        """Whether the reader says that there is no answer: the best one is not far enough above [CLS]."""
        return self.answers[0].score <= self.threshold


def find(reader: Reader, question: str, passage: str, n_best: int = 5) -> Found:
    """Answer a question from a passage; raise InputError when either is empty or too long."""
    if len(passage) > MOST_CHARACTERS:
        raise InputError(
            f"The passage has {len(passage):,} characters; {MOST_CHARACTERS:,} are the most: paste a part."
        )
    windows = windows_of(AskedPassage(question, passage, (), 0), reader.pretrained)
    begun = time.perf_counter()
    with forward_pass():
        scored = reader.scores(windows)
    seconds = time.perf_counter() - begun
    best = max(scored, key=lambda each: _best_score(each, passage))
    tokens, start, end = _along(best, reader)
    answers = tuple(best_answers(scored, passage, n_best))
    return Found(answers, tokens, start, end, reader.threshold, len(windows), seconds)


def _best_score(scored: Scored, passage: str) -> float:
    return max((answer.score for answer in best_answers([scored], passage, 1)), default=float("-inf"))


def _along(scored: Scored, reader: Reader) -> tuple[tuple[str, ...], tuple[float, ...], tuple[float, ...]]:
    window = scored.window
    places = [window.cls, *(place for place, span in enumerate(window.offsets) if span)]
    tokens = reader.pretrained.tokenizer.convert_ids_to_tokens([window.input_ids[place] for place in places])
    start, end = (scores.double().softmax(-1)[places].tolist() for scores in (scored.start, scored.end))
    return tuple(tokens), tuple(start), tuple(end)
