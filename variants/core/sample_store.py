"""The sample text as a store of tokens: what a training in front of the reader learns from."""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate

import numpy as np
from transformers import PreTrainedTokenizerFast

from variants.core.samples import sample_documents
from variants.core.token_store import TokenStore, split_sentences


@lru_cache(maxsize=4)
def sample_store(tokenizer: PreTrainedTokenizerFast) -> TokenStore:
    """Return the documents of the sample, tokenized in memory, in the order of the file."""
    spelled = [
        [
            ids
            for paragraph in document.paragraphs
            for sentence in split_sentences(paragraph)
            if (ids := tokenizer.encode(sentence, add_special_tokens=False))
        ]
        for document in sample_documents()
    ]
    sentences = [sentence for document in spelled for sentence in document]
    return TokenStore(
        tokens=np.array([token for sentence in sentences for token in sentence], np.uint16),
        sentence_starts=np.array([0, *accumulate(map(len, sentences))], np.int64),
        document_starts=np.array([0, *accumulate(map(len, spelled))], np.int64),
        document_sources=np.zeros(len(spelled), np.int16),
        sources=("sample",),
    )
