"""``python -m variants distilbert TEXT``: the page's soft targets on the command line."""

from __future__ import annotations

import math
from argparse import ArgumentParser, Namespace
from typing import Any

from variants.core.errors import InputError
from variants.core.guesses import listed
from variants.core.reading import default_masks, written_positions
from variants.core.release import number_of_parameters
from variants.distilbert.demo import Lesson, Who, hear, load, load_teacher_of, read
from variants.distilbert.objective import TEMPERATURE
from variants.distilbert.soft_targets import losses, soft_guesses

NO_ANSWER = "No answer is known for a [MASK] that you typed, so there is no MLM loss: hide a word with --mask."


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the controls of the DistilBERT page."""
    parser.add_argument("text", help="a sentence; [MASK] stands for a hidden word")
    parser.add_argument("--mask", metavar="POSITIONS", help="hide these tokens, e.g. 3,5 (default: the last word)")
    parser.add_argument("--temperature", type=float, default=TEMPERATURE, help="softens both (default 2, as trained)")
    parser.add_argument("--top-k", type=int, default=5, help="guesses per hidden word (default 5)")
    parser.add_argument("--checkpoint", default="distilbert", help="another student of our BERT: a folder or a hub id")


def run(arguments: Namespace) -> dict[str, Any]:
    """Return both distributions at the temperature, the three losses, the weights' number and the times."""
    if not 1 <= arguments.top_k <= 1000:
        raise InputError("--top-k must be between 1 and 1000.")
    if not (math.isfinite(arguments.temperature) and 0.01 <= arguments.temperature <= 1000):
        raise InputError("--temperature must be between 0.01 and 1000.")
    student = load(arguments.checkpoint)
    teacher = load_teacher_of(student)
    encoded = read(student, arguments.text)
    masks = default_masks(student, encoded) if arguments.mask is None else written_positions(arguments.mask)
    lesson = hear(teacher, student, encoded, masks)
    found = losses(lesson, arguments.temperature)
    notices = list(encoded.notices) + ([NO_ANSWER] if found.mlm is None else [])

    def said_by(who: Who) -> list[dict[str, Any]]:
        options = {"temperature": arguments.temperature, "top_k": arguments.top_k}
        return [
            {"position": place, "predictions": listed(soft_guesses(student, lesson, who, place, **options))}
            for place in lesson.masks
        ]

    return {
        "tokens": list(lesson.encoded.tokens),
        "temperature": arguments.temperature,
        "teacher": said_by("teacher"),
        "student": said_by("student"),
        "losses": {
            "distillation": found.distillation,
            "mlm": found.mlm,
            "cosine": found.cosine,
            "total": found.total,
        },
        "parameters": {"teacher": number_of_parameters(teacher.model), "student": number_of_parameters(student.model)},
        "seconds": _seconds(lesson),
        "notices": notices,
    }


def table(result: dict[str, Any]) -> str:
    """Return the result for a reader."""
    lines = [f"note: {notice}" for notice in result["notices"]]
    lines += [" ".join(result["tokens"]), f"at temperature {result['temperature']:g}"]
    for who in ("teacher", "student"):
        for mask in result[who]:
            guesses = "  ".join(f"{p['token']} {p['probability']:.1%}" for p in mask["predictions"])
            lines.append(f"{who:<8}{mask['position']:>4}  {guesses}")
    lines += [f"{name:<14}{'–' if value is None else f'{value:.4f}'}" for name, value in result["losses"].items()]
    lines += [f"{who:<14}{count:,} parameters" for who, count in result["parameters"].items()]
    return "\n".join(lines)


def _seconds(lesson: Lesson) -> dict[str, float]:
    return {"teacher": lesson.teacher.seconds, "student": lesson.student.seconds}
