"""The task stage's two networks: a BERT fine-tuned on sentiment, and the TinyBERT distilled from it.

They stand in ``tasks/sentiment`` beside the general TinyBERT: for each, a file of the weights that the
task changed, and what was measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from transformers import BertModel

from variants.core.checkpoint import Checkpoint
from variants.core.errors import InputError
from variants.core.finetuning import Pretrained, Tuned
from variants.core.teacher import load_teacher
from variants.core.tuned_store import origin_of, read_tuned, recorded_tuning, write_tuned
from variants.core.variant import MODELS

TASK = "sentiment"
CLASSES = ("negative", "positive")
Who = Literal["teacher", "student"]


@dataclass(frozen=True, eq=False)
class TaskPair:
    """The two networks of the task stage, each with a layer for two classes on the last state of [CLS]."""

    teacher: Tuned
    student: Tuned


def folder_of(student: str) -> Path:
    """Return where the task's networks of a student stand, shipped under a slug or in a folder of its own."""
    return _home(student) / "tasks" / TASK


def origins(student: str) -> dict[str, str]:
    """Return the digests of the two models that a task stage starts from."""
    return {"teacher": origin_of(MODELS / "bert"), "student": origin_of(_home(student))}


def _home(student: str) -> Path:
    shipped = MODELS / student
    return shipped if shipped.exists() else Path(student)


def recorded(student: str) -> dict[str, Any] | None:
    """Return what the task stage recorded; None where it did not run, or on other models than stand here now."""
    return recorded_tuning(folder_of(student), origins(student))


def sources(student: Checkpoint[BertModel]) -> dict[Who, Pretrained]:
    """Return the pre-trained encoders that the two networks start from, as fine-tuning takes them."""
    bert = load_teacher(student.tokenizer).bert
    return {
        "teacher": Pretrained(bert, student.tokenizer, max_length=student.max_length),
        "student": Pretrained(student.model, student.tokenizer, max_length=student.max_length),
    }


def load_task(student: Checkpoint[BertModel]) -> TaskPair:
    """Load both networks; raise InputError where there are none."""
    if recorded(student.name) is None:
        raise InputError("There is no task stage of this model: “python -m variants tune tinybert” makes one.")
    folder, found = folder_of(student.name), sources(student)
    return TaskPair(
        read_network(folder, "teacher", found["teacher"]), read_network(folder, "student", found["student"])
    )


def read_network(folder: Path, who: str, source: Pretrained) -> Tuned:
    """Read one network; ``source`` is what it started from."""
    return read_tuned(folder / f"{who}.safetensors", source, len(CLASSES))


def write_network(folder: Path, who: str, network: Tuned) -> None:
    """Write what fine-tuning changed in one network."""
    write_tuned(folder / f"{who}.safetensors", network)
