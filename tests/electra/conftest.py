"""The shipped model, and a random one that reads the same way."""

from __future__ import annotations

import pytest
import torch
from transformers import ElectraForMaskedLM, ElectraForPreTraining

from tests.electra.tiny import TINY
from tests.tiny import sample_tokenizer
from variants.core.checkpoint import Checkpoint
from variants.electra.demo import load
from variants.electra.model import Electra, build


@pytest.fixture(scope="session")
def electra() -> Checkpoint[Electra]:
    return load()


@pytest.fixture(scope="session")
def tiny() -> Checkpoint[Electra]:
    """A random ELECTRA over 600 pieces, sure enough of what it says to differ from token to token."""
    tokenizer = sample_tokenizer("wordpiece")
    model = build(len(tokenizer), TINY, seed=3)
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        for parameter in model.parameters():
            parameter.normal_(0, 0.3)
    model.set_attn_implementation("eager")
    return Checkpoint("tiny", model.eval().requires_grad_(requires_grad=False), tokenizer, 128)


def networks_of(checkpoint: Checkpoint[Electra]) -> tuple[ElectraForMaskedLM, ElectraForPreTraining]:
    """Return both networks of a checkpoint, as transformers has them."""
    return checkpoint.model.generator, checkpoint.model.discriminator
