"""How well a student imitates its teacher on one text: every term of the loss, and where it comes from.

Jiao et al., 2019, equations 7 to 11, with the functions that training uses. Everything here is
arithmetic on what :class:`Comparison` keeps; no function runs a model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss, softmax

from variants.core.errors import InputError
from variants.core.guesses import Floats
from variants.tinybert.demo import Comparison, Who
from variants.tinybert.insides import copied_from
from variants.tinybert.layers import Strategy
from variants.tinybert.objective import layer_losses
from variants.tinybert.prediction import soft_cross_entropy


@dataclass(frozen=True)
class Losses:
    """The terms of TinyBERT's loss on one text; every weight is 1."""

    layers: tuple[int, ...]  # the teacher's layer for each of the student's, the embeddings (0) first
    attention: tuple[float, ...]  # of each of the student's layers: MSE of the scores before the softmax
    hidden: tuple[float, ...]  # of each of the student's layers: MSE of the hidden states, through W_h
    embedding: float  # MSE of the embeddings, through the same map
    prediction: float | None  # soft cross-entropy of the task's classes; None at the general stage

    @property
    def total(self) -> float:
        """Return what the copying of insides descends; predictions are learned after it, alone."""
        return sum(self.attention) + sum(self.hidden) + self.embedding


@dataclass(frozen=True)
class Shifted:
    """The same constant added to every score of a head: what each way to compare two heads says of it."""

    constant: float
    scores: float  # MSE of the scores before the softmax, shifted beside not shifted
    probabilities: float  # largest difference of an attention weight


@dataclass(frozen=True)
class Answer:
    """What teacher and student say of the task, and the term between them."""

    teacher: tuple[float, float]  # probabilities of the two classes
    student: tuple[float, float]
    cross_entropy: float  # summed over the classes, as textbooks write it
    floor: float  # the same for a student that answers as its teacher does: the teacher's entropy
    loss: float  # the mean over the classes, as the reference code takes it


def losses(comparison: Comparison, widen: nn.Linear, strategy: Strategy = "uniform") -> Losses:
    """Return every term of the loss on one text."""
    layers = comparison.layers(strategy)
    student, teacher = comparison.student.insides, copied_from(comparison.teacher.insides, layers)
    with torch.inference_mode():
        found = layer_losses(student, teacher, widen, _every(comparison))
    attention, states = ([float(value) for value in part] for part in (found.attention, found.states))
    answered = answer(comparison)
    return Losses(layers, tuple(attention), tuple(states[1:]), states[0], answered.loss if answered else None)


def scores_of(comparison: Comparison, who: Who, layer: int, head: int) -> Floats:
    """Return one head's scores before the softmax: (query, key); layers and heads count from 1."""
    scores = comparison.seen_by(who).insides.scores
    if not (1 <= layer <= len(scores) and 1 <= head <= scores[0].shape[1]):
        raise InputError(f"There are layers 1 to {len(scores)} and heads 1 to {scores[0].shape[1]}.")
    return scores[layer - 1][0, head - 1].numpy()


def attention_weights(scores: Floats) -> Floats:
    """Return the softmax of each row."""
    return softmax(torch.from_numpy(scores), -1).numpy()


def head_error(comparison: Comparison, layer: int, copied: int, head: int) -> float:
    """Return the MSE between a head of the student's ``layer`` and that of the teacher's layer ``copied``."""
    difference = scores_of(comparison, "student", layer, head) - scores_of(comparison, "teacher", copied, head)
    return float(np.square(difference.astype(np.float64)).mean())


def head_errors(comparison: Comparison, layers: tuple[int, ...]) -> tuple[tuple[float, ...], ...]:
    """Return the MSE of every head of every one of the student's layers; a layer's loss is their mean."""
    heads = range(1, comparison.student.insides.scores[0].shape[1] + 1)
    return tuple(
        tuple(head_error(comparison, layer, layers[layer], head) for head in heads)
        for layer in range(1, comparison.student.depth + 1)
    )


def every_pair(comparison: Comparison) -> Floats:
    """Return the MSE of the scores of each of the student's layers with each of the teacher's."""
    student, teacher = comparison.student.insides.scores, comparison.teacher.insides.scores
    with torch.inference_mode():
        return np.array([[float(mse_loss(ours, theirs)) for theirs in teacher] for ours in student], np.float32)


def spread_of(comparison: Comparison, layer: int) -> float:
    """Return what a student would lose that gave every score of a teacher's head its mean: the variance."""
    return float(comparison.teacher.insides.scores[layer - 1].var((-2, -1), correction=0).mean())


def token_errors(comparison: Comparison, widen: nn.Linear, layer: int, copied: int) -> tuple[float, ...]:
    """Return the MSE of every token's state after a layer (0: the embeddings); their mean is the loss."""
    ours, theirs = states_at(comparison, widen, layer, copied)
    return tuple(np.square(ours.astype(np.float64) - theirs).mean(-1).tolist())


def states_at(comparison: Comparison, widen: nn.Linear, layer: int, copied: int) -> tuple[Floats, Floats]:
    """Return the student's states through the map, and the teacher's: (tokens, teacher's width) each."""
    with torch.inference_mode():
        widened = widen(comparison.student.insides.states[layer][0])
    return widened.numpy(), comparison.teacher.insides.states[copied][0].numpy()


def both_states(comparison: Comparison, widen: nn.Linear, layer: int, copied: int, place: int) -> Floats:
    """Return one token's state after a layer, the teacher's and the student's through the map: (2, teacher's width)."""
    ours, theirs = states_at(comparison, widen, layer, copied)
    return np.stack([theirs[place], ours[place]])


def shifted(scores: Floats, constant: float) -> Shifted:
    """Add a constant to every score: the softmax does not see it, TinyBERT's loss does."""
    moved = scores.astype(np.float64) + constant
    before, after = (_softmax(part) for part in (scores.astype(np.float64), moved))
    return Shifted(constant, float(np.square(moved - scores).mean()), float(np.abs(after - before).max()))


def answer(comparison: Comparison) -> Answer | None:
    """Return what both say of the task; None at the general stage, which has no task."""
    teacher, student = comparison.teacher.logits, comparison.student.logits
    if teacher is None or student is None:
        return None
    loss, floor = (float(soft_cross_entropy(logits[None], teacher[None])) for logits in (student, teacher))
    classes = len(teacher)
    return Answer(_probabilities(teacher), _probabilities(student), classes * loss, classes * floor, loss)


def _every(comparison: Comparison) -> Tensor:
    return torch.ones(1, len(comparison.encoded), dtype=torch.bool)


def _softmax(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    exponentials = np.exp(scores - scores.max(-1, keepdims=True))
    return exponentials / exponentials.sum(-1, keepdims=True)


def _probabilities(logits: Tensor) -> tuple[float, float]:
    first, second = softmax(logits.double(), -1).tolist()
    return first, second
