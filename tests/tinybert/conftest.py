"""A small random teacher with a thinner student, and the shipped pair."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch
from torch import nn
from transformers import BertModel, PreTrainedTokenizerFast

from tests.tiny import sample_tokenizer
from tests.tinybert.tiny import THIN, tiny_teacher
from variants.core.checkpoint import Checkpoint
from variants.core.classification import LabelledText
from variants.core.finetuning import Pretrained, Tuned
from variants.tinybert.demo import Comparison, Pair, TinyBert, compare, load, load_pair, read
from variants.tinybert.model import build

TEXT = "The children walked to the school because it was a bright day."
TEXTS = [LabelledText(text, label) for text, label in (("a warm and bright film", 1.0), ("a cold dull day", 0.0))] * 4


@pytest.fixture(scope="session")
def tokenizer() -> PreTrainedTokenizerFast:
    return sample_tokenizer("wordpiece")


def a_pair(tokenizer: PreTrainedTokenizerFast, *, depth: int, judges: bool = False) -> Pair:
    """Return a student of two layers and a teacher of ``depth``."""
    teacher = tiny_teacher(len(tokenizer), layers=depth).bert
    student = build(len(tokenizer), replace(THIN, max_length=128), seed=1).eval()
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        for name, parameter in student.named_parameters():
            if "LayerNorm" not in name:
                parameter.normal_(0, 0.3)
        heads = nn.Linear(16, 2), nn.Linear(8, 2)
    return Pair(
        "task" if judges else "general",
        Checkpoint("tiny-student", student, tokenizer, 128),
        teacher.requires_grad_(requires_grad=False),
        student.requires_grad_(requires_grad=False),
        heads if judges else None,
    )


@pytest.fixture(scope="session")
def pair(tokenizer: PreTrainedTokenizerFast) -> Pair:
    return a_pair(tokenizer, depth=4, judges=True)


@pytest.fixture(scope="session")
def comparison(pair: Pair) -> Comparison:
    return compare(pair, read(pair.checkpoint, TEXT))


@pytest.fixture(scope="session")
def shipped() -> TinyBert:
    return load()


@pytest.fixture(scope="session")
def shipped_pair(shipped: TinyBert) -> Pair:
    return load_pair(shipped)


def pretrained(network: BertModel, tokenizer: PreTrainedTokenizerFast) -> Pretrained:
    return Pretrained(network, tokenizer, max_length=32)


def a_task(folder: Path, student: TinyBert) -> None:
    """Put networks that never learned the task beside a shipped student, as the task stage would."""
    from variants.core.tuned_store import write_record
    from variants.tinybert.tasks import origins, sources, write_network

    for who, source in sources(student).items():
        write_network(folder, who, Tuned(source, 2, seed=3))
    shares = partial(dict.fromkeys, ("teacher", "student", "alone", "words"))
    metrics = {
        "accuracy": shares(0.75),
        "standard_error": shares(0.01),
        "agreement": {"student": 0.875, "alone": 0.625},
        "test": 2000,
    }
    write_record(folder, {"task": "sentiment", "origins": origins(student.name), "examples": 64, "seed": 0}, metrics)
