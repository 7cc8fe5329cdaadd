"""A small random XLNet with a vocabulary of its own, saved and loaded as any other model is."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.tiny import sample_tokenizer
from tests.xlnet.tiny import TINY
from variants.xlnet.demo import XLNet, load
from variants.xlnet.model import build


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("xlnet")
    tokenizer = sample_tokenizer("unigram_cased")
    model = build(len(tokenizer), TINY, seed=3)
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        for parameter in model.parameters():
            parameter.normal_(0, 0.3)  # so that what a token sees matters
    model.save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path


@pytest.fixture(scope="session")
def xlnet(folder: Path) -> XLNet:
    return load(str(folder))
