"""What is measured of the abstractive model: how well it predicts the next token, and ROUGE beside four others.

ROUGE is compared at equal length: everybody may use as many words as the summary that was written for the
same text, and everybody sees one window of it. The reference is the short one of training. “another” is
what the model wrote for another text of the same set: ROUGE that this earns too is earned by set phrases.

Two controls for the loss of a token: the frequencies of words alone, and the model itself when it is
given another text than the one that is summed up. If that costs nothing, it does not read.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import fmean, stdev
from typing import Any, Protocol, TypeVar

from variants.bertsum.beams import Settings
from variants.bertsum.demo import Summarizer
from variants.bertsum.novelty import novel_share
from variants.bertsum.oracle import oracle_steps
from variants.bertsum.pairs import PAIR_SOURCES, Example, counted
from variants.bertsum.reading import score_sentences
from variants.bertsum.rouge import rouge_of
from variants.bertsum.writer_store import TrainedWriter
from variants.bertsum.writer_training import token_scores
from variants.bertsum.writing import search_window, text_of
from variants.core.tokenization import Vocabulary

Say = Callable[[str], None]
WRITTEN, REFERENCE = "written", "reference"
LENGTHS = {"novel_words": 1, "novel_pairs": 2}
SHOWN_EVERY = 97  # of the summaries in the record: a few of each set, whatever they are like


class Sourced(Protocol):
    """Whatever comes from one of the sets."""

    @property
    def source(self) -> str:
        """Return the name of the set."""
        ...


T = TypeVar("T", bound=Sourced)


@dataclass(frozen=True)
class Answers:
    """One test pair, and what each system says of its text."""

    example: Example
    said: dict[str, str]

    @property
    def source(self) -> str:
        """Return the name of the pair's set."""
        return self.example.source

    @property
    def text(self) -> str:
        """Return what everybody could read."""
        return " ".join(self.example.sentences)


def measure(
    writer: TrainedWriter,
    bertsum: Summarizer,
    train: Sequence[Example],
    test: Sequence[Example],
    *,
    count: int,
    say: Say,
) -> dict[str, Any]:
    """Return every measure on the test pairs; ``count`` of each set are summed up at most."""
    chosen = [each for source in PAIR_SOURCES for each in [e for e in test if e.source == source][:count]]
    answers: list[Answers] = []
    rng = random.Random(0)
    for number, example in enumerate(chosen, start=1):
        answers.append(answers_to(example, writer, bertsum, rng))
        if number % 50 == 0 or number == len(chosen):
            say(f"  {number} of {len(chosen)} summaries written")
    answers = [*_with_another(answers)]
    return {
        "tokens": _by_source(test, lambda examples: token_measures(writer, train, examples)),
        "rouge": {
            name: _by_source(answers, partial(_rouge, name=name)) for name in answers[0].said if name != REFERENCE
        },
        "ahead_of_lead": _by_source(answers, partial(_ahead_of, name="lead")),
        "ahead_of_another": _by_source(answers, partial(_ahead_of, name="another")),
        "novel": {name: _by_source(answers, partial(_novelty, name=name)) for name in (WRITTEN, REFERENCE)},
        "different": len({each.said[WRITTEN] for each in answers}) / len(answers),
        "examples": [
            {"source": each.source, "text": each.text} | {name: each.said[name] for name in (REFERENCE, WRITTEN)}
            for each in answers[::SHOWN_EVERY]
        ],
        "test": counted(test),
        "summed_up": counted(chosen),
    }


def answers_to(example: Example, writer: TrainedWriter, bertsum: Summarizer, rng: random.Random) -> Answers:
    """Write a summary, and let the others, who take and do not write, use as many words."""
    found = search_window(writer.model, example.window, writer.vocabulary, Settings())
    written = text_of(writer.tokenizer, found.best.ids)
    taken = {
        "lead": " ".join(example.sentences),
        "random": rng.choice(example.sentences),
        "extractive": _best_first(bertsum, example.sentences),
        "oracle": _oracle(example),
    }
    words = len(written.split())
    said = {name: " ".join(text.split()[:words]) for name, text in taken.items()}
    return Answers(example, {WRITTEN: written, REFERENCE: example.summary} | said)


def _with_another(answers: Sequence[Answers]) -> Iterator[Answers]:
    """Let every text also have the summary of the one before it in its set, in as many words as its own."""
    for source in PAIR_SOURCES:
        group = [each for each in answers if each.source == source]
        for place, each in enumerate(group):
            words = len(each.said[WRITTEN].split())
            another = " ".join(group[place - 1].said[WRITTEN].split()[:words])
            yield replace(each, said=each.said | {"another": another})


def _best_first(bertsum: Summarizer, sentences: Sequence[str]) -> str:
    scores = score_sentences(bertsum.model, bertsum.tokenizer, sentences)
    return " ".join(sentences[place] for place in sorted(range(len(sentences)), key=lambda place: -scores[place]))


def _oracle(example: Example) -> str:
    steps = oracle_steps(example.sentences, example.summary, 1)
    return example.sentences[steps[0].sentence if steps else 0]


def token_measures(writer: TrainedWriter, train: Sequence[Example], examples: Sequence[Example]) -> dict[str, float]:
    """Return loss and accuracy of a token, and the same of the two controls."""
    vocabulary = writer.vocabulary
    swapped = token_scores(writer.model, with_other_texts(examples), vocabulary)
    return token_scores(writer.model, examples, vocabulary) | {
        "other_text_loss": swapped["token_loss"],
        "other_text_accuracy": swapped["token_accuracy"],
        "frequency_loss": frequency_loss(train, examples, vocabulary),
    }


def with_other_texts(examples: Sequence[Example]) -> list[Example]:
    """Return the examples, each with the text of the one before it."""
    return [replace(example, window=examples[place - 1].window) for place, example in enumerate(examples)]


def frequency_loss(train: Sequence[Example], examples: Sequence[Example], vocabulary: Vocabulary) -> float:
    """Return the loss of predicting each token by how often it was written in training, one added to each count."""
    counts = Counter(token for example in train for token in example.target)
    total = counts.total() + vocabulary.size
    return fmean(-math.log((counts[token] + 1) / total) for example in examples for token in example.target)


def _by_source(items: Sequence[T], measured: Callable[[Sequence[T]], dict[str, float]]) -> dict[str, dict[str, float]]:
    groups = {source: [each for each in items if each.source == source] for source in PAIR_SOURCES}
    return {source: measured(group) for source, group in groups.items() if group}


def _rouge(answers: Sequence[Answers], name: str) -> dict[str, float]:
    rows = [rouge_of([each.said[name]], each.example.summary) for each in answers]
    return _with_errors({measure: [row[measure] for row in rows] for measure in rows[0]})


def _ahead_of(answers: Sequence[Answers], name: str) -> dict[str, float]:
    """Return by how much ROUGE of what was written is higher than another's, text by text."""
    pairs = [[rouge_of([each.said[who]], each.example.summary) for who in (WRITTEN, name)] for each in answers]
    return _with_errors(
        {measure: [ours[measure] - theirs[measure] for ours, theirs in pairs] for measure in pairs[0][0]}
    )


def _novelty(answers: Sequence[Answers], name: str) -> dict[str, float]:
    return _with_errors(
        {share: [novel_share(each.said[name], each.text, n) for each in answers] for share, n in LENGTHS.items()}
    )


def _with_errors(values: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return every mean with its standard error."""
    means = {name: fmean(each) for name, each in values.items()}
    errors = {
        f"{name}_error": stdev(each) / math.sqrt(len(each)) if len(each) > 1 else 0.0 for name, each in values.items()
    }
    return means | errors
