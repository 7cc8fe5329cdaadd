"""How good a masked language model is, on text that it never saw, beside two simple baselines.

Held-out loss and accuracy are taken on the test split, masked as in pre-training, in windows of the
model's full length. The baselines (the most frequent token, and an n-gram model) see exactly the
same sequences. The cloze list holds sentences with one obvious answer each.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from variants.core.baselines import baseline_scores
from variants.core.batches import batches
from variants.core.errors import InputError
from variants.core.recipe import Recipe, Stage
from variants.core.task import Task
from variants.core.token_store import TokenStore
from variants.core.tokenization import Vocabulary

EXAMPLES = 1024  # sequences of the test split; a quick look takes a tenth
QUICK_EXAMPLES = 100
MAX_LENGTH = 128

Scores = dict[str, float]


@dataclass(frozen=True)
class ClozeItem:
    """A sentence with one [MASK] and its answer."""

    text: str
    answer: str


def read_cloze(path: Path) -> list[ClozeItem]:
    """Read a list of cloze sentences, one JSON object a line."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [ClozeItem(row["text"], row["answer"]) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"The cloze list {path} must hold one JSON object a line, with text and answer.") from error


def held_out_examples(task: Task, store: TokenStore, count: int) -> list[Any]:
    """Return ``count`` masked sequences of the store, the same every time."""
    fixed = Recipe(tokens=1, stages=(Stage(MAX_LENGTH, 1.0),), batch_tokens=4096)
    stream = (example for batch, _ in batches(store, task.make_examples, fixed, {}) for example in batch)
    return list(islice(stream, count))


@torch.inference_mode()
def held_out_scores(task: Task, examples: Sequence[Any], size: int = 16) -> Scores:
    """Return the objective's measures, averaged over the predictions that each is made of."""
    sums: Scores = {}
    weights: Scores = {}
    task.objective.eval()
    for start in range(0, len(examples), size):
        chosen = examples[start : start + size]
        measures = task.objective(task.collate(chosen))
        for name, value in measures.items():
            part = name.split("_")[0]
            if part != "loss" and not name.endswith("_count"):
                weight = float(measures[f"{part}_count"])
                sums[name] = sums.get(name, 0.0) + float(value) * weight
                weights[name] = weights.get(name, 0.0) + weight
    return {name: total / weights[name] for name, total in sums.items()}


def masked_baselines(train: TokenStore, examples: Sequence[Any], vocabulary: Vocabulary) -> dict[str, Scores]:
    """Return the baselines' loss and accuracy on the same sequences."""
    inputs = [example.masked.input_ids for example in examples]
    labels = [example.masked.labels for example in examples]
    scores = baseline_scores(train, inputs, labels, vocabulary)
    return {score.name: {"mlm_loss": score.mlm_loss, "mlm_accuracy": score.mlm_accuracy} for score in scores}
