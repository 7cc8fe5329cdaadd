"""Score the sentences of an article of any length."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from variants.bertsum.model import BertSum
from variants.bertsum.windows import Window, windows_of
from variants.core.inference import forward_pass
from variants.core.padding import padded
from variants.core.tokenization import vocabulary_of

PART = 16  # windows in one forward pass


def sentence_vectors(
    model: BertSum, tokenizer: PreTrainedTokenizerFast, sentences: Sequence[str], *, interval_segments: bool = True
) -> Tensor:
    """Return what BERT makes of every sentence's [CLS]: (sentences, hidden)."""
    vocabulary = vocabulary_of(tokenizer)
    encoded = tokenizer.backend_tokenizer.encode_batch_fast(list(sentences), add_special_tokens=False)
    longest = model.config.max_position_embeddings
    windows = windows_of([each.ids for each in encoded], vocabulary, longest, interval_segments=interval_segments)
    parts = [windows[start : start + PART] for start in range(0, len(windows), PART)]
    return torch.cat([_vectors(model, part, vocabulary.pad) for part in parts])


def _vectors(model: BertSum, windows: Sequence[Window], pad: int) -> Tensor:
    with forward_pass():
        states = model.bert(
            padded([window.input_ids for window in windows], pad),
            attention_mask=padded([(1,) * len(window.input_ids) for window in windows], 0),
            token_type_ids=padded([window.token_type_ids for window in windows], 0),
        ).last_hidden_state
        return torch.cat([row[list(window.places)] for row, window in zip(states, windows, strict=True)])


def score_sentences(
    model: BertSum,
    tokenizer: PreTrainedTokenizerFast,
    sentences: Sequence[str],
    *,
    interval_segments: bool = True,
    between: bool = True,
) -> list[float]:
    """Return for every sentence the probability that the oracle would take it."""
    vectors = sentence_vectors(model, tokenizer, sentences, interval_segments=interval_segments)
    with forward_pass():
        real = torch.ones(1, len(vectors), dtype=torch.bool)
        return model.judge(vectors[None], real, between=between)[0].sigmoid().tolist()
