"""``python -m variants roberta TEXT``: the page's mask matrix on the command line."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from variants.core.errors import InputError
from variants.core.reading import predictions
from variants.roberta.demo import fill, load, read
from variants.roberta.masks import COPIES, EPOCHS, SEED, MaskMatrix, draw_masks

MOST_EPOCHS, MOST_COPIES = 1000, 20


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the controls of the RoBERTa page."""
    parser.add_argument("text", help="a sentence; <mask> or [MASK] stands for a hidden word")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"how often the text is served (default {EPOCHS})")
    parser.add_argument(
        "--copies", type=int, default=COPIES, help=f"static masks: how many before they repeat (default {COPIES})"
    )
    parser.add_argument("--seed", type=int, default=SEED, help=f"of all masks (default {SEED}, as on the page)")
    parser.add_argument("--top-k", type=int, default=5, help="guesses per typed mask (default 5)")
    parser.add_argument("--checkpoint", default="roberta", help="a folder or a hub id instead of our model")


def run(arguments: Namespace) -> dict[str, Any]:
    """Return static and dynamic masks per epoch, their counters, and the guesses for typed masks."""
    for name, asked, most in (
        ("--epochs", arguments.epochs, MOST_EPOCHS),
        ("--copies", arguments.copies, MOST_COPIES),
        ("--top-k", arguments.top_k, 1000),
    ):
        if not 1 <= asked <= most:
            raise InputError(f"{name} must be between 1 and {most}.")
    checkpoint = load(arguments.checkpoint)
    encoded = read(checkpoint, arguments.text)
    drawn = {
        name: draw_masks(checkpoint, encoded, epochs=arguments.epochs, seed=arguments.seed, copies=copies)
        for name, copies in (("static", arguments.copies), ("dynamic", None))
    }
    reading = fill(checkpoint, encoded)
    return {
        "tokens": list(encoded.tokens),
        **{name: _cells(matrix) for name, matrix in drawn.items()},
        "ever_masked": {name: list(matrix.ever_masked) for name, matrix in drawn.items()},
        "patterns_seen": {name: list(matrix.patterns_seen) for name, matrix in drawn.items()},
        "masks": predictions(checkpoint, reading, arguments.top_k),
        "notices": list(encoded.notices),
    }


def table(result: dict[str, Any]) -> str:
    """Return the result for a reader: one line an epoch, # where a token is chosen."""
    lines = [f"note: {notice}" for notice in result["notices"]]
    lines += [" ".join(result["tokens"]), "epoch  static and dynamic masks, tokens ever chosen"]
    for epoch, (static, dynamic) in enumerate(zip(result["static"], result["dynamic"], strict=True)):
        shown = "  ".join("".join("#" if chosen else "." for chosen in row) for row in (static, dynamic))
        counts = (result["ever_masked"][name][epoch] for name in ("static", "dynamic"))
        lines.append(f"{epoch + 1:>5}  {shown}  {' '.join(f'{count:>4}' for count in counts)}")
    for mask in result["masks"]:
        guesses = "  ".join(f"{p['token']} {p['probability']:.1%}" for p in mask["predictions"])
        lines.append(f"{mask['position']:>5}  {guesses}")
    return "\n".join(lines)


def _cells(matrix: MaskMatrix) -> list[list[bool]]:
    return [[fate is not None for fate in row] for row in matrix.fates]
