"""A small random summarizer for computations, and the shipped one for the page and the command."""

from __future__ import annotations

import pytest

from tests.bertsum.tiny import TOKENIZER, tiny_bertsum
from variants.bertsum.demo import Summarizer, load
from variants.core.checkpoint import Checkpoint


@pytest.fixture(scope="session")
def tiny() -> Summarizer:
    return Checkpoint("tiny", tiny_bertsum().eval(), TOKENIZER, 128)


@pytest.fixture(scope="session")
def bertsum() -> Summarizer:
    return load()
