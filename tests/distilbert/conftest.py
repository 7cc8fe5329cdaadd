"""A small random teacher with a student of its own, and the shipped pair."""

from __future__ import annotations

import pytest
import torch
from transformers import PreTrainedTokenizerFast

from tests.distilbert.tiny import tiny_teacher
from tests.tiny import sample_tokenizer
from variants.core.checkpoint import Checkpoint
from variants.distilbert.demo import DistilBert, Lesson, Teacher, hear, load, load_teacher_of, read
from variants.distilbert.model import start_from

TEXT = "The children walked to the school because it was a bright day."


@pytest.fixture(scope="session")
def tokenizer() -> PreTrainedTokenizerFast:
    return sample_tokenizer("wordpiece")


@pytest.fixture(scope="session")
def teacher(tokenizer: PreTrainedTokenizerFast) -> Teacher:
    model = tiny_teacher(len(tokenizer)).requires_grad_(requires_grad=False)
    return Checkpoint("tiny-teacher", model, tokenizer, 128)


@pytest.fixture(scope="session")
def student(teacher: Teacher) -> DistilBert:
    model = start_from(teacher.model).eval()
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        for parameter in model.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return Checkpoint("tiny-student", model.requires_grad_(requires_grad=False), teacher.tokenizer, 128)


@pytest.fixture(scope="session")
def lesson(teacher: Teacher, student: DistilBert) -> Lesson:
    return hear(teacher, student, read(student, TEXT), (2, 5, 9))


@pytest.fixture(scope="session")
def shipped() -> tuple[Teacher, DistilBert]:
    model = load()
    return load_teacher_of(model), model
