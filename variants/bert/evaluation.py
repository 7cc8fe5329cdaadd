"""What is measured of BERT: hidden tokens, sentence pairs and cloze sentences, beside baselines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transformers import BertForPreTraining, PreTrainedTokenizerFast

from variants.bert.objective import build_task
from variants.core.cloze import cloze_baselines, cloze_scores
from variants.core.evaluation import ClozeItem, held_out_examples, held_out_scores, masked_baselines
from variants.core.token_store import TokenStore
from variants.core.tokenization import vocabulary_of

STRENGTHS = """
It knows grammar and which words go together, and it can tell whether two passages share a topic. It
often names a word of the right kind instead of the right word.
"""
NOTE = (
    "{count:,} sequences of the test split, whole documents that no model saw, masked as in pre-training. "
    "“n-gram” guesses from the two neighbours, counted over the whole training text; “n-gram + kept” also uses the "
    "one in ten chosen tokens that stay visible, as the model can. “same answer” gives every pair the more common "
    "label. Cloze: {cloze} sentences with one obvious answer."
)


def evaluate(
    model: BertForPreTraining,
    tokenizer: PreTrainedTokenizerFast,
    *,
    train: TokenStore,
    test: TokenStore,
    cloze: Sequence[ClozeItem],
    count: int,
) -> dict[str, Any]:
    """Return every measure of one model; ``count`` is how many test sequences are used."""
    task = build_task(tokenizer, seed=0, model=model)
    examples = held_out_examples(task, test, count)
    scores = held_out_scores(task, examples)
    baselines = masked_baselines(train, examples, vocabulary_of(tokenizer))
    majority = sum(example.is_random for example in examples) / len(examples)
    baselines["same answer"] = {"nsp_accuracy": max(majority, 1 - majority)}
    scores |= cloze_scores(lambda ids: model(ids).prediction_logits, tokenizer, cloze)
    for name, values in cloze_baselines(tokenizer, train, cloze).items():
        baselines[name] |= values
    return {"held_out": scores, "baselines": baselines, "note": NOTE.format(count=count, cloze=len(cloze))}
