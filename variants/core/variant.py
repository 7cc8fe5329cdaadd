"""The record of a variant: what the site knows of a chapter without opening it.

A record is plain text and numbers, so that the menu and the family tree appear before torch is
imported. What computes stands in the variant's modules ``model``, ``objective``, ``demo`` and
``command``; a variant that has none of them yet is a chapter still to come.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

MODELS = Path(__file__).parents[2] / "assets" / "models"


def read_json(path: Path) -> dict[str, Any] | None:
    """Return a file's JSON object, None where there is no such file."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


Branch = Literal["origin", "masking", "objective", "size", "task"]
Part = Literal["model", "objective", "articles", "demo", "evaluation", "scoring", "command", "questions", "attention"]
Tuning = Literal["readers", "task_stage", "writer_stage"]
VocabularyKind = Literal["wordpiece", "byte_bpe", "unigram", "unigram_cased"]


@dataclass(frozen=True, kw_only=True)
class Paper:
    """Where a variant was published."""

    authors: str  # "Devlin et al."
    title: str
    arxiv: str  # "1810.04805"

    @property
    def year(self) -> int:
        """Return the year in which the preprint appeared."""
        return 2000 + int(self.arxiv[:2])

    @property
    def month(self) -> int:
        """Return the month in which the preprint appeared, 1 to 12."""
        return int(self.arxiv[2:4])

    @property
    def url(self) -> str:
        """Return the preprint's address."""
        return f"https://arxiv.org/abs/{self.arxiv}"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A number from a paper and where it stands; pages print published numbers only from here."""

    text: str
    value: float
    source: str  # "Devlin et al., 2018, Table 5"


@dataclass(frozen=True, kw_only=True)
class Design:
    """What the paper did, one short phrase an aspect; None where it did as its parent."""

    objective: str
    masking: str | None = None
    segments: str | None = None
    sharing: str | None = None  # of weights
    batch: str | None = None
    data: str | None = None
    tokenizer: str | None = None


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One chapter of the site."""

    slug: str  # names the module, the page and the folder of the checkpoint
    name: str
    idea: str  # one sentence: what changes with respect to the parent
    change: str  # the same in at most six words
    branch: Branch  # which side of BERT it changes
    parent: str | None  # slug
    paper: Paper
    design: Design
    accent: tuple[str, str]  # colour on light and on dark ground
    example: str  # the sentence its page opens with
    vocabulary: VocabularyKind = "wordpiece"
    official: tuple[str, ...] = ()  # published checkpoints, by hub id
    claims: tuple[Claim, ...] = ()
    controls: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)  # runs to compare with: their names
    tuning: Tuning | None = None  # the module that fine-tunes what the chapter shows beside its model

    @property
    def ready(self) -> bool:
        """Say whether the chapter is built: a package with a demo, not a record alone."""
        return self._has("demo")

    @property
    def trainable(self) -> bool:
        """Say whether it can be pre-trained: a package with an objective."""
        return self._has("objective")

    @property
    def reads_articles(self) -> bool:
        """Say whether it learns from articles with summaries, and with its parent's vocabulary, not from a corpus."""
        return self._has("articles")

    @property
    def judges_language(self) -> bool:
        """Say whether it is asked what all pre-trained models are asked."""
        return self._has("scoring")

    @property
    def shows_attention(self) -> bool:
        """Say whether it has networks for the attention explorer."""
        return self._has("attention")

    @property
    def shipped(self) -> Mapping[str, Any] | None:
        """Return what the card of the shipped checkpoint says, None where none is shipped."""
        return read_json(MODELS / self.slug / "recipe.json")

    @property
    def _module(self) -> str:
        return f"variants.{self.slug}"

    def _has(self, part: Part) -> bool:
        spec = find_spec(self._module)
        is_package = spec is not None and spec.submodule_search_locations is not None
        return is_package and find_spec(f"{self._module}.{part}") is not None

    def part(self, name: Part | Tuning) -> ModuleType:
        """Import one part of the variant; torch comes with it."""
        return import_module(f"{self._module}.{name}")
