"""``python -m variants tune bertsum``: make the abstractive model from our BERT, measure it, and write it.

The training is saved every hundred steps; --resume goes on from there, also to train longer or to measure
again. What is written replaces the old model at the end, whole; until then the old one stands.
"""

from __future__ import annotations

import csv
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from variants.bertsum.demo import load
from variants.bertsum.pairs import Example, counted, examples_of, read_pairs
from variants.bertsum.writer import Writer
from variants.bertsum.writer_scores import measure
from variants.bertsum.writer_store import FOLDER, WEIGHTS, TrainedWriter, digest_of, load_bert, origins
from variants.bertsum.writer_training import Run, WriterRecipe, train_writer
from variants.core.errors import InputError
from variants.core.tuned_store import log, write_record, write_tuned
from variants.core.variant import MODELS

BUILD = Path(__file__).parents[2] / "build" / "writer"
STEPS = 2500


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of ``tune bertsum``."""
    parser.add_argument(
        "--labelled", type=Path, required=True, help="the folder that holds the articles with summaries"
    )
    parser.add_argument(
        "--corpus", type=Path, required=True, help="the folder whose Wikipedia articles give more pairs"
    )
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", type=int, help=f"how many, in all runs together (default {STEPS:,})")
    length.add_argument("--minutes", type=float, help="train for so long instead, in all runs together")
    parser.add_argument("--tested", type=int, default=200, help="sum up so many test texts of each set (default 200)")
    parser.add_argument("--resume", action="store_true", help="go on with the training that was saved last")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, default=MODELS, help="the models' folder that is written to")


def run(arguments: Namespace) -> dict[str, Any]:
    """Train, measure, and write weights, card, history and measures."""
    limits = [("--steps", arguments.steps), ("--minutes", arguments.minutes), ("--tested", arguments.tested)]
    for name, amount in limits:
        if amount is not None and not amount > 0:
            raise InputError(f"{name} must be above 0.")
    bert, extractive = load_bert(), load()
    train, validation, test = (
        examples_of(read_pairs(arguments.labelled, arguments.corpus, split), bert.tokenizer)
        for split in ("train", "validation", "test")
    )
    log(f"learning from {counted(train)}")
    recipe = WriterRecipe(seed=arguments.seed)
    writer = Writer(bert.model.bert, seed=arguments.seed)
    state = BUILD / f"{origins()['bert'][:12]}-{arguments.seed}.pt"
    progress = train_writer(
        writer,
        train,
        validation,
        bert.vocabulary,
        recipe,
        steps=arguments.steps or (None if arguments.minutes else STEPS),
        minutes=arguments.minutes,
        state=state,
        resume=arguments.resume,
        say=log,
    )
    round_to_half(writer)
    trained = TrainedWriter(writer.eval(), bert.tokenizer, bert.max_length)
    metrics = measure(trained, extractive, train, test, count=arguments.tested, say=log)
    folder = _write(arguments.output / FOLDER, writer, recipe, progress, train, metrics)
    return {"folder": str(folder), **metrics}


@torch.no_grad()
def round_to_half(writer: Writer) -> None:
    """Round the weights as their file will: what is measured is what is written."""
    for weight in writer.parameters():
        weight.copy_(weight.half())


def _write(
    folder: Path, writer: Writer, recipe: WriterRecipe, progress: Run, train: Sequence[Example], metrics: dict[str, Any]
) -> Path:
    """Put everything into place; without its card, which comes last, the model counts as absent."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "recipe.json").unlink(missing_ok=True)
    write_tuned(folder / WEIGHTS, writer)
    card = {
        "digest": digest_of(folder / WEIGHTS),
        "origins": origins(),
        "steps": progress.step,
        "seconds": round(progress.seconds),
        "pairs": counted(train),
        "recipe": asdict(recipe),
    }
    with (folder / "history.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, list(progress.history[0]), lineterminator="\n")
        rows.writeheader()
        rows.writerows(progress.history)
    write_record(folder, card, metrics)
    return folder
