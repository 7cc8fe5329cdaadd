"""BERTSUM with a part switched off: segments that do not alternate, or no layers between sentences.

A switch changes what a trained network is given or how it is used; it is not trained anew. The paper's
rows are other trainings, each without the part from the start, so that the two are not the same
experiment: a network that learned with a part may miss it more than one that never had it.
"""

from __future__ import annotations

from dataclasses import dataclass

from variants.bertsum.demo import Summarizer, score
from variants.bertsum.pasted import Reading


@dataclass(frozen=True)
class Setting:
    """Which parts are on."""

    name: str
    interval_segments: bool = True
    between: bool = True


SETTINGS = (
    Setting("as trained"),
    Setting("segments all A", interval_segments=False),
    Setting("no layers between sentences", between=False),
    Setting("neither", interval_segments=False, between=False),
)


@dataclass(frozen=True)
class Rerun:
    """What one setting makes of an article."""

    setting: Setting
    scores: tuple[float, ...]


def rerun(checkpoint: Summarizer, reading: Reading) -> tuple[Rerun, ...]:
    """Run the network on the article once in every setting."""
    return tuple(
        Rerun(each, score(checkpoint, reading, interval_segments=each.interval_segments, between=each.between))
        for each in SETTINGS
    )
