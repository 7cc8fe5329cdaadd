"""Texts and the short summaries that people wrote of them, as the abstractive model learns from them.

Three sets: sections of textbooks with their authors' summary (OpenStax), abstracts of papers with a
one-sentence summary (SciTLDR), and articles of the Wikipedia without their first paragraph, which says
what the article is about. Of every summary the first sentences are kept, two at most, as long as they
fit; a pair whose first sentence is too long is left out. The text is cut to one window of whole
sentences: the model reads no more than that.

Left out: CNN/DailyMail and XSum, the paper's own sets, which may not be passed on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from transformers import PreTrainedTokenizerFast

from variants.bertsum.articles import read_articles, sentences_of
from variants.bertsum.windows import Window, windows_of
from variants.core.corpus import Split, corpus_files, read_documents, source_name, split_of
from variants.core.errors import InputError
from variants.core.token_store import split_sentences
from variants.core.tokenization import vocabulary_of

PairSource = Literal["openstax", "scitldr", "wikipedia"]
PAIR_SOURCES: tuple[PairSource, ...] = ("openstax", "scitldr", "wikipedia")
LEADS = "wikipedia_cabosanlucas"  # the file of the corpus with whole articles in order, lead first
BODY = 4  # paragraphs after the lead: more than a window holds
LONGEST_SUMMARY = 48  # tokens, the one that ends it included
MOST_SENTENCES = 2
ENOUGH = 32  # sentences of a text: more than a window holds


@dataclass(frozen=True)
class Pair:
    """A text in sentences, and the sentences that sum it up."""

    source: PairSource
    sentences: tuple[str, ...]
    summary: tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """A pair as the model learns from it: one window, and the tokens to be written after it."""

    source: PairSource
    sentences: tuple[str, ...]  # that stand in the window
    window: Window
    summary: str
    target: tuple[int, ...]  # with the token that ends it


def read_pairs(labelled: Path, corpus: Path, split: Split) -> list[Pair]:
    """Read the pairs of one split; the held-out articles of the Wikipedia are those of pre-training."""
    articles = [
        Pair(article.source, article.sentences, tuple(_sentences(article.summary)))
        for article in read_articles(labelled, split)
    ]
    return [*articles, *_leads(corpus, split)]


def _leads(corpus: Path, split: Split) -> Iterator[Pair]:
    path = next((path for path in corpus_files(corpus) if source_name(path) == LEADS), None)
    if path is None:
        raise InputError(f"The corpus folder {corpus} holds no {LEADS}.txt or .txt.xz, whose leads are summaries.")
    for document in read_documents(path):
        lead, *body = document.paragraphs[: 1 + BODY]
        if body and split_of(document) == split:
            yield Pair("wikipedia", sentences_of("\n".join(body)), tuple(split_sentences(lead)))


def _sentences(text: str) -> Iterator[str]:
    return (sentence for paragraph in text.splitlines() for sentence in split_sentences(paragraph))


def examples_of(pairs: Sequence[Pair], tokenizer: PreTrainedTokenizerFast) -> list[Example]:
    """Return the pairs as examples; those whose text or summary does not fit are left out."""
    vocabulary = vocabulary_of(tokenizer)
    found: list[Example] = []
    for pair in pairs:
        summary, target = _short(pair.summary, tokenizer)
        if not target or len(pair.sentences) < 2:
            continue
        ids = tokenizer(list(pair.sentences[:ENOUGH]), add_special_tokens=False, verbose=False)["input_ids"]
        window = windows_of(ids, vocabulary, tokenizer.model_max_length)[0]
        read = tuple(pair.sentences[number] for number in window.sentences)
        found.append(Example(pair.source, read, window, summary, (*target, vocabulary.sep)))
    return found


def _short(summary: Sequence[str], tokenizer: PreTrainedTokenizerFast) -> tuple[str, list[int]]:
    """Return the first sentences of a summary that fit, as text and as tokens; nothing where none does."""
    kept: list[str] = []
    target: list[int] = []
    for sentence in summary[:MOST_SENTENCES]:
        ids = tokenizer.encode(sentence, add_special_tokens=False, verbose=False)
        if len(target) + len(ids) >= LONGEST_SUMMARY:
            break
        kept.append(sentence)
        target += ids
    return " ".join(kept), target


def counted(examples: Sequence[Example]) -> dict[str, int]:
    """Return how many examples come from each set."""
    found = Counter(example.source for example in examples)
    return {source: found[source] for source in PAIR_SOURCES if found[source]}
