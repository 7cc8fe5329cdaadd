"""The prediction term: the student's scores of the classes beside its teacher's.

Jiao et al., 2019, equation 10: the cross-entropy of the student's softened distribution under the
teacher's, at the temperature 1. The reference ``task_distill.py`` takes the mean over texts and over
classes, so that with two classes it is half of what a textbook writes. Equal networks do not reach
zero: what is left is the entropy of the teacher's own answer.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import log_softmax, softmax

TEMPERATURE = 1.0


def soft_cross_entropy(student: Tensor, teacher: Tensor, temperature: float = TEMPERATURE) -> Tensor:
    """Return the mean over texts and classes of -p(teacher) log p(student), for logits (texts, classes)."""
    return -(softmax(teacher / temperature, -1) * log_softmax(student / temperature, -1)).mean()
