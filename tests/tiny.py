"""Small stores, tokenizers and models that several tests share; each is made in a moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from transformers import BertForPreTraining, PreTrainedTokenizerFast

from variants.bert.model import build
from variants.core.errors import InputError
from variants.core.samples import sample_documents
from variants.core.token_store import TokenStore
from variants.core.tokenization import Vocabulary, train_wordpiece
from variants.core.variant import VocabularyKind
from variants.core.vocabularies import learn_vocabulary

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "assets" / "models" / "bert"
VOCABULARY = Vocabulary(size=64, pad=0, unk=1, cls=2, sep=3, mask=4)
SPECIAL = 5  # ids below are special tokens

# What a learner, or somebody less kind, may type.
HOSTILE = {
    "empty": "",
    "spaces": "   \n\t ",
    "emoji": "I \U0001f600 like \U0001f468\u200d\U0001f469\u200d\U0001f467 cats",
    "5,000 words": "word " * 5000,
    "one endless word": "x" * 30_000,
    "right to left": "مرحبا بالعالم שלום",
    "script": "<script>alert('cat')</script>",
    "only a mask": "[MASK]",
    "30 masks": "[MASK] " * 30,
    "special tokens": "[CLS] [SEP] [PAD] [UNK]",
    "nothing but specials": "[CLS]",
    "NUL bytes": "the\0cat\0\0sat",
    "only NUL": "\0",
    "lone surrogate": "the \ud800 cat",
    "only a surrogate": "\udfff",
    "zero width": "\u200b\ufeff",
    "control signs": "\x1b[31mcat\x07",
    "combining marks": "Z\u0351\u036b\u0343a\u0321lgo",
    "quotes": "'\"\\n{text}%s`$(ls)",
}


def make_store(
    documents: Sequence[Sequence[Sequence[int]]],
    sources: Sequence[str] = ("made",),
    origins: Sequence[int] = (),
) -> TokenStore:
    """Build a store in memory from documents of sentences."""
    sentences = [sentence for document in documents for sentence in document]
    return TokenStore(
        tokens=np.array([token for sentence in sentences for token in sentence], np.uint16),
        sentence_starts=np.cumsum([0, *map(len, sentences)], dtype=np.int64),
        document_starts=np.cumsum([0, *map(len, documents)], dtype=np.int64),
        document_sources=np.array(origins or [0] * len(documents), np.int16),
        sources=tuple(sources),
    )


def tiny_bert(vocabulary_size: int = VOCABULARY.size, *, max_length: int = 128, seed: int = 0) -> BertForPreTraining:
    """Return a random BERT of two layers that attends eagerly."""
    model = build(
        vocabulary_size,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_length=max_length,
        seed=seed,
    )
    model.set_attn_implementation("eager")
    return model


def refusal_of(action: Callable[[], object]) -> str:
    """Return the sentence with which an input is refused, nothing where it is taken."""
    try:
        action()
    except InputError as error:
        return str(error)
    return ""


@cache
def sample_paragraphs() -> tuple[str, ...]:
    """Return the paragraphs of the sample text."""
    return tuple(paragraph for document in sample_documents() for paragraph in document.paragraphs)


@cache
def sample_wordpiece(vocabulary_size: int = 500) -> Tokenizer:
    """Return a vocabulary trained on the sample text."""
    return train_wordpiece(sample_paragraphs(), vocabulary_size)


@cache
def sample_tokenizer(kind: VocabularyKind) -> PreTrainedTokenizerFast:
    """Return a vocabulary of 600 pieces of any kind, learned from the sample text."""
    return learn_vocabulary(kind, sample_paragraphs(), 600)
