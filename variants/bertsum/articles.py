"""Articles and the summaries that people wrote of them, as sentences with labels.

Two sets: sections of textbooks with their authors' summary (OpenStax), and abstracts of papers with a
one-sentence summary (SciTLDR; Cachola et al., 2020). Sentences of five words or fewer are left out, as
in the reference. BERT's tokens, the oracle's labels.

Left out: CNN/DailyMail, the paper's own set, which may not be passed on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from transformers import PreTrainedTokenizerFast

from variants.bertsum.oracle import oracle_labels
from variants.core.corpus import Split
from variants.core.labelled import read_rows
from variants.core.token_store import TokenStore, split_sentences

Source = Literal["openstax", "scitldr"]
SOURCES: tuple[Source, ...] = ("openstax", "scitldr")
SHORTEST = 6  # words of a sentence that counts
LONGEST_ARTICLE = 48  # sentences to learn from; what follows is left out in training
VALIDATION_EVERY = 20  # of the textbook sections, which have no validation set of their own


@dataclass(frozen=True)
class Article:
    """A text in sentences, and what a person made of it."""

    source: Source
    sentences: tuple[str, ...]
    summary: str


@dataclass(frozen=True)
class ArticleStore(TokenStore):
    """Articles as token ids, each cut to ``LONGEST_ARTICLE`` sentences, and as they were."""

    labels: tuple[tuple[bool, ...], ...]  # of every sentence, whether the oracle takes it
    articles: tuple[Article, ...]


def sentences_of(text: str) -> tuple[str, ...]:
    """Split a text into sentences; those that are too short to say anything are left out."""
    found = [sentence for paragraph in text.splitlines() for sentence in split_sentences(paragraph)]
    return tuple(sentence for sentence in found if len(sentence.split()) >= SHORTEST)


def read_articles(folder: Path, split: Split) -> list[Article]:
    """Read the articles of one split that hold at least two sentences."""
    articles = [*_openstax(folder / "openstax_summaries", split), *_scitldr(folder / "scitldr", split)]
    return [article for article in articles if len(article.sentences) > 1 and article.summary.strip()]


def _openstax(folder: Path, split: Split) -> Iterator[Article]:
    rows = read_rows(folder / f"{'test' if split == 'test' else 'train'}.jsonl.xz", "articles")
    for number, row in enumerate(rows):
        held_out = number % VALIDATION_EVERY == 0
        if split == "test" or held_out == (split == "validation"):
            yield Article("openstax", sentences_of(row["text"]), row["summary"])


def _scitldr(folder: Path, split: Split) -> Iterator[Article]:
    for row in read_rows(folder / f"{'dev' if split == 'validation' else split}.jsonl.xz", "articles"):
        yield Article("scitldr", sentences_of(row["document"]), row["summaries"][0])


def open_store(folder: Path, tokenizer: PreTrainedTokenizerFast, split: Split) -> ArticleStore:
    """Tokenize and label the articles of one split."""
    return store_of(read_articles(folder, split), tokenizer)


def store_of(articles: Sequence[Article], tokenizer: PreTrainedTokenizerFast) -> ArticleStore:
    """Return the articles as token ids with labels."""
    cut = [article.sentences[:LONGEST_ARTICLE] for article in articles]
    encoded = tokenizer.backend_tokenizer.encode_batch_fast([s for each in cut for s in each], add_special_tokens=False)
    ids = [each.ids for each in encoded]
    return ArticleStore(
        tokens=np.array([token for sentence in ids for token in sentence], np.uint16),
        sentence_starts=_starts(map(len, ids)),
        document_starts=_starts(map(len, cut)),
        document_sources=np.array([SOURCES.index(article.source) for article in articles], np.int16),
        sources=SOURCES,
        labels=tuple(
            tuple(oracle_labels(sentences, article.summary)) for sentences, article in zip(cut, articles, strict=True)
        ),
        articles=tuple(articles),
    )


def _starts(lengths: Iterable[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.cumsum([0, *lengths], dtype=np.int64)
