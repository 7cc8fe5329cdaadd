"""What is measured of ALBERT: hidden words and the order of two segments, beside baselines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transformers import AlbertForPreTraining, PreTrainedTokenizerFast

from variants.albert.objective import build_task
from variants.core.evaluation import ClozeItem, held_out_examples, held_out_scores, masked_baselines
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
    "as the model can. “same answer” gives every pair the more common label."
)


def evaluate(
    model: AlbertForPreTraining,
    tokenizer: PreTrainedTokenizerFast,
    *,
    train: TokenStore,
    test: TokenStore,
    cloze: Sequence[ClozeItem],  # noqa: ARG001 - its answers are WordPiece's
    count: int,
) -> dict[str, Any]:
    """Return every measure of one model; ``count`` is how many test sequences are used."""
    task = build_task(tokenizer, seed=0, model=model)
    examples = held_out_examples(task, test, count)
    baselines = masked_baselines(train, examples, vocabulary_of(tokenizer))
    majority = sum(example.is_swapped for example in examples) / len(examples)
    baselines["same answer"] = {"sop_accuracy": max(majority, 1 - majority)}
    return {
        "held_out": held_out_scores(task, examples),
        "baselines": baselines,
        "note": NOTE.format(count=count),
    }
