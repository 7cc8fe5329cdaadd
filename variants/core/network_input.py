"""What a network reads: texts, or rows of token ids, as rectangles under the names that transformers gives them."""

from __future__ import annotations

from collections.abc import Sequence

from transformers import PreTrainedTokenizerFast

from variants.core.padding import padded
from variants.core.task import Batch


def encoded_texts(
    tokenizer: PreTrainedTokenizerFast, texts: Sequence[str], seconds: Sequence[str] | None, max_length: int
) -> Batch:
    """Encode texts, or pairs where ``seconds`` are given, each cut to ``max_length`` tokens: (batch, tokens)."""
    encoded = tokenizer(
        list(texts),
        None if seconds is None else list(seconds),
        padding=True,
        truncation=True,
        max_length=max_length,
        return_token_type_ids=True,
        return_tensors="pt",
    )
    return {name: encoded[name] for name in ("input_ids", "attention_mask", "token_type_ids")}


def padded_inputs(rows: Sequence[Sequence[int]], pad: int, segments: Sequence[Sequence[int]] | None = None) -> Batch:
    """Fill rows of ids up to the longest, and their segments if any are given: tensors of shape (batch, tokens)."""
    batch = {"input_ids": padded(rows, pad), "attention_mask": padded([(1,) * len(row) for row in rows], 0)}
    return batch if segments is None else batch | {"token_type_ids": padded(segments, 0)}
