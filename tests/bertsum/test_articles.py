"""Articles: both sets are read, split once and for all, and cut into sentences that say something."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from tests.bertsum.tiny import SENTENCES, TOKENIZER
from variants.bertsum.articles import (
    LONGEST_ARTICLE,
    SHORTEST,
    VALIDATION_EVERY,
    Article,
    read_articles,
    sentences_of,
    store_of,
)
from variants.core.errors import InputError
from variants.core.token_store import split_sentences

TEXT = " ".join(SENTENCES)


def write(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.jsonl.xz").write_bytes(lzma.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("train", "test"):
        rows: list[dict[str, object]] = [{"text": f"{name} {n} {TEXT}", "summary": "a queen"} for n in range(41)]
        write(tmp_path / "openstax_summaries", name, rows)
    for name in ("train", "dev", "test"):
        write(tmp_path / "scitldr", name, [{"document": f"{name} {TEXT}", "summaries": ["a cat", "another"]}])
    return tmp_path


def test_splits_share_no_article(folder: Path) -> None:
    parts = [read_articles(folder, split) for split in ("train", "validation", "test")]
    texts = [{article.sentences for article in part} for part in parts]
    assert not texts[0] & texts[1] and not texts[0] & texts[2] and not texts[1] & texts[2]
    assert [len(part) for part in parts] == [38 + 1, 3 + 1, 41 + 1] and VALIDATION_EVERY == 20
    assert {article.summary for part in parts for article in part if article.source == "scitldr"} == {"a cat"}


def test_articles_without_enough_to_choose_from_are_left_out(folder: Path) -> None:
    write(
        folder / "scitldr",
        "test",
        [{"document": SENTENCES[0], "summaries": ["a cat"]}, {"document": TEXT, "summaries": [" "]}],
    )
    assert all(article.source == "openstax" for article in read_articles(folder, "test"))


def test_short_sentences_are_left_out() -> None:
    found = sentences_of(f"Chapter 1.\n{TEXT} Too short this one. Yes.\n")
    assert found == SENTENCES
    assert all(len(sentence.split()) >= SHORTEST for sentence in found) and len(split_sentences(TEXT)) == 5


def test_a_long_article_is_cut_for_training_and_kept_whole() -> None:
    long = Article("openstax", tuple(f"{SENTENCES[0]} {n}" for n in range(LONGEST_ARTICLE + 9)), "rabbit")
    store = store_of([long], TOKENIZER)
    assert len(store.document(0)) == len(store.labels[0]) == LONGEST_ARTICLE
    assert store.articles == (long,)
    assert store.document(0)[3] == TOKENIZER.encode(long.sentences[3], add_special_tokens=False)


def test_missing_and_damaged_sets_are_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="articles"):
        read_articles(tmp_path, "train")
