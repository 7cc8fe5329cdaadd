"""Transfer: what pre-training is worth to tasks with few labels.

Every variant is fine-tuned with one recipe on the same examples, five times with another seed, and
measured on the same held-out sets; a baseline that counts words learns from the same examples. The
training sets are kept small: that is where pre-training shows, and a laptop can repeat it. Batches are
small too, and steps short: after three passes over 2,000 pairs our BERT's correlation was 0.30 with
batches of 32 at 3e-4, and 0.58 with batches of 8 at 1e-4 (one run each).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any, TypeVar

from variants.core.answer_scores import exact_match, likeliest_sentence, overlap_f1
from variants.core.answering import tune_reader
from variants.core.classification import accuracy, bag_of_words, correlation, shared_words, tune_judge
from variants.core.finetuning import Pretrained, TuningRecipe
from variants.core.labelled import AskedPassage, read_polarity, read_questions, read_similarity
from variants.core.tuned_store import log

SEEDS = 5
EXAMPLES = 1000  # labelled sentences, or pairs of them, to learn from
LEARNED_QUESTIONS = 500  # questions to learn from; the passage of each is as long as ten sentences
QUESTIONS = 500  # asked of each reader in the end
RECIPE = TuningRecipe(batch_size=8, learning_rate=1e-4)

T = TypeVar("T")
Scores = dict[str, float]
Tuning = Callable[[int], Scores]  # a seed -> the measures of one run


def transfer_scores(pretrained: Pretrained, folder: Path, *, seeds: int = SEEDS) -> dict[str, Any]:
    """Fine-tune on every task; return mean, spread (standard deviation) and runs of each measure."""
    measures: dict[str, Any] = {}
    baselines: Scores = {}
    for task in (sentiment, similarity, answers):
        tuning, baseline = task(pretrained, folder)
        runs: list[Scores] = []
        for seed in range(seeds):
            log(f"fine-tuning for {task.__name__}, run {seed + 1} of {seeds}")
            runs.append(tuning(seed))
        measures |= {name: summary([run[name] for run in runs]) for name in runs[0]}
        baselines |= baseline
    return {
        "recipe": vars(RECIPE),
        "examples": EXAMPLES,
        "questions": LEARNED_QUESTIONS,
        "measures": measures,
        "baselines": baselines,
    }


def summary(runs: Sequence[float]) -> dict[str, Any]:
    """Return the mean of some runs, their standard deviation and the runs themselves."""
    return {"mean": mean(runs), "spread": stdev(runs) if len(runs) > 1 else 0.0, "runs": list(runs)}


def sentiment(pretrained: Pretrained, folder: Path) -> tuple[Tuning, Scores]:
    """Is a sentence of a film review positive? The baseline is naive Bayes."""
    train, test = some(read_polarity(folder, "train"), EXAMPLES), read_polarity(folder, "test")

    def tuned(seed: int) -> Scores:
        judge = tune_judge(pretrained, train, "class", seed=seed, recipe=RECIPE)
        return {"sentiment_accuracy": accuracy(judge.judge(test), test)}

    return tuned, {"sentiment_accuracy": accuracy(bag_of_words(train, test), test)}


def similarity(pretrained: Pretrained, folder: Path) -> tuple[Tuning, Scores]:
    """How alike are two sentences? The baseline is the share of words that they have in common."""
    train, test = some(read_similarity(folder, "train"), EXAMPLES), read_similarity(folder, "test")

    def tuned(seed: int) -> Scores:
        judge = tune_judge(pretrained, train, "degree", seed=seed, recipe=RECIPE)
        return {"similarity_correlation": correlation(judge.judge(test), test)}

    return tuned, {"similarity_correlation": correlation(shared_words(test), test)}


def answers(pretrained: Pretrained, folder: Path) -> tuple[Tuning, Scores]:
    """Where does a passage answer a question? The baseline gives the sentence that is most like the question."""
    train = some(read_questions(folder, "train"), LEARNED_QUESTIONS)
    test = some(read_questions(folder, "test"), QUESTIONS)

    def tuned(seed: int) -> Scores:
        reader = tune_reader(pretrained, train, seed=seed, recipe=RECIPE)
        return answer_scores([reader.answer(asked.question, asked.passage, 1)[0].text for asked in test], test)

    return tuned, answer_scores([likeliest_sentence(asked) for asked in test], test)


def answer_scores(found: Sequence[str], test: Sequence[AskedPassage]) -> Scores:
    """Return the mean exact match and the mean F1."""
    pairs = list(zip(found, test, strict=True))
    return {
        "answers_exact": mean(exact_match(answer, asked.answers) for answer, asked in pairs),
        "answers_f1": mean(overlap_f1(answer, asked.answers) for answer, asked in pairs),
    }


def some(examples: Sequence[T], count: int) -> list[T]:
    """Return ``count`` examples drawn at random, the same every time."""
    return random.Random(0).sample(examples, min(count, len(examples)))
