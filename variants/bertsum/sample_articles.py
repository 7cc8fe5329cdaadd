"""The articles that ship with the app; BERTSUM was trained on none of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "assets" / "text" / "articles"


@dataclass(frozen=True)
class SampleArticle:
    """A text, where it comes from, and the summary that its authors wrote."""

    slug: str
    title: str
    origin: str
    licence: str
    text: str
    summary: str  # empty where nobody wrote one


@cache
def sample_articles() -> tuple[SampleArticle, ...]:
    """Return the articles in the order of their index."""
    index = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
    return tuple(
        SampleArticle(**row, text=_read(f"{row['slug']}.txt"), summary=_read(f"{row['slug']}.summary.txt"))
        for row in index
    )


def _read(name: str) -> str:
    path = FOLDER / name
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""
