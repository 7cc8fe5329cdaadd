"""What is measured of ALBERT: hidden words and the order of two segments, beside baselines."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Any

from transformers import AlbertForPreTraining, PreTrainedTokenizerFast

from variants.albert.objective import build_task
from variants.core.evaluation import ClozeItem, Scores, held_out_examples, held_out_scores, masked_baselines
from variants.core.token_store import TokenStore
from variants.core.tokenization import vocabulary_of

STRENGTHS = """
It knows grammar and which words go together with a quarter of BERT's parameters, and often names a
word of the right kind instead of the right word. It can only sometimes tell which of two passages
came first, for that takes understanding, not topic.
"""
NOTE = (
    "{count:,} sequences of the test split, whole documents that no model saw, masked as in pre-training: runs of one "
    "to three whole words, which are harder to fill in than single pieces. “n-gram” guesses from the two neighbours, "
    "counted over the whole training text; “n-gram + kept” also uses the one in ten chosen tokens that stay visible, "
    "as the model can. “same answer” gives every pair the more common label. The pieces are ALBERT's own, so its loss "
    "per piece cannot be compared with that of a model with another vocabulary."
)


def evaluate(
    model: AlbertForPreTraining,
    tokenizer: PreTrainedTokenizerFast,
    *,
    train: TokenStore,
    test: TokenStore,
    cloze: Sequence[ClozeItem],  # noqa: ARG001 - see below
    count: int,
) -> dict[str, Any]:
    """Return every measure of one model; ``count`` is how many test sequences are used.

    The cloze list is left out: its answers are single pieces of the WordPiece vocabulary, and this
    tokenizer puts a stray ``▁`` between a [MASK] and the full stop after it, which no text has.
    """
    task = build_task(tokenizer, seed=0, model=model)
    examples = held_out_examples(task, test, count)
    baselines = masked_baselines(train, examples, vocabulary_of(tokenizer))
    baselines["same answer"] = same_answer(sum(example.is_swapped for example in examples) / len(examples))
    return {"held_out": held_out_scores(task, examples), "baselines": baselines, "note": NOTE.format(count=count)}


def same_answer(swapped: float) -> Scores:
    """Return the measures of giving every pair one answer, as sure as the share of swapped pairs allows."""
    shares = [share for share in (swapped, 1 - swapped) if share]
    return {"sop_loss": -sum(share * log(share) for share in shares), "sop_accuracy": max(shares)}
