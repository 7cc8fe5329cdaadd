"""``python -m variants tinybert TEXT``: the page's losses on the command line."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from variants.core.release import number_of_parameters
from variants.tinybert.demo import STAGES, compare, fit_width, load, load_pair, read
from variants.tinybert.imitation import answer, head_errors, losses
from variants.tinybert.layers import STRATEGIES
from variants.tinybert.tasks import CLASSES

NO_TASK = "The general stage predicts nothing, so there is no prediction loss."
FITTED = "The map between the widths is fitted by least squares on the site's sample text."


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the controls of the TinyBERT page."""
    parser.add_argument("text", help="a sentence")
    parser.add_argument("--map", choices=STRATEGIES, default="uniform", help="which layers are copied (uniform)")
    parser.add_argument("--stage", choices=STAGES, default="general", help="before or after the task stage (general)")
    parser.add_argument("--checkpoint", default="tinybert", help="another student of our BERT: a folder or a hub id")


def run(arguments: Namespace) -> dict[str, Any]:
    """Return the layer map and every term of the loss, in all and layer by layer."""
    student = load(arguments.checkpoint)
    pair = load_pair(student, arguments.stage)
    comparison = compare(pair, read(student, arguments.text))
    found = losses(comparison, fit_width(pair, arguments.map), arguments.map)
    heads, answered = head_errors(comparison, found.layers), answer(comparison)
    said = answered and {"teacher": answered.teacher, "student": answered.student}
    return {
        "tokens": list(comparison.encoded.tokens),
        "stage": pair.stage,
        "map": arguments.map,
        "layer_map": list(found.layers[1:]),  # the teacher's layer for each of the student's, from 1
        "losses": {
            "attention": sum(found.attention),
            "hidden": sum(found.hidden),
            "embedding": found.embedding,
            "prediction": found.prediction,
        },
        "layers": [
            {"layer": number, "teacher_layer": copied, "attention": attention, "hidden": hidden, "heads": list(errors)}
            for number, (copied, attention, hidden, errors) in enumerate(
                zip(found.layers[1:], found.attention, found.hidden, heads, strict=True), start=1
            )
        ],
        "answers": said and {who: dict(zip(CLASSES, shares, strict=True)) for who, shares in said.items()},
        "parameters": {"teacher": number_of_parameters(pair.teacher), "student": number_of_parameters(pair.student)},
        "seconds": {"teacher": comparison.teacher.seconds, "student": comparison.student.seconds},
        "notices": [*comparison.encoded.notices, FITTED, *([] if answered else [NO_TASK])],
    }


def table(result: dict[str, Any]) -> str:
    """Return the result for a reader."""
    lines = [f"note: {notice}" for notice in result["notices"]]
    lines += [" ".join(result["tokens"]), "layer  copies  attention    hidden"]
    lines += [
        f"{each['layer']:>5}  {each['teacher_layer']:>6}  {each['attention']:>9.4f}  {each['hidden']:>8.4f}"
        for each in result["layers"]
    ]
    lines += [f"{name:<12}{'–' if value is None else f'{value:.4f}'}" for name, value in result["losses"].items()]
    for who, shares in (result["answers"] or {}).items():
        lines.append(f"{who:<12}" + "  ".join(f"{name} {share:.1%}" for name, share in shares.items()))
    lines += [f"{who:<12}{count:,} parameters" for who, count in result["parameters"].items()]
    return "\n".join(lines)
