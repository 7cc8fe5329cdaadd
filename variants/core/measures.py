"""Everything that is measured of a shipped model, in one record: ``metrics.json``.

The variant's own objective on held-out text stands first, beside its baselines. What follows is
asked of all variants alike: what the model costs, how likely it finds sentences, whether it tells
passages that follow each other from others, what it knows of grammar, and what it is worth to tasks
with few labels. A model is asked only what it can answer, and what the text
can ask.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import stdev
from types import ModuleType
from typing import Any, cast

from transformers import PreTrainedModel, PreTrainedTokenizerFast

from variants.core.corpus import Document, documents
from variants.core.cost import costs
from variants.core.evaluation import EXAMPLES, QUICK_EXAMPLES, ClozeItem
from variants.core.grammar import PAIRS, QUICK_PAIRS, Score, grammar_scores, read_minimal_pairs
from variants.core.likelihood import Likelihood, pseudo_log_likelihoods
from variants.core.pairs import draw_passages, pair_scores
from variants.core.token_store import TokenStore, split_sentences
from variants.core.transfer import SEEDS, transfer_scores
from variants.core.variant import Variant

SENTENCES = 400
PASSAGES = 400


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What a model is measured on."""

    corpus: Path
    train: TokenStore
    test: TokenStore
    cloze: Sequence[ClozeItem]
    labelled: Path | None = None  # folder of labelled sets; without it neither grammar nor transfer is measured


def measure(
    variant: Variant, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, texts: Texts, *, quick: bool = False
) -> dict[str, Any]:
    """Return every measure of one model; a quick look takes a tenth of the text and one seed."""
    count = QUICK_EXAMPLES if quick else EXAMPLES
    found: dict[str, Any] = variant.part("evaluation").evaluate(
        model, tokenizer, train=texts.train, test=texts.test, cloze=texts.cloze, count=count
    )
    if not variant.judges_language:
        return found | {"cost": costs(model, cast(PreTrainedModel, model.base_model))}
    scoring = variant.part("scoring")
    share = 10 if quick else 1
    found["cost"] = costs(model, scoring.pretrained(model, tokenizer).encoder)
    test = list(documents(texts.corpus, "test"))
    random.Random(0).shuffle(test)  # they stand source by source
    sentences = list(islice(held_out_sentences(test), SENTENCES // share))
    if sentences and (guesses := getattr(scoring, "guesses", None)):
        found["likelihood"] = per_word(pseudo_log_likelihoods(guesses(model), tokenizer, sentences))
    passages = draw_passages(test, PASSAGES // share)
    if passages and (follows := getattr(scoring, "follows", None)):
        found["pairs"] = pair_scores(lambda pairs: follows(model, tokenizer, pairs), passages)
    if texts.labelled:
        found |= _labelled(scoring, model, tokenizer, texts.labelled, quick=quick)
    return found


def _labelled(
    scoring: ModuleType, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, folder: Path, *, quick: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if score := sentence_score(scoring, model, tokenizer):
        pairs = read_minimal_pairs(folder / "blimp" / "blimp.jsonl.xz", QUICK_PAIRS if quick else PAIRS)
        found["grammar"] = grammar_scores(score, pairs)
    pretrained = scoring.pretrained(model, tokenizer)
    return found | {"transfer": transfer_scores(pretrained, folder, seeds=1 if quick else SEEDS)}


def sentence_score(scoring: ModuleType, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast) -> Score | None:
    """Return how a model scores sentences: in a way of its own, or by pseudo-log-likelihood if it fills in tokens."""
    if preferences := getattr(scoring, "preferences", None):
        return lambda sentences: preferences(model, tokenizer, sentences)
    if guesses := getattr(scoring, "guesses", None):
        return lambda sentences: [each.total for each in pseudo_log_likelihoods(guesses(model), tokenizer, sentences)]
    return None


def held_out_sentences(texts: Iterable[Document]) -> Iterator[str]:
    """Yield one sentence of each document, of 6 to 30 words: the first such in its middle paragraph."""
    for document in texts:
        sentences = split_sentences(document.paragraphs[len(document.paragraphs) // 2])
        yield from islice((sentence for sentence in sentences if 6 <= len(sentence.split()) <= 30), 1)


def per_word(likelihoods: Sequence[Likelihood]) -> dict[str, float]:
    """Return the mean log-likelihood of a word over all sentences, and its standard error (ratio estimator)."""
    words = sum(each.words for each in likelihoods)
    mean = sum(each.total for each in likelihoods) / words
    residues = [each.total - mean * each.words for each in likelihoods]
    error = stdev(residues) * len(residues) ** 0.5 / words if len(residues) > 1 else 0.0
    return {"per_word": mean, "per_word_standard_error": error, "sentences": len(likelihoods)}
