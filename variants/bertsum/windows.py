"""An article as BERT reads it: [CLS] sentence [SEP] [CLS] sentence [SEP] …, in windows of whole sentences.

Liu, 2019, section 3.1. Segments alternate, A B A B, so that a token can tell its sentence from the
neighbours; the paper calls them interval segments. A sentence longer than a window is cut at its end,
and its window says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from variants.core.token_store import Sentence
from variants.core.tokenization import Vocabulary


@dataclass(frozen=True)
class Window:
    """A run of sentences that fits the model."""

    input_ids: tuple[int, ...]
    token_type_ids: tuple[int, ...]
    sentences: tuple[int, ...]  # their numbers in the article
    places: tuple[int, ...]  # where their [CLS] stand


def windows_of(
    sentences: Sequence[Sentence], vocabulary: Vocabulary, max_length: int, *, interval_segments: bool = True
) -> list[Window]:
    """Fill windows of ``max_length`` tokens with sentences in order; every sentence is in exactly one."""
    windows: list[list[tuple[int, list[int]]]] = []
    room = 0
    for number, sentence in enumerate(sentences):
        marked = [vocabulary.cls, *sentence[: max_length - 2], vocabulary.sep]
        if len(marked) > room:
            windows.append([])
            room = max_length
        windows[-1].append((number, marked))
        room -= len(marked)
    return [_window(window, interval_segments=interval_segments) for window in windows]


def _window(members: Sequence[tuple[int, list[int]]], *, interval_segments: bool) -> Window:
    ids: list[int] = []
    segments: list[int] = []
    places: list[int] = []
    for number, marked in members:
        places.append(len(ids))
        ids += marked
        segments += [number % 2 if interval_segments else 0] * len(marked)
    return Window(tuple(ids), tuple(segments), tuple(number for number, _ in members), tuple(places))
