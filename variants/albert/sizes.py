"""The sizes of a network, and the published ones.

What can be chosen in ALBERT's parameter lab: depth, widths, heads, vocabulary, the width E of the
embedding table, and which layers share which weights. Sizes that no network can have are refused
here, before anything is built.

Lan et al., 2019, section 4.5, divide the L layers into groups of M that share one set of weights;
``group`` is their M. The released ALBERT-xlarge has 16 heads, where the paper's rule H/64 gives 32.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from variants.core.errors import InputError

Sharing = Literal["none", "attention", "feed-forward", "all", "groups"]
SHARINGS: tuple[Sharing, ...] = ("none", "attention", "feed-forward", "all", "groups")

MOST = {
    "layers": 96,
    "hidden": 16_384,
    "feed_forward": 65_536,
    "heads": 512,
    "vocabulary": 1_000_000,
    "embedding": 16_384,
    "positions": 65_536,
    "segments": 16,
}  # four times the largest published ALBERT, or more


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """What decides how many parameters there are; illegal sizes raise InputError."""

    layers: int = 12  # L
    hidden: int = 768  # H
    feed_forward: int = 3_072  # F
    heads: int = 12  # A
    vocabulary: int = 30_000  # V
    embedding: int = 128  # E
    sharing: Sharing = "all"
    group: int = 1  # M, neighbouring layers with one set of weights, where sharing is "groups"
    positions: int = 512  # P
    segments: int = 2  # T

    def __post_init__(self) -> None:
        """Refuse what no network can be built with."""
        for name, most in MOST.items():
            asked = getattr(self, name)
            if not 1 <= asked <= most:
                said = name.replace("_", "-")
                raise InputError(f"The number for {said} must be between 1 and {most:,}, not {asked:,}.")
        if self.sharing not in SHARINGS:
            raise InputError(f"Layers share one of {', '.join(SHARINGS)}, not {self.sharing!r}.")
        if self.hidden % self.heads:
            raise InputError(
                f"A hidden size of {self.hidden:,} cannot be divided among {self.heads:,} heads: "
                f"choose {_nearby(self.hidden, self.heads)} heads."
            )
        if self.embedding > self.vocabulary:
            raise InputError(
                f"An embedding of {self.embedding:,} numbers for {self.vocabulary:,} pieces factorises nothing: "
                "choose E no larger than V."
            )
        if self.sharing == "groups" and (self.group < 1 or self.layers % self.group):
            raise InputError(
                f"{self.layers} layers cannot be divided into groups of {self.group}: "
                f"choose {_nearby(self.layers, max(1, self.group))}."
            )

    @property
    def attention_sets(self) -> int:
        """Return how many different sets of attention weights there are."""
        return 1 if self.sharing in ("all", "attention") else self.layers // self._group

    @property
    def feed_forward_sets(self) -> int:
        """Return how many different sets of feed-forward weights there are."""
        return 1 if self.sharing in ("all", "feed-forward") else self.layers // self._group

    @property
    def _group(self) -> int:
        return self.group if self.sharing == "groups" else 1


def divisors(number: int) -> list[int]:
    """Return what divides ``number``, in order."""
    return [part for part in range(1, number + 1) if number % part == 0]


def _nearby(number: int, wanted: int) -> str:
    """Name the divisors of ``number`` next to ``wanted``, below and above."""
    possible = divisors(number)
    below = [part for part in possible if part <= wanted][-1:]
    above = [part for part in possible if part > wanted][:1]
    return " or ".join(f"{part:,}" for part in below + above)


def _bert(layers: int, hidden: int, heads: int) -> Sizes:
    return Sizes(
        layers=layers, hidden=hidden, feed_forward=4 * hidden, heads=heads, vocabulary=30_522, embedding=hidden,
        sharing="none",
    )  # fmt: skip


def _albert(layers: int, hidden: int, heads: int) -> Sizes:
    return Sizes(layers=layers, hidden=hidden, feed_forward=4 * hidden, heads=heads)


OURS = Sizes(layers=4, hidden=256, feed_forward=1_024, heads=4, vocabulary=8_192, embedding=64, positions=128)
PRESETS: dict[str, tuple[str, Sizes]] = {
    "bert-base": ("BERT-base", _bert(12, 768, 12)),
    "bert-large": ("BERT-large", _bert(24, 1_024, 16)),
    "base": ("ALBERT-base", _albert(12, 768, 12)),
    "large": ("ALBERT-large", _albert(24, 1_024, 16)),
    "xlarge": ("ALBERT-xlarge", _albert(24, 2_048, 16)),
    "xxlarge": ("ALBERT-xxlarge", _albert(12, 4_096, 64)),
    "ours": ("our ALBERT", OURS),
}
