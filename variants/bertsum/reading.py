"""Score the sentences of an article of any length: windows, then vectors, then the layers between sentences.

Windows are read a few at a time, so that a long article shows how far it is, and a change at its end
leaves what was read before as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from variants.bertsum.model import BertSum
from variants.bertsum.windows import Window, windows_of
from variants.core.inference import forward_pass
from variants.core.padding import padded
from variants.core.tokenization import Vocabulary, vocabulary_of

PART = 8  # windows in one forward pass

Part = tuple[Window, ...]


def parts_of(
    token_ids: Sequence[Sequence[int]], vocabulary: Vocabulary, window: int, *, interval_segments: bool = True
) -> tuple[Part, ...]:
    """Put sentences into windows of so many tokens, and the windows into parts of one pass each."""
    sentences = [list(ids) for ids in token_ids]
    windows = windows_of(sentences, vocabulary, window, interval_segments=interval_segments)
    return tuple(tuple(windows[start : start + PART]) for start in range(0, len(windows), PART))


def part_vectors(model: BertSum, part: Part, pad: int) -> Tensor:
    """Return what BERT makes of every [CLS] in some windows: (sentences, hidden)."""
    with forward_pass():
        states = model.bert(
            padded([window.input_ids for window in part], pad),
            attention_mask=padded([(1,) * len(window.input_ids) for window in part], 0),
            token_type_ids=padded([window.token_type_ids for window in part], 0),
        ).last_hidden_state
        return torch.cat([row[list(window.places)] for row, window in zip(states, part, strict=True)])


def probabilities(model: BertSum, vectors: Tensor, *, between: bool = True) -> list[float]:
    """Return for every sentence vector the probability that the oracle would take its sentence."""
    with forward_pass():
        real = torch.ones(1, len(vectors), dtype=torch.bool)
        return model.judge(vectors[None], real, between=between)[0].sigmoid().tolist()


def sentence_vectors(
    model: BertSum, tokenizer: PreTrainedTokenizerFast, sentences: Sequence[str], *, interval_segments: bool = True
) -> Tensor:
    """Return what BERT makes of every sentence's [CLS]: (sentences, hidden)."""
    vocabulary = vocabulary_of(tokenizer)
    encoded = tokenizer.backend_tokenizer.encode_batch_fast(list(sentences), add_special_tokens=False)
    parts = parts_of(
        [each.ids for each in encoded],
        vocabulary,
        model.config.max_position_embeddings,
        interval_segments=interval_segments,
    )
    return torch.cat([part_vectors(model, part, vocabulary.pad) for part in parts])


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
    return probabilities(model, vectors, between=between)
