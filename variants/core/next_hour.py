"""What more training would buy: a run's last doubling of text, carried on for one hour.

The loss of a language model falls as a power of the text that it read, by the same share with each
doubling (Kaplan et al., 2020, arXiv 2001.08361, section 1.2). In ours the learning rate fell to zero
meanwhile, which pays once, so that the guess is an upper one. Left out: fitting a law to the whole
curve, whose windows grew on the way; while they still grew it is not guessed at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

History = Sequence[Mapping[str, float]]  # as the run recorded it, one row a look at the validation text

HOUR = 3600.0  # seconds


@dataclass(frozen=True)
class NextHour:
    """The last doubling, and the same rate carried on."""

    half: float  # tokens seen where the last doubling began
    seen: float  # tokens seen at the end
    loss_at_half: float  # on the validation text
    loss: float
    tokens: float  # that an hour would add, at the speed of the last doubling

    @property
    def gain(self) -> float:
        """Return by how much the loss would fall in that hour, if it went on falling by the same power."""
        power = math.log(self.loss / self.loss_at_half) / math.log(self.seen / self.half)
        return self.loss * (1 - (1 + self.tokens / self.seen) ** power)


def next_hour(history: History) -> NextHour | None:
    """Return what an hour more would bring; None where the last doubling does not tell."""
    rows = [row for row in history if {"tokens", "seconds", "max_length", "held_out_loss"} <= row.keys()]
    last = rows[-1] if rows else {}
    earlier = [row for row in rows if row["tokens"] <= last["tokens"] / 2 and row["max_length"] == last["max_length"]]
    if not earlier:
        return None
    half, end = earlier[-1], last
    seconds = end["seconds"] - half["seconds"]
    if seconds <= 0 or half["held_out_loss"] <= end["held_out_loss"]:
        return None
    tokens = HOUR * (end["tokens"] - half["tokens"]) / seconds
    return NextHour(half["tokens"], end["tokens"], half["held_out_loss"], end["held_out_loss"], tokens)


def milestones(history: History, halvings: int = 4) -> list[Mapping[str, float]]:
    """Return the last row and those nearest to a half, a quarter … of its tokens, in the order of the run."""
    if not history:
        return []
    targets = [history[-1]["tokens"] / 2**halving for halving in range(halvings + 1)]
    nearest = {min(range(len(history)), key=lambda row: abs(history[row]["tokens"] - target)) for target in targets}
    return [history[row] for row in sorted(nearest)]
