"""What is measured of BERTSUM: how near its summaries come to people's, in ROUGE, beside four others.

ROUGE (Lin, 2004) counts the words (1), pairs of words (2) and longest common subsequences (L) that two
texts share; we give the F1, with stemming, as `rouge-score` computes it. From a section of a textbook
three sentences are taken, from an abstract one.

The ablations switch a part off in the trained network; the paper's are other trainings (see ``ablation``).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from math import log
from typing import Any

import torch
from transformers import PreTrainedTokenizerFast

from variants.bertsum.articles import SOURCES, Article, ArticleStore, Source
from variants.bertsum.model import BertSum
from variants.bertsum.objective import Example, build_task
from variants.bertsum.oracle import oracle_steps
from variants.bertsum.reading import probabilities, sentence_vectors
from variants.bertsum.rouge import rouge_of
from variants.bertsum.summary import at_random, choose, lead
from variants.bertsum.textrank import textrank
from variants.core.evaluation import ClozeItem, Scores, held_out_examples, held_out_scores
from variants.core.task import Task

WHOLE = "as trained"
ABLATIONS = ("without interval segments", "without layers between sentences", "without trigram blocking")
TAKEN: dict[Source, int] = {"openstax": 3, "scitldr": 1}  # sentences

STRENGTHS = """
It finds sentences that say what a text is about, and it has learned that openings often do. It cannot
write a sentence of its own, it does not know whether a sentence is true, and it has seen textbooks and
abstracts of computer science, not news.
"""
NOTE = (
    "{count:,} articles of the test sets that no model saw: sections of textbooks (OpenStax, 3 sentences taken) and "
    "abstracts of papers (SciTLDR, 1 sentence). ROUGE F1 against the summary that the authors wrote. “lead” takes "
    "the first sentences; “oracle” knows that summary, and is the best that choosing sentences can do. “ext accuracy” "
    "is the share of articles whose best sentence is one of the oracle's; “sentence loss” is in nats a sentence, of at "
    "most 48 an article, and “same score” gives every sentence the share that the oracle takes in training."
)

Choose = Callable[[Article], Sequence[int]]


def evaluate(
    model: BertSum,
    tokenizer: PreTrainedTokenizerFast,
    *,
    train: ArticleStore,
    test: ArticleStore,
    cloze: Sequence[ClozeItem],  # noqa: ARG001 - it guesses no words
    count: int,
) -> dict[str, Any]:
    """Return every measure of one model; ``count`` is how many articles of each set are used at most."""
    task = build_task(tokenizer, seed=0, model=model)
    articles = [article for source in SOURCES for article in [a for a in test.articles if a.source == source][:count]]
    rng = random.Random(0)
    chosen = {article: in_every_setting(model, tokenizer, article) for article in articles}

    def oracle(article: Article) -> Sequence[int]:
        return [step.sentence for step in oracle_steps(article.sentences, article.summary, TAKEN[article.source])]

    baselines = {
        "lead": rouge(articles, lambda article: lead(article.sentences, TAKEN[article.source])),
        "random": rouge(articles, lambda article: at_random(article.sentences, TAKEN[article.source], rng)),
        "textrank": rouge(articles, lambda article: textrank(article.sentences, TAKEN[article.source])),
        "oracle": rouge(articles, oracle),
        "same score": same_score(train, test),
    }
    examples = held_out_examples(task, test, min(count, len(test)))
    return {
        "held_out": held_out_scores(task, examples)
        | sentence_loss(task, examples)
        | rouge(articles, lambda article: chosen[article][WHOLE]),
        "baselines": baselines,
        "ablations": {name: rouge(articles, lambda article, name=name: chosen[article][name]) for name in ABLATIONS},
        "note": NOTE.format(count=len(articles)),
    }


def in_every_setting(
    model: BertSum, tokenizer: PreTrainedTokenizerFast, article: Article
) -> dict[str, tuple[int, ...]]:
    """Return the sentences that the network takes as it was trained, and with one part switched off."""
    sentences, count = article.sentences, TAKEN[article.source]
    vectors = sentence_vectors(model, tokenizer, sentences)
    plain = sentence_vectors(model, tokenizer, sentences, interval_segments=False)
    scores = probabilities(model, vectors)
    found = {
        WHOLE: choose(sentences, scores, count),
        ABLATIONS[0]: choose(sentences, probabilities(model, plain), count),
        ABLATIONS[1]: choose(sentences, probabilities(model, vectors, between=False), count),
        ABLATIONS[2]: choose(sentences, scores, count, blocking=False),
    }
    return {name: choice.taken for name, choice in found.items()}


@torch.inference_mode()
def sentence_loss(task: Task, examples: Sequence[Example]) -> Scores:
    """Return the mean loss of a sentence: articles count by their length, in ``ext_loss`` by batches."""
    losses = [float(task.objective(task.collate([example]))["ext_loss"]) * len(example.labels) for example in examples]
    return {"sentence_loss": sum(losses) / sum(len(example.labels) for example in examples)}


def rouge(articles: Sequence[Article], choose: Choose) -> Scores:
    """Return the mean ROUGE of what is chosen from each set."""
    sums: dict[str, list[float]] = {}
    for article in articles:
        found = rouge_of([article.sentences[number] for number in choose(article)], article.summary)
        for name, value in found.items():
            sums.setdefault(f"{article.source}_{name}", []).append(value)
    return {name: sum(values) / len(values) for name, values in sums.items()}


def same_score(train: ArticleStore, test: ArticleStore) -> Scores:
    """Return the loss on ``test`` of giving every sentence the share that the oracle takes of ``train``."""
    given, taken = share_taken(train), share_taken(test)
    return {"sentence_loss": -taken * log(given) - (1 - taken) * log(1 - given)}


def share_taken(store: ArticleStore) -> float:
    """Return the share of sentences that the oracle takes."""
    labels = [label for each in store.labels for label in each]
    return sum(labels) / len(labels)
