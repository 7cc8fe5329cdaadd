"""Soft targets: all that the teacher thinks possible, at a temperature.

Hinton, Vinyals and Dean, 2015, "Distilling the Knowledge in a Neural Network": divide the logits by
T before the softmax, and the small probabilities grow. They hold what one right word cannot say,
namely which wrong words are nearly right, and by how much ("dark knowledge"). Sanh et al., 2019,
section 2, soften both in training and neither afterwards; T = 2 is the reference's.

Everything here is arithmetic on logits that are kept; no function runs a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from variants.core.errors import InputError
from variants.core.guesses import Floats, Guess, best_guesses, probabilities
from variants.core.masking import IGNORED
from variants.core.tokenization import tokens_of
from variants.distilbert.demo import DistilBert, Lesson, Who
from variants.distilbert.divergence import distillation_loss
from variants.distilbert.objective import COSINE_WEIGHT, DISTILLATION_WEIGHT, MLM_WEIGHT, cosine_loss, mlm_measures

COOLEST, HOTTEST = 1, 10
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Losses:
    """The three terms of DistilBERT's training loss on one text, before they are weighted."""

    distillation: float  # T^2 KL(teacher || student), mean over all tokens
    mlm: float | None  # cross-entropy of the hidden words, in nats; None where no answer is known
    cosine: float  # 1 - cosine of the last hidden states, mean over all tokens

    @property
    def weighted(self) -> dict[str, float]:
        """Return each term times its weight; a term that is not there adds nothing."""
        return {
            "distillation": DISTILLATION_WEIGHT * self.distillation,
            "mlm": MLM_WEIGHT * (self.mlm or 0.0),
            "cosine": COSINE_WEIGHT * self.cosine,
        }

    @property
    def total(self) -> float:
        """Return the loss that the student descends."""
        return sum(self.weighted.values())


@dataclass(frozen=True)
class Pull:
    """What the soft target of one place says about one token."""

    token: str
    teacher: float  # probability at the temperature
    student: float

    @property
    def difference(self) -> float:
        """Return how far the teacher pulls the student's probability up, or down below zero."""
        return self.teacher - self.student


@dataclass(frozen=True)
class Push:
    """How hard the soft target of one place pushes the student's logits, at one temperature."""

    temperature: int
    plain: float  # length of the gradient of KL
    scaled: float  # the same times T^2


def losses(lesson: Lesson, temperature: float) -> Losses:
    """Return the losses of one text, with the functions that training uses."""
    if not temperature > 0:
        raise InputError("The temperature must be above 0.")
    (teacher_states, teacher_logits), (states, logits) = lesson.teacher.parts, lesson.student.parts
    labels = torch.tensor(lesson.labels)
    chosen = labels != IGNORED
    mlm = float(mlm_measures(logits[chosen], labels[chosen])["mlm_loss"]) if chosen.any() else None
    return Losses(
        distillation=float(distillation_loss(logits, teacher_logits, temperature)),
        mlm=mlm,
        cosine=float(cosine_loss(states, teacher_states)),
    )


def soft_guesses(
    student: DistilBert, lesson: Lesson, who: Who, place: int, *, temperature: float, top_k: int
) -> tuple[Guess, ...]:
    """Return the best guesses of one of the two for a hidden place, softened."""
    return best_guesses(student, _softened(lesson.said_by(who, place), temperature), top_k)


def beside(student: DistilBert, lesson: Lesson, place: int, *, temperature: float, top_k: int) -> tuple[Pull, ...]:
    """Return the teacher's best guesses, each with the probability that the student gives it."""
    teacher, ours = _both(lesson, place, temperature)
    return _pulls(student, teacher, ours, best_ids(lesson.said_by("teacher", place), top_k))


def best_ids(logits: Floats, top_k: int) -> tuple[int, ...]:
    """Return the ids of the best guesses, best first; no temperature changes the order."""
    return tuple(np.argsort(-logits, kind="stable")[:top_k].tolist())


def strongest_pulls(
    student: DistilBert, lesson: Lesson, place: int, *, temperature: float, count: int
) -> tuple[Pull, ...]:
    """Return the ``count`` tokens that the target pulls up most, then as many that it pulls down most.

    The distillation loss's gradient for a logit is T (student - teacher) / tokens: it *is* the difference.
    """
    teacher, ours = _both(lesson, place, temperature)
    order = np.argsort(ours - teacher, kind="stable").tolist()
    return _pulls(student, teacher, ours, [*order[:count], *order[-count:]])


def divergence_at(lesson: Lesson, place: int, temperature: float) -> float:
    """Return KL(teacher || student) at one token, in nats, without T^2."""
    teacher, ours = (_log_probabilities(heard.logits[place], temperature) for heard in (lesson.teacher, lesson.student))
    return float((np.exp(teacher) * (teacher - ours)).sum())


def divergences(lesson: Lesson, temperature: float) -> tuple[float, ...]:
    """Return T^2 KL at every token; their mean is the distillation loss."""
    return tuple(temperature**2 * divergence_at(lesson, place, temperature) for place in range(len(lesson.encoded)))


def words_in_play(logits: Floats, temperature: float) -> float:
    """Return the perplexity of a distribution: as many equally likely words are as uncertain."""
    logarithms = _log_probabilities(logits, temperature)
    return float(np.exp(-(np.exp(logarithms) * logarithms).sum()))


def dark_share(logits: Floats, temperature: float) -> float:
    """Return how much of the probability is not on the first guess."""
    return 1.0 - float(probabilities(_softened(logits, temperature)).max())


def push(lesson: Lesson, place: int, temperature: int) -> Push:
    """Return the length of the gradient for the student's logits: (student - teacher) / T, and times T^2.

    As T grows it approaches (student's - teacher's logits) / (T^2 V), for logits with a mean of zero
    and V tokens (Hinton et al., 2015, section 2.1): that is what T^2 makes up for.
    """
    teacher, ours = _both(lesson, place, temperature)
    plain = float(np.linalg.norm(ours - teacher)) / temperature
    return Push(temperature, plain, temperature**2 * plain)


def _both(lesson: Lesson, place: int, temperature: float) -> tuple[Doubles, Doubles]:
    teacher, ours = (
        probabilities(_softened(lesson.said_by(who, place), temperature)) for who in ("teacher", "student")
    )
    return teacher, ours


def _pulls(student: DistilBert, teacher: Doubles, ours: Doubles, ids: Sequence[int]) -> tuple[Pull, ...]:
    tokens = tokens_of(student.tokenizer, ids)
    return tuple(Pull(token, float(teacher[i]), float(ours[i])) for token, i in zip(tokens, ids, strict=True))


def _softened(logits: Floats, temperature: float) -> Floats:
    return logits / np.float32(temperature)


def _log_probabilities(logits: Floats, temperature: float) -> Doubles:
    shifted = logits.astype(np.float64) / temperature
    shifted -= shifted.max()
    return shifted - np.log(np.exp(shifted).sum())
