"""The shipped models."""

from __future__ import annotations

import pytest

from variants.albert.demo import Albert, load
from variants.bert import demo as bert_demo


@pytest.fixture(scope="session")
def albert() -> Albert:
    return load()


@pytest.fixture(scope="session")
def bert() -> bert_demo.Bert:
    return bert_demo.load()
