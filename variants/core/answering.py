"""Extractive question answering: where in a passage does the answer begin and end?

Devlin et al., 2018, section 4.2: the question is the first segment, the passage the second; one new
layer gives every token a score for being the first and one for being the last of the answer. A
passage longer than the window is read in overlapping windows. A window without the answer points at
[CLS], so the model learns to say that there is none (section 4.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from variants.core.errors import InputError
from variants.core.finetuning import Pretrained, Progress, Tuned, TuningRecipe, tune
from variants.core.labelled import AskedPassage
from variants.core.network_input import padded_inputs
from variants.core.task import Batch
from variants.core.tokenization import vocabulary_of

STRIDE = 32  # tokens that two windows of a passage share
LONGEST_ANSWER = 30  # tokens
LONGEST_QUESTION = 64  # tokens; a window must leave room for the passage
PART = 32  # windows in one forward pass


@dataclass(frozen=True)
class Window:
    """A question and a part of its passage, as a model reads them."""

    input_ids: tuple[int, ...]
    token_type_ids: tuple[int, ...]
    offsets: tuple[tuple[int, int] | None, ...]  # of passage tokens: characters in the passage
    cls: int  # the place of [CLS]
    target: tuple[int, int]  # first and last token of the answer; twice [CLS] where it is not here


@dataclass(frozen=True)
class Answer:
    """A piece of the passage."""

    text: str
    start: int  # characters in the passage
    end: int
    score: float  # start score + end score, less those of [CLS] in the same window
    opens: float  # probability that the answer begins where this one does, among all tokens of its window
    closes: float  # and that it ends where this one does


@dataclass(frozen=True, eq=False)
class Scored:
    """The scores of every token of one window, each (tokens,)."""

    window: Window
    start: Tensor
    end: Tensor


@dataclass(frozen=True, eq=False)
class Reader:
    """A fine-tuned model that answers questions."""

    model: Tuned
    pretrained: Pretrained
    threshold: float = 0.0  # an answer must score higher, or the reader says that there is none

    @torch.inference_mode()
    def scores(self, windows: Sequence[Window]) -> list[Scored]:
        """Return the scores of every token of every window."""
        found: list[Scored] = []
        for begin in range(0, len(windows), PART):
            part = windows[begin : begin + PART]
            outputs = span_logits(self.model, collate(part, self.pretrained)).float()
            for window, (start, end) in zip(part, outputs, strict=True):
                length = len(window.input_ids)
                found.append(Scored(window, start[:length], end[:length]))
        return found

    def answer(self, question: str, passage: str, n_best: int = 5) -> list[Answer]:
        """Return the best answers, best first; raise InputError when there is nothing to read."""
        windows = windows_of(AskedPassage(question, passage, (), 0), self.pretrained)
        return best_answers(self.scores(windows), passage, n_best)


def windows_of(asked: AskedPassage, pretrained: Pretrained) -> list[Window]:
    """Cut a passage into windows that overlap, the question before each; raise InputError where one is empty."""
    tokenizer = pretrained.tokenizer
    question: list[int] = tokenizer.encode(asked.question, add_special_tokens=False)
    if not question:
        raise InputError("There is no question yet: ask one about the passage.")
    if len(question) > LONGEST_QUESTION:
        raise InputError(
            f"The question has {len(question)} tokens; {LONGEST_QUESTION} are the most: ask a shorter one."
        )
    if not tokenizer.encode(asked.passage, add_special_tokens=False):
        raise InputError("There is no passage yet: paste a text that holds the answer.")
    encoded = tokenizer(
        asked.question,
        asked.passage,
        truncation="only_second",
        max_length=pretrained.max_length,
        stride=STRIDE,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        return_token_type_ids=True,
    )
    answer = (asked.start, asked.start + len(asked.answers[0])) if asked.answers else None
    windows: list[Window] = []
    for number, ids in enumerate(encoded["input_ids"]):
        belongs = encoded.sequence_ids(number)
        spans = [
            (span[0], span[1]) if sequence == 1 else None
            for span, sequence in zip(encoded["offset_mapping"][number], belongs, strict=True)
        ]
        cls = ids.index(vocabulary_of(tokenizer).cls)
        segments = tuple(encoded["token_type_ids"][number])
        windows.append(Window(tuple(ids), segments, tuple(spans), cls, _target(spans, answer, cls)))
    return windows


def _target(spans: Sequence[tuple[int, int] | None], answer: tuple[int, int] | None, cls: int) -> tuple[int, int]:
    if answer is None:
        return cls, cls
    inside = [place for place, span in enumerate(spans) if span and span[0] < answer[1] and span[1] > answer[0]]
    whole = inside and _begin(spans[inside[0]]) <= answer[0] and _end(spans[inside[-1]]) >= answer[1]
    return (inside[0], inside[-1]) if whole else (cls, cls)


def _begin(span: tuple[int, int] | None) -> int:
    return span[0] if span else -1


def _end(span: tuple[int, int] | None) -> int:
    return span[1] if span else -1


def collate(windows: Sequence[Window], pretrained: Pretrained) -> Batch:
    """Pad windows to the longest: (batch, tokens); ``targets`` is (batch, 2)."""
    rows, segments = [each.input_ids for each in windows], [each.token_type_ids for each in windows]
    batch = padded_inputs(rows, vocabulary_of(pretrained.tokenizer).pad, segments)
    return batch | {"targets": torch.tensor([window.target for window in windows])}


def span_logits(model: Tuned, batch: Batch) -> Tensor:
    """Return the scores for being the first and the last token of the answer: (batch, 2, tokens)."""
    logits = model.head(model.states(batch)).transpose(1, 2)
    return logits.masked_fill(batch["attention_mask"][:, None] == 0, torch.finfo(logits.dtype).min)


def tune_reader(
    pretrained: Pretrained,
    questions: Sequence[AskedPassage],
    *,
    seed: int,
    recipe: TuningRecipe | None = None,
    progress: Progress | None = None,
) -> Reader:
    """Fine-tune a copy of the encoder to answer questions."""
    recipe = recipe or TuningRecipe()
    model = Tuned(pretrained, 2, seed=seed, dropout_share=recipe.dropout, rank=recipe.rank)
    windows = [window for asked in questions for window in windows_of(asked, pretrained)]

    def loss_of(model: Tuned, batch: Batch) -> Tensor:
        logits = span_logits(model, batch).float()
        return (cross_entropy(logits[:, 0], batch["targets"][:, 0])
                + cross_entropy(logits[:, 1], batch["targets"][:, 1])) / 2  # fmt: skip

    tuned = tune(
        model,
        windows,
        lambda part: collate(part, pretrained),
        loss_of,
        length_of=lambda window: len(window.input_ids),
        seed=seed,
        recipe=recipe,
        progress=progress,
    )
    return Reader(tuned, pretrained)


def best_threshold(here: Sequence[float], elsewhere: Sequence[float]) -> float:
    """Return the score that best tells passages with the answer from those without: most right in both, as shares.

    ``here`` and ``elsewhere`` are the best answers' scores. Devlin et al., 2018, section 4.3, choose it on
    the development set, by F1.
    """
    scores = sorted({*here, *elsewhere})
    between = [(low + high) / 2 for low, high in pairwise(scores)]

    def right(threshold: float) -> float:
        return fmean(score > threshold for score in here) + fmean(score <= threshold for score in elsewhere)

    return max([scores[0] - 1, *between, scores[-1]], key=right)


def best_answers(scored: Sequence[Scored], passage: str, n_best: int) -> list[Answer]:
    """Return the ``n_best`` pieces of the passage; an end before its start or a very long answer never appears."""
    found: dict[tuple[int, int], Answer] = {}
    for window in scored:
        for answer in _candidates(window, passage, n_best):
            known = found.get((answer.start, answer.end))
            if known is None or answer.score > known.score:
                found[answer.start, answer.end] = answer
    return sorted(found.values(), key=lambda answer: -answer.score)[:n_best]


def _candidates(scored: Scored, passage: str, n_best: int) -> Iterator[Answer]:
    window = scored.window
    places = [place for place, span in enumerate(window.offsets) if span]
    if not places:
        return
    start, end = scored.start[places], scored.end[places]
    opens, closes = (scores.double().softmax(-1)[places].tolist() for scores in (scored.start, scored.end))
    sums = start[:, None] + end[None, :]
    possible = torch.ones_like(sums, dtype=torch.bool).triu().tril(LONGEST_ANSWER - 1)
    sums = sums.masked_fill(~possible, -torch.inf).flatten()
    none = float(scored.start[window.cls] + scored.end[window.cls])
    for number in sums.topk(min(n_best, int(possible.sum()))).indices.tolist():
        first, last = divmod(number, len(places))
        begin, stop = _begin(window.offsets[places[first]]), _end(window.offsets[places[last]])
        text = passage[begin:stop]
        begin += len(text) - len(text.lstrip())  # some tokens bring the space before them along
        yield Answer(text.strip(), begin, stop, float(sums[number]) - none, opens[first], closes[last])
