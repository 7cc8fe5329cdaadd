"""The shipped models, once through the library and once straight from their files."""

from __future__ import annotations

import pytest
import torch
from transformers import RobertaForMaskedLM

from variants.bert import demo as bert_demo
from variants.core.variant import MODELS
from variants.roberta.demo import Roberta, load


@pytest.fixture(scope="session")
def roberta() -> Roberta:
    return load()


@pytest.fixture(scope="session")
def bert() -> bert_demo.Bert:
    return bert_demo.load()


@pytest.fixture(scope="session")
def oracle() -> RobertaForMaskedLM:
    """The same weights with the other attention kernel, past all of our code."""
    model = RobertaForMaskedLM.from_pretrained(MODELS / "roberta", dtype=torch.float32, attn_implementation="sdpa")
    return model.eval()
