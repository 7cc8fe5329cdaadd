"""Remember results across reruns and sessions, so that a slider never runs a model again.

Streamlit's own caches copy or hash what they are given; our records are frozen and compare by value,
a checkpoint by its name, so Python's cache is enough, and one copy serves everybody.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

MOST_RESULTS = 64  # of each function; a reading of 128 tokens is 2 MB


@cache
def _remembering(function: Callable[P, R], most: int) -> Callable[P, R]:
    return cast(Callable[P, R], lru_cache(maxsize=most)(function))


def remember(function: Callable[P, R], *, most: int = MOST_RESULTS) -> Callable[P, R]:
    """Return ``function`` with its last results kept, shared by all sessions; fewer where one is large."""
    return _remembering(function, most)
