"""The model store: what pre-training wrote to ``assets/models/<slug>/``, loaded once for everyone.

A folder holds weights (fp16), configuration, tokenizer, recipe, history, metrics and a card, all
written by the pre-training command. One loaded copy serves all sessions and is never changed.
"""

from __future__ import annotations

import csv
import gc
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from safetensors import SafetensorError
from transformers import PreTrainedModel, PreTrainedTokenizerFast
from transformers.utils import logging as transformers_logging

from variants.core.errors import InputError
from variants.core.shape import window_of
from variants.core.tokenization import Vocabulary, vocabulary_of
from variants.core.variant import MODELS, VocabularyKind, read_json
from variants.core.vocabularies import CLASSES, load_vocabulary

WEIGHTS = "model.safetensors"

M = TypeVar("M", bound=PreTrainedModel)

# More threads gain little here and lose everything as soon as another process wants a core.
torch.set_num_threads(1)
transformers_logging.disable_progress_bar()
_loading = threading.Lock()


@dataclass(frozen=True, eq=False)
class Checkpoint(Generic[M]):
    """A pre-trained model in evaluation mode with its tokenizer; compared by its name."""

    name: str  # the slug, or where an official model came from
    model: M
    tokenizer: PreTrainedTokenizerFast
    max_length: int  # tokens, special ones included

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the size of the vocabulary and its special ids."""
        return vocabulary_of(self.tokenizer)

    def __eq__(self, other: object) -> bool:
        """Compare by name: a name is loaded once."""
        return isinstance(other, Checkpoint) and self.name == other.name

    def __hash__(self) -> int:
        """Hash the name."""
        return hash(self.name)


def digest_of(folder: Path) -> str:
    """Return the SHA-256 of the weights in ``folder``."""
    return hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()


def read_metrics(slug: str) -> dict[str, Any] | None:
    """Return what the evaluation wrote for a shipped model, None where it was not evaluated."""
    return read_json(MODELS / slug / "metrics.json")


def read_history(source: str | Path) -> list[dict[str, float]]:
    """Return the learning curve of a shipped model, or of one in a folder: one row a look at held-out text."""
    path = MODELS / source / "history.csv"  # a whole path replaces the first part
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(lines)]


def load_checkpoint(build: Callable[..., M], source: str, vocabulary: VocabularyKind = "wordpiece") -> Checkpoint[M]:
    """Load a shipped model by slug, or another one from a local folder or by hub id.

    ``build`` is the class method that reads it, such as ``BertForPreTraining.from_pretrained``.
    Raise InputError where there is no such model, or its weights are not the recorded ones.
    """
    with _loading:
        return _load(build, source, vocabulary)


@cache
def _load(build: Callable[..., M], source: str, vocabulary: VocabularyKind) -> Checkpoint[M]:
    folder = MODELS / source
    shipped = (folder / "config.json").exists()
    path: str | Path = folder if shipped else source
    local = shipped or Path(source).is_dir()
    try:
        if shipped and (recipe := read_json(folder / "recipe.json")) and recipe["digest"] != digest_of(folder):
            raise InputError(f"The weights in {folder} are not those of their card; pre-train {source} again.")
        model = build(
            path,
            dtype=torch.float32,
            attn_implementation="eager",  # the fused kernels return no attention weights
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=local,
        )
        tokenizer = load_vocabulary(vocabulary, path) if local else CLASSES[vocabulary].from_pretrained(source)
    except InputError:
        raise
    except (OSError, ValueError, LookupError, RuntimeError, SafetensorError) as error:
        raise InputError(f"The model {source!r} cannot be loaded; give a folder or a hub id that exists.") from error
    model.eval().requires_grad_(requires_grad=False)
    # Streamlit collects garbage after every rerun; frozen objects are not looked at again.
    gc.collect()
    gc.freeze()
    return Checkpoint(source, model, tokenizer, window_of(model.config))
