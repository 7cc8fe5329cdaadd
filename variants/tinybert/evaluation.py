"""What is measured of TinyBERT: how near its insides are to its teacher's, beside two that know nothing.

The map to the teacher's width belongs to the training and is not shipped, so it is fitted anew for
every student, by least squares on training text: the best that this student could have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import BertForPreTraining, BertModel, PreTrainedTokenizerFast

from variants.core.evaluation import ClozeItem, Scores, held_out_examples, held_out_scores
from variants.core.shape import Shape
from variants.core.task import Batch, Task
from variants.core.teacher import load_teacher
from variants.core.token_store import TokenStore
from variants.tinybert.model import build
from variants.tinybert.objective import Example, Objective, build_task

States = tuple[list[Tensor], list[Tensor]]  # student's and teacher's, a layer each: (tokens, width)

FITTED_ON = 256  # sequences of the training text
STRENGTHS = """
It attends to what its teacher attends to, and its hidden states say most of what its teacher's say,
with a third of the parameters. It was taught no task and guesses no words.
"""
NOTE = (
    "{count:,} sequences of the test split, whole documents that no model saw, with nothing hidden. These losses are "
    "mean squared errors, not nats: of attention scores before the softmax and of hidden states, each added up over "
    "the layers, and of the embeddings. The map from the student's width to the teacher's is fitted to each student "
    "on training text. “untrained” is the student before it learned anything. “mean” gives the teacher's mean hidden "
    "state at every token, and each head's mean score."
)


def evaluate(
    model: BertModel,
    tokenizer: PreTrainedTokenizerFast,
    *,
    train: TokenStore,
    test: TokenStore,
    cloze: Sequence[ClozeItem],  # noqa: ARG001 - it guesses no words
    count: int,
    teacher: BertForPreTraining | None = None,
) -> dict[str, Any]:
    """Return every measure of one model; ``count`` is how many test sequences are used."""
    teacher = teacher or load_teacher(tokenizer)
    task = build_task(tokenizer, seed=0, model=model, teacher=teacher)
    fresh = build_task(tokenizer, seed=0, model=untrained(model), teacher=teacher)
    examples = held_out_examples(task, test, count)
    text = held_out_examples(task, train, FITTED_ON)
    baselines = {"untrained": fitted_scores(fresh, text, examples), "mean": mean_scores(task, examples)}
    return {
        "held_out": fitted_scores(task, text, examples),
        "baselines": baselines,
        "note": NOTE.format(count=count),
    }


def untrained(model: BertModel) -> BertModel:
    """Return a fresh student of the same shape."""
    config = model.config
    shape = Shape(
        hidden_size=config.hidden_size,
        num_hidden_layers=config.num_hidden_layers,
        num_attention_heads=config.num_attention_heads,
        intermediate_size=config.intermediate_size,
        max_length=config.max_position_embeddings,
    )
    return build(config.vocab_size, shape)


def fitted_scores(task: Task, text: Sequence[Example], examples: Sequence[Example]) -> Scores:
    """Fit the map between the widths on ``text``, then return the losses on ``examples``."""
    objective = cast(Objective, task.objective).eval()
    fit_map(objective, batches(task, text))
    return held_out_scores(task, examples)


def batches(task: Task, examples: Sequence[Example], size: int = 16) -> Iterator[Batch]:
    """Yield the examples in batches."""
    return (task.collate(examples[start : start + size]) for start in range(0, len(examples), size))


@torch.no_grad()
def fit_map(objective: Objective, text: Iterator[Batch]) -> None:
    """Set the map to the least-squares solution over all layers and tokens of ``text``."""

    def both() -> Iterator[States]:
        for batch in text:
            student, teacher = objective.both(batch)
            real = batch["attention_mask"].bool()
            yield [states[real] for states in student.states], [states[real] for states in teacher.states]

    objective.widen.load_state_dict(least_squares(both()).state_dict())


@torch.no_grad()
def least_squares(text: Iterable[States]) -> nn.Linear:
    """Return the one map that brings the student's states nearest to the teacher's, over all layers and tokens."""
    gram = cross = torch.zeros((), dtype=torch.float64)
    for student, teacher in text:
        inputs = torch.cat(student).double()
        inputs = torch.cat([inputs, torch.ones_like(inputs[:, :1])], dim=1)  # the last one is for the bias
        gram, cross = gram + inputs.T @ inputs, cross + inputs.T @ torch.cat(teacher).double()
    solution = torch.linalg.lstsq(gram, cross, driver="gelsd").solution.float()  # (width + 1, teacher's width)
    with torch.device("meta"):
        widen = nn.Linear(len(solution) - 1, solution.shape[1])
    widen.load_state_dict({"weight": solution[:-1].T.contiguous(), "bias": solution[-1]}, assign=True)
    return widen.requires_grad_(requires_grad=False)


@torch.no_grad()
def mean_scores(task: Task, examples: Sequence[Example]) -> Scores:
    """Return the losses of giving the teacher's means, which are its variances on these sequences."""
    objective = cast(Objective, task.objective).eval()
    scores, states = list[Moments](), list[Moments]()
    for batch in batches(task, examples):
        _, teacher = objective.both(batch)
        real = batch["attention_mask"].bool()
        pairs = real[:, :, None] & real[:, None, :]
        scores = scores or [Moments() for _ in teacher.scores]
        states = states or [Moments() for _ in teacher.states]
        for moments, layer in zip(scores, teacher.scores, strict=True):
            moments.add(layer.transpose(0, 1)[:, pairs].T)  # (pairs, heads)
        for moments, layer in zip(states, teacher.states, strict=True):
            moments.add(layer[real])  # (tokens, width)
    return {
        "attention_loss": sum(moments.variance() for moments in scores),
        "hidden_loss": sum(moments.variance() for moments in states[1:]),
        "embedding_loss": states[0].variance(),
    }


class Moments:
    """Count, sum and sum of squares of rows of numbers."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.count = 0
        self.sum = self.squares = torch.zeros((), dtype=torch.float64)

    def add(self, rows: Tensor) -> None:
        """Take in rows: (rows, columns)."""
        rows = rows.double()
        self.count, self.sum, self.squares = (
            self.count + len(rows),
            self.sum + rows.sum(0),
            self.squares + rows.square().sum(0),
        )

    def variance(self) -> float:
        """Return the mean over columns of their variances."""
        return float((self.squares / self.count - (self.sum / self.count).square()).mean())
