"""What is measured of BERT: hidden tokens, sentence pairs and cloze sentences, beside baselines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transformers import BertForPreTraining, PreTrainedTokenizerFast

from variants.bert.demo import Bert, fill, is_one_piece, logits_at, rank_of, read, token_id_of
from variants.bert.objective import build_task
from variants.core.baselines import baseline_scores
from variants.core.checkpoint import Checkpoint
from variants.core.evaluation import ClozeItem, Scores, held_out_examples, held_out_scores, masked_baselines
from variants.core.masking import IGNORED
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
    checkpoint = Checkpoint("under evaluation", model, tokenizer, model.config.max_position_embeddings)
    scores |= cloze_scores(checkpoint, cloze)
    for name, values in cloze_baselines(checkpoint, train, cloze).items():
        baselines[name] |= values
    return {"held_out": scores, "baselines": baselines, "note": NOTE.format(count=count, cloze=len(cloze))}


def cloze_scores(checkpoint: Bert, items: Sequence[ClozeItem]) -> Scores:
    """Return how often the answer is the first guess, and among the first five.

    An answer that the vocabulary cannot say in one piece is never guessed.
    """
    if not items:
        return {}
    ranks: list[int] = []
    for item in known(checkpoint, items):
        reading = fill(checkpoint, read(checkpoint, item.text))
        ranks.append(rank_of(checkpoint, logits_at(reading, reading.masks[0]), item.answer).rank)
    return {f"cloze_top{k}": sum(rank <= k for rank in ranks) / len(items) for k in (1, 5)}


def cloze_baselines(checkpoint: Bert, train: TokenStore, items: Sequence[ClozeItem]) -> dict[str, Scores]:
    """Return how often the answer is each baseline's first guess, and among its first five."""
    possible = known(checkpoint, items)
    if not possible:
        return {}
    inputs = [read(checkpoint, item.text).input_ids for item in possible]
    labels = [
        [
            token_id_of(checkpoint, item.answer) if token_id == checkpoint.vocabulary.mask else IGNORED
            for token_id in ids
        ]
        for item, ids in zip(possible, inputs, strict=True)
    ]
    share = len(possible) / len(items)
    scores = baseline_scores(train, inputs, labels, checkpoint.vocabulary)
    return {
        score.name: {"cloze_top1": score.mlm_accuracy * share, "cloze_top5": score.mlm_top5 * share} for score in scores
    }


def known(checkpoint: Bert, items: Sequence[ClozeItem]) -> list[ClozeItem]:
    """Return the items whose answer is one piece of the vocabulary."""
    return [item for item in items if is_one_piece(checkpoint, item.answer)]
