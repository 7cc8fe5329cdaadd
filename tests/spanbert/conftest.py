"""A small random SpanBERT with the shipped vocabulary, saved and loaded as any other model is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spanbert.tiny import TINY
from tests.tiny import SHIPPED
from variants.core.vocabularies import load_vocabulary
from variants.spanbert.demo import SpanBert, load
from variants.spanbert.model import build


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spanbert")
    tokenizer = load_vocabulary("wordpiece", SHIPPED)
    build(len(tokenizer), TINY, seed=3).save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path


@pytest.fixture(scope="session")
def spanbert(folder: Path) -> SpanBert:
    return load(str(folder))
