"""The family as a table: what each variant does, and what it left as its parent had it.

Everything comes from the variants' records, which tell what the papers did; none of it is measured here. The last
row is about our own models, whose vocabularies differ from the papers'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from variants.core.variant import Design, Variant

OURS = "tokenizer of our model"
ASPECTS = tuple(field.name for field in fields(Design))
VOCABULARIES = {
    "wordpiece": "WordPiece, uncased",
    "byte_bpe": "byte-level BPE, cased",
    "unigram": "Unigram (SentencePiece), uncased",
    "unigram_cased": "Unigram (SentencePiece), cased",
}


def differences(variants: Sequence[Variant], family: Sequence[Variant]) -> list[dict[str, str]]:
    """Return a row an aspect and a column a variant; ``family`` holds the parents too."""
    rows = [{"": aspect} | {each.name: _cell(each, aspect, family) for each in variants} for aspect in ASPECTS]
    pieces = {"": OURS} | {each.name: VOCABULARIES[each.vocabulary] for each in variants}
    published = {"": "published"} | {each.name: f"{each.paper.authors}, {each.paper.year}" for each in variants}
    return [published, *rows, pieces]


def _cell(variant: Variant, aspect: str, family: Sequence[Variant]) -> str:
    said: str | None = getattr(variant.design, aspect)
    if said is not None:
        return said
    (parent,) = (each.name for each in family if each.slug == variant.parent)
    return f"as {parent}"
