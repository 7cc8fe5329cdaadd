"""Which way of counting gives the parameters that a paper prints?

A printed count is rounded, and papers seldom say whether the pooler and the heads are in it. So each
published network is counted at every level, and a level fits where it rounds to what is printed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from variants.albert.parameters import MAP, Level, albert_parts, at_level, bert_parts, total, totals
from variants.albert.published import SIZES, Ablation
from variants.albert.sizes import PRESETS, Sizes

VOCABULARY = 30_000  # of every network in the paper, its BERTs included


@dataclass(frozen=True)
class Recount:
    """A published network, counted again."""

    counts: dict[Level, int]
    fits: tuple[Level, ...]  # that round to the printed figure


def recount(preset: str) -> Recount:
    """Count one of the networks of Table 1 at every level."""
    sizes = replace(PRESETS[preset][1], vocabulary=VOCABULARY)
    parts = bert_parts if preset.startswith("bert") else albert_parts
    return _compared(totals(parts(sizes)), SIZES[preset].value)


def recount_ablation(row: Ablation) -> Recount:
    """Count one row of Tables 3 and 4; with E = H, the map is left out as in the reference code."""
    sizes = Sizes(embedding=row.embedding, sharing=row.sharing)
    parts = [part for part in albert_parts(sizes) if part.name != MAP or row.embedding != sizes.hidden]
    return _compared(totals(parts), row.parameters.value)


def exact(row: Ablation) -> int:
    """Return the parameters of a row of Tables 3 and 4 with pooler, as transformers' class has them."""
    return total(at_level(albert_parts(Sizes(embedding=row.embedding, sharing=row.sharing)), "pooler"))


def _compared(counts: dict[Level, int], printed: float) -> Recount:
    return Recount(counts, tuple(level for level, count in counts.items() if round(count / 1e6) == printed))
