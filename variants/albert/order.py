"""Sentence order against next sentence: two tasks, the same three pairs.

BERT's next sentence prediction (NSP) tells a passage that follows from one of another document.
ALBERT's sentence-order prediction (SOP; Lan et al., 2019, section 3.1) tells a pair in order from the
same pair swapped. In a swapped pair the topic gives nothing away, so SOP must look at what is said;
NSP can be answered by topic alone. Table 5: a model trained with NSP is at chance on SOP, one trained
with SOP answers much of NSP.

Both heads are asked all three pairs here, also the one that neither was trained on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import AlbertForPreTraining

from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded, encode
from variants.core.inference import forward_pass
from variants.core.pairs import Passages, answers_to_pairs, draw_passages, pair_scores
from variants.core.samples import sample_documents
from variants.core.token_store import split_sentences

ARRANGEMENTS = ("in order", "swapped", "from another document")


@dataclass(frozen=True)
class Answers:
    """How sure one head is that each pair is right as it stands, in [0, 1]; in the order of ARRANGEMENTS."""

    probabilities: tuple[float, float, float]
    encoded: tuple[Encoded, Encoded, Encoded]


def ask(checkpoint: Checkpoint[Any], first: str, second: str, elsewhere: str) -> Answers:
    """Ask a model's head for pairs about the three arrangements: class 0 is “in order” and “follows”."""
    pairs = ((first, second), (second, first), (first, elsewhere))
    encoded = tuple(encode(checkpoint.tokenizer, *pair, max_length=checkpoint.max_length) for pair in pairs)
    with forward_pass():
        found = [
            _logits(
                checkpoint,
                {"input_ids": torch.tensor([e.input_ids]), "token_type_ids": torch.tensor([e.token_type_ids])},
            )
            for e in encoded
        ]
    right, swapped, other = (float(logits.softmax(-1)[0, 0]) for logits in found)
    return Answers((right, swapped, other), (encoded[0], encoded[1], encoded[2]))


def elsewhere(number: int) -> str:
    """Return a sentence of the sample text: the first of the middle paragraph of document ``number``."""
    documents = sample_documents()
    paragraphs = documents[number % len(documents)].paragraphs
    return split_sentences(paragraphs[len(paragraphs) // 2])[0]


def sample_passages() -> list[Passages]:
    """Return passages of forty words from every document of the sample that has two."""
    return draw_passages(sample_documents(), len(sample_documents()))


def sample_scores(checkpoint: Checkpoint[Any]) -> dict[str, float]:
    """Ask a model about the passages of the sample; return its accuracy in both tasks and on each arrangement."""

    def follows(pairs: Any) -> list[float]:
        return answers_to_pairs(lambda batch: _logits(checkpoint, batch), checkpoint.tokenizer, pairs)

    return pair_scores(follows, sample_passages())


def _logits(checkpoint: Checkpoint[Any], batch: dict[str, Tensor]) -> Tensor:
    output = checkpoint.model(**batch)
    return output.sop_logits if isinstance(checkpoint.model, AlbertForPreTraining) else output.seq_relationship_logits
