"""The small public-domain text that ships with the app."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from variants.core.corpus import Document, read_documents

SAMPLE = Path(__file__).parents[2] / "assets" / "text" / "sample.txt"


@cache
def sample_documents() -> tuple[Document, ...]:
    """Return the documents of the sample; no shipped model was trained on them."""
    return tuple(read_documents(SAMPLE))
