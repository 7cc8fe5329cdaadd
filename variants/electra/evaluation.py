"""What is measured of ELECTRA: the generator's hidden tokens, the discriminator's finds, and cloze sentences.

Few tokens are replaced, so the share of right verdicts says little: calling everything original is
right most of the time. Precision, recall and AUC say more.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from variants.core.cloze import cloze_baselines, cloze_scores
from variants.core.evaluation import ClozeItem, Scores, held_out_examples, held_out_scores, masked_baselines
from variants.core.token_store import TokenStore
from variants.core.tokenization import vocabulary_of
from variants.electra.model import Electra
from variants.electra.objective import Example, Objective, build_task, corrupt

STRENGTHS = """
Its discriminator notices a word of the wrong kind at once, and a word that is merely unlikely rarely: it misses
many replacements that read well. Its generator is a quarter as wide as the other models here and guesses
hidden words worse than they do, which is what it is for.
"""
NOTE = (
    "{count:,} sequences of the test split, whole documents that no model saw, masked and refilled as in "
    "pre-training; {share:.1%} of their tokens are replaced. “mlm” is the generator's, “rtd” the discriminator's: "
    "precision is the share of its finds that are right, recall the share of replacements that it finds, and auc how "
    "often it finds a replaced token more suspicious than an original one. “always original” knows how many tokens "
    "are replaced and nothing more. Cloze: {cloze} sentences with one obvious answer, filled in by the generator."
)
PART = 16  # sequences read at a time


def evaluate(
    model: Electra,
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
    scores, replaced = verdicts(model, tokenizer, examples)
    held_out = held_out_scores(task, examples) | detection_scores(scores, replaced)
    held_out |= cloze_scores(lambda ids: model.generator(ids).logits, tokenizer, cloze)
    baselines = masked_baselines(train, examples, vocabulary_of(tokenizer))
    for name, values in cloze_baselines(tokenizer, train, cloze).items():
        baselines[name] |= values
    del baselines["n-gram + kept"]  # no chosen token stays visible, so it is the n-gram again
    share = float(replaced.float().mean())
    baselines["always original"] = always_original(share)
    note = NOTE.format(count=count, share=share, cloze=len(cloze))
    return {"held_out": held_out, "baselines": baselines, "note": note}


@torch.inference_mode()
def verdicts(model: Electra, tokenizer: PreTrainedTokenizerFast, examples: Sequence[Example]) -> tuple[Tensor, Tensor]:
    """Return the discriminator's score of every token, and whether it was replaced: both (tokens,)."""
    objective = Objective(model).eval()
    collate = build_task(tokenizer, seed=0, model=model).collate
    scores: list[Tensor] = []
    replaced: list[Tensor] = []
    for start in range(0, len(examples), PART):
        batch = collate(examples[start : start + PART])
        corrupted, real = corrupt(batch, objective.guesses(batch)), batch["attention_mask"] == 1
        scores.append(objective.scores(corrupted, batch)[real])
        replaced.append(corrupted.replaced[real])
    return torch.cat(scores), torch.cat(replaced)


def detection_scores(scores: Tensor, replaced: Tensor) -> Scores:
    """Return precision and recall of the verdict “score above 0”, and the AUC of the scores."""
    found = scores > 0
    hits = int((found & replaced).sum())
    return {
        "rtd_precision": hits / max(1, int(found.sum())),
        "rtd_recall": hits / max(1, int(replaced.sum())),
        "rtd_auc": area_under_curve(scores, replaced),
    }


def area_under_curve(scores: Tensor, positive: Tensor) -> float:
    """Return how often a positive scores above a negative, ties counting half (Mann and Whitney, 1947)."""
    values, place, counts = scores.double().unique(return_inverse=True, return_counts=True)
    below = counts.cumsum(0) - counts
    ranks = (below + (counts + 1).double() / 2)[place]  # of equal scores the mean rank
    ones, others = int(positive.sum()), int((~positive).sum())
    if not len(values) or not ones or not others:
        return 0.5
    return (float(ranks[positive].sum()) - ones * (ones + 1) / 2) / (ones * others)


def always_original(share: float) -> Scores:
    """Return the measures of one answer for all tokens, of which ``share`` are replaced."""
    entropy = -sum(p * log(p) for p in (share, 1 - share) if p > 0)
    return {"rtd_loss": entropy, "rtd_accuracy": 1 - share, "rtd_recall": 0.0, "rtd_auc": 0.5}
