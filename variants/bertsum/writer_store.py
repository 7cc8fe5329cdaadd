"""The abstractive model on disk: the decoder, and what fine-tuning changed in the encoder.

The embeddings are those of our BERT, which ships anyway, and stand in no second file. Once BERT was
trained again, a decoder that was tuned to the old one counts as absent.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from transformers import BertForPreTraining, PreTrainedTokenizerFast

from variants.bertsum.writer import Writer
from variants.core.checkpoint import Checkpoint, load_checkpoint
from variants.core.errors import InputError
from variants.core.tokenization import Vocabulary, vocabulary_of
from variants.core.tuned_store import load_trained, origin_of, recorded_tuning
from variants.core.variant import MODELS

FOLDER = Path("bertsum") / "writer"
WEIGHTS = "writer.safetensors"
COMMAND = "python -m variants tune bertsum"


@dataclass(frozen=True, eq=False)
class TrainedWriter:
    """A writer in evaluation mode with its tokenizer; loaded once, and compared by identity."""

    model: Writer
    tokenizer: PreTrainedTokenizerFast
    max_length: int  # tokens that it reads, special ones included

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the size of the vocabulary and its special ids."""
        return vocabulary_of(self.tokenizer)


def load_bert() -> Checkpoint[BertForPreTraining]:
    """Load the encoder that the writer starts from, with its tokenizer."""
    return load_checkpoint(BertForPreTraining.from_pretrained, "bert")


def origins() -> dict[str, str]:
    """Return the digest of the model that the writer starts from."""
    return {"bert": origin_of(MODELS / "bert")}


def recorded(models: Path = MODELS) -> dict[str, Any] | None:
    """Return how the writer was made and what it scored; None where it is not there, or of another BERT."""
    return recorded_tuning(models / FOLDER, origins())


def load_writer(models: Path = MODELS) -> TrainedWriter:
    """Load the writer that ships with the app; raise InputError where there is none."""
    card = recorded(models)
    if card is None:
        raise InputError(f"No model that writes summaries is here: “{COMMAND}” makes one.")
    return _load(models / FOLDER / WEIGHTS, card["digest"])


@cache
def _load(path: Path, digest: str) -> TrainedWriter:
    if not path.exists() or digest_of(path) != digest:
        raise InputError(f"The weights {path} are missing or not those of their card; make them again: “{COMMAND}”.")
    bert = load_bert()
    model = Writer(bert.model.bert, seed=0)
    load_trained(path, model)
    return TrainedWriter(model.eval().requires_grad_(requires_grad=False), bert.tokenizer, bert.max_length)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
