"""XLNet as a judge of sentences, and as an encoder to fine-tune.

A sentence has a probability in every factorization order, one token after another; we average its
logarithm over a few orders (Yang et al., 2019, equation 3). [SEP] and [CLS] come before all orders, so
that the first token has something to look at.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast, XLNetLMHeadModel

from variants.core.encoding import never_masked
from variants.core.finetuning import Pretrained
from variants.core.likelihood import Guesses
from variants.core.network_input import padded_inputs
from variants.core.padding import by_length, padded
from variants.core.tokenization import vocabulary_of
from variants.xlnet.objective import CLS_SEGMENT
from variants.xlnet.streams import query_states

ORDERS = 4
BATCH_TOKENS = 4096  # in one forward pass, padding included


def pretrained(model: XLNetLMHeadModel, tokenizer: PreTrainedTokenizerFast) -> Pretrained:
    """Hand over the network; fine-tuned, it uses the content stream alone."""
    return Pretrained(model.transformer, tokenizer)


def guesses(model: XLNetLMHeadModel) -> Guesses:
    """Return what the model says of a place that nobody sees: every token as the last one of an order."""
    return partial(last_guess, model)


def last_guess(model: XLNetLMHeadModel, input_ids: Tensor, attention_mask: Tensor, chosen: Tensor) -> Tensor:
    """Return the logits (batch, vocabulary) of one chosen place a row, which nobody sees."""
    batch = {
        "input_ids": input_ids,
        "attention_mask": attention_mask,
        "token_type_ids": segments_of(attention_mask),
        "perm_mask": chosen[:, None, :].expand(-1, chosen.shape[1], -1),
        "target_mapping": chosen[:, None, :].float(),
    }
    return model.lm_loss(query_states(model.transformer, batch)[:, 0])


@torch.inference_mode()
def fill_in(model: XLNetLMHeadModel, input_ids: Sequence[int], hidden: Sequence[int]) -> Tensor:
    """Return the logits (hidden, vocabulary) of places whose content nobody sees, each other's neither."""
    ids = torch.tensor([list(input_ids)])
    unseen = torch.zeros(len(input_ids), dtype=torch.bool)
    unseen[list(hidden)] = True
    batch = {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "token_type_ids": segments_of(torch.ones_like(ids)),
        "perm_mask": unseen.expand(1, len(input_ids), -1),
        "target_mapping": torch.eye(len(input_ids))[None, list(hidden)],
    }
    return model.lm_loss(query_states(model.transformer, batch)[0])


def preferences(
    model: XLNetLMHeadModel, tokenizer: PreTrainedTokenizerFast, sentences: Sequence[str], orders: int = ORDERS
) -> list[float]:
    """Return for each sentence the mean of its log-probability over random orders."""
    rng = random.Random(0)
    totals = [0.0] * len(sentences)
    drawn = [
        (number, ids, ranks_of(ids, tokenizer, rng))
        for number, ids in enumerate(tokenizer.encode(sentence) for sentence in sentences)
        for _ in range(orders)
    ]
    for part in by_length(drawn, lambda row: len(row[1]), BATCH_TOKENS):
        found = log_probabilities(model, [ids for _, ids, _ in part], [ranks for _, _, ranks in part], tokenizer)
        for (number, _, _), value in zip(part, found.sum(1).tolist(), strict=True):
            totals[number] += value / orders
    return totals


def segments_of(attention_mask: Tensor) -> Tensor:
    """Return the segment ids of single texts, as in pre-training: 0, and 2 at [CLS], which comes last."""
    last = attention_mask.sum(dim=1, keepdim=True) - 1
    return torch.zeros_like(attention_mask).scatter(1, last, CLS_SEGMENT)


def ranks_of(ids: Sequence[int], tokenizer: PreTrainedTokenizerFast, rng: random.Random) -> list[int]:
    """Draw an order: the rank of each token, 1 first; special tokens come before all, at 0."""
    marks = never_masked(tokenizer)
    words = [place for place, token_id in enumerate(ids) if token_id not in marks]
    ranks = [0] * len(ids)
    for rank, place in enumerate(rng.sample(words, len(words)), start=1):
        ranks[place] = rank
    return ranks


@torch.inference_mode()
def log_probabilities(
    model: XLNetLMHeadModel,
    rows: Sequence[Sequence[int]],
    ranks: Sequence[Sequence[int]],
    tokenizer: PreTrainedTokenizerFast,
) -> Tensor:
    """Return the log-probability of every token given those of lower rank, 0 at rank 0: (rows, tokens)."""
    inputs = padded_inputs(rows, vocabulary_of(tokenizer).pad)
    order = padded(ranks, 0)
    batch = inputs | {
        "token_type_ids": segments_of(inputs["attention_mask"]),
        "perm_mask": (order[:, None, :] > 0) & (order[:, None, :] >= order[:, :, None]),
        "target_mapping": torch.eye(order.shape[1]).expand(len(rows), -1, -1),
    }
    spread = model.lm_loss(query_states(model.transformer, batch)).float().log_softmax(-1)
    return spread.gather(2, inputs["input_ids"][:, :, None])[:, :, 0] * (order > 0)
