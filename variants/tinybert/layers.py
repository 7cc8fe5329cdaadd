"""Which of its teacher's layers each layer of the student copies.

Jiao et al., 2019, section 3.1 and Table 4. Layer 0 is the embeddings, which always copy the
embeddings. A student of M layers copies N layers of its teacher evenly (uniform), the last M of them
(top) or the first M (bottom). Where M = N, as with our own models, the three are one and the same.
"""

from __future__ import annotations

from typing import Literal, get_args

from variants.core.errors import InputError

Strategy = Literal["uniform", "top", "bottom"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)


def copied_layers(strategy: Strategy, student_layers: int, teacher_layers: int) -> tuple[int, ...]:
    """Return the teacher's layer for each of the student's, from 0, the embeddings, to the last."""
    if not 0 < student_layers <= teacher_layers:
        raise InputError(f"A student of {student_layers} layers cannot copy a teacher of {teacher_layers}.")
    return 0, *(_copied(strategy, layer, student_layers, teacher_layers) for layer in range(1, student_layers + 1))


def _copied(strategy: Strategy, layer: int, student_layers: int, teacher_layers: int) -> int:
    if strategy == "uniform":
        return teacher_layer(layer, student_layers, teacher_layers)
    return layer if strategy == "bottom" else layer + teacher_layers - student_layers


def teacher_layer(layer: int, student_layers: int, teacher_layers: int) -> int:
    """Return the teacher's layer that a student's ``layer`` copies under the uniform map, the paper's choice.

    A student of 4 layers copies the layers 3, 6, 9 and 12 of a teacher of 12.
    """
    if teacher_layers % student_layers:
        raise InputError(f"{teacher_layers} layers cannot be shared out evenly among {student_layers}.")
    return layer * (teacher_layers // student_layers)
