"""The shipped model, once through the library and once straight from its file."""

from __future__ import annotations

import pytest
import torch
from transformers import BertForPreTraining

from tests.tiny import SHIPPED
from variants.bert.demo import Bert, load


@pytest.fixture(scope="session")
def bert() -> Bert:
    return load()


@pytest.fixture(scope="session")
def oracle() -> BertForPreTraining:
    """The same weights with the other attention kernel, past all of our code."""
    model = BertForPreTraining.from_pretrained(SHIPPED, dtype=torch.float32, attn_implementation="sdpa")
    return model.eval()
