"""Cloze sentences: how often a model that fills [MASK] names the one obvious answer.

Accuracy on held-out text counts every token alike, most of them easy ones. A cloze sentence asks for
a word that a reader finds at once. Baselines see exactly the same sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from variants.core.baselines import baseline_scores
from variants.core.evaluation import ClozeItem, Scores
from variants.core.masking import IGNORED
from variants.core.token_store import TokenStore
from variants.core.tokenization import vocabulary_of

LogitsOf = Callable[[Tensor], Tensor]  # input_ids (1, tokens) -> logits (1, tokens, vocabulary)


def answer_id(tokenizer: PreTrainedTokenizerFast, word: str) -> int | None:
    """Return the id of a word that is one piece of the vocabulary, None for any other."""
    ids: list[int] = tokenizer.encode(word, add_special_tokens=False)
    return ids[0] if len(ids) == 1 and ids[0] != vocabulary_of(tokenizer).unk else None


def fill_ins(tokenizer: PreTrainedTokenizerFast, items: Sequence[ClozeItem]) -> list[tuple[list[int], list[int]]]:
    """Return input ids and labels of every item whose answer is one piece: one label each, at [MASK]."""
    mask = vocabulary_of(tokenizer).mask
    rows: list[tuple[list[int], list[int]]] = []
    for item in items:
        answer = answer_id(tokenizer, item.answer)
        if answer is not None:
            ids: list[int] = tokenizer.encode(item.text)
            rows.append((ids, [answer if token_id == mask else IGNORED for token_id in ids]))
    return rows


@torch.inference_mode()
def cloze_scores(logits_of: LogitsOf, tokenizer: PreTrainedTokenizerFast, items: Sequence[ClozeItem]) -> Scores:
    """Return how often the answer is the first guess, and among the first five.

    An answer that the vocabulary cannot say in one piece is never guessed.
    """
    if not items:
        return {}
    ranks: list[int] = []
    for ids, labels in fill_ins(tokenizer, items):
        place = next(place for place, label in enumerate(labels) if label != IGNORED)
        logits = logits_of(torch.tensor([ids]))[0, place]
        ranks.append(1 + int((logits > logits[labels[place]]).sum()))
    return {f"cloze_top{k}": sum(rank <= k for rank in ranks) / len(items) for k in (1, 5)}


def cloze_baselines(
    tokenizer: PreTrainedTokenizerFast, train: TokenStore, items: Sequence[ClozeItem]
) -> dict[str, Scores]:
    """Return how often the answer is each baseline's first guess, and among its first five."""
    rows = fill_ins(tokenizer, items)
    if not rows:
        return {}
    share = len(rows) / len(items)
    inputs, labels = [ids for ids, _ in rows], [labels for _, labels in rows]
    scores = baseline_scores(train, inputs, labels, vocabulary_of(tokenizer))
    return {
        score.name: {"cloze_top1": score.mlm_accuracy * share, "cloze_top5": score.mlm_top5 * share} for score in scores
    }
