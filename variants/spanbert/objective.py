"""SpanBERT's pre-training tasks: fill in hidden spans, and rebuild each span from its edges.

Joshi et al., 2019, section 3. Masked language modelling is BERT's, over spans (see ``spans``). The
span boundary objective (SBO) predicts the same tokens again from the encodings of the two tokens
beside their span and a place within it: so these two must know what lies between them. The loss is
the sum of both. A window is a single run of full sentences from one document, never a pair, and its
spans are drawn anew at each serving.

A span that touches an end of the text has one neighbour only, and no SBO loss, as in the reference
code. Nor have tokens behind the twentieth of a span, but a window of 128 tokens hides 19.

The one departure: a sentence longer than the window is cut in parts (see ``core.packing``). In
windows of 16 tokens three are hidden, and the last span ends where there are enough, so spans are
short there; nothing else changes.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import PreTrainedTokenizerFast

from variants.core.masking import IGNORED, Masked
from variants.core.packing import pack_sentences
from variants.core.padding import padded
from variants.core.positions import draw_offset
from variants.core.task import Batch, Task
from variants.core.token_store import TokenStore
from variants.core.tokenization import Vocabulary, vocabulary_of
from variants.core.vocabularies import word_starts
from variants.spanbert.model import MAX_SPAN_TARGETS, SpanBertForPreTraining, build
from variants.spanbert.spans import MaskedSpans, Span, mask_spans


@dataclass(frozen=True)
class Example:
    """One training window with hidden spans; positions count [CLS] and [SEP]."""

    masked: Masked
    spans: tuple[Span, ...]
    offset: int = 0  # the row of the position table that the first token uses

    def __len__(self) -> int:
        """Return the number of tokens, special tokens included."""
        return len(self.masked.input_ids)

    @property
    def bounded(self) -> tuple[Span, ...]:
        """Return the spans that have a token of the text on either side."""
        return tuple(span for span in self.spans if span.start > 1 and span.stop < len(self) - 1)

    @property
    def boundary_labels(self) -> tuple[int, ...]:
        """Return the original id where an SBO loss is taken, IGNORED elsewhere."""
        taken = {place for span in self.bounded for place in targets(span)}
        return tuple(label if place in taken else IGNORED for place, label in enumerate(self.masked.labels))


def targets(span: Span) -> range:
    """Return the positions that are rebuilt from the span's edges."""
    return range(span.start, min(span.stop, span.start + MAX_SPAN_TARGETS))


def make_examples(
    store: TokenStore,
    index: int,
    *,
    copy: int,
    max_length: int,
    vocabulary: Vocabulary,
    starts: Sequence[bool],
    seed: int,
    rows: int,
) -> list[Example]:
    """Return the training windows of one document: a pure function of its arguments.

    ``starts`` says of every piece of the vocabulary whether a word can start with it; ``rows`` is the
    length of the position table.
    """
    rng = random.Random(f"{seed}-{copy}-{index}-{max_length}")

    def draw_token(rng: random.Random) -> int:
        return int(store.tokens[rng.randrange(len(store.tokens))])

    examples: list[Example] = []
    for text in pack_sentences(store.document(index), max_length - 2):
        hidden = mask_spans(
            text, [starts[token] for token in text], rng, mask_id=vocabulary.mask, draw_token=draw_token
        )
        examples.append(enclose(hidden, vocabulary, draw_offset(max_length, rows, rng)))
    return examples


def enclose(hidden: MaskedSpans, vocabulary: Vocabulary, offset: int) -> Example:
    """Build ``[CLS] text [SEP]``."""
    masked = Masked(
        (vocabulary.cls, *hidden.masked.input_ids, vocabulary.sep),
        (IGNORED, *hidden.masked.labels, IGNORED),
        (None, *hidden.masked.fates, None),
    )
    return Example(masked, tuple(span.shifted(1) for span in hidden.spans), offset)


def boundaries(example: Example) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return for each position the one before its span and the one behind it, IGNORED without an SBO loss."""
    left, right = [IGNORED] * len(example), [IGNORED] * len(example)
    for span in example.bounded:
        for position in targets(span):
            left[position], right[position] = span.start - 1, span.stop
    return tuple(left), tuple(right)


def collate(examples: Sequence[Example], vocabulary: Vocabulary) -> Batch:
    """Pad examples to the longest and stack them: tensors of shape (batch, tokens)."""
    left, right = zip(*map(boundaries, examples), strict=True)
    return {
        "input_ids": padded([e.masked.input_ids for e in examples], vocabulary.pad),
        "position_ids": padded([range(e.offset, e.offset + len(e)) for e in examples], 0),
        "attention_mask": padded([(1,) * len(e) for e in examples], 0),
        "labels": padded([e.masked.labels for e in examples], IGNORED),
        "left": padded(left, IGNORED),
        "right": padded(right, IGNORED),
    }


class Objective(nn.Module):
    """The pre-training loss: mean cross-entropy of MLM plus mean cross-entropy of SBO."""

    def __init__(self, model: SpanBertForPreTraining) -> None:
        """Wrap the model that is trained."""
        super().__init__()
        self.model = model

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Return ``loss``, its two parts, and the share of right answers in each."""
        encoded = self.model.bert(
            batch["input_ids"], attention_mask=batch["attention_mask"], position_ids=batch["position_ids"]
        ).last_hidden_state
        chosen = batch["labels"] != IGNORED
        # Only chosen positions pass the vocabulary heads: the same loss for a fraction of the work.
        mlm = _measured(self.model.cls(encoded[chosen]), batch["labels"][chosen])
        rows, positions = (batch["left"] != IGNORED).nonzero(as_tuple=True)
        left, right = batch["left"][rows, positions], batch["right"][rows, positions]
        logits = self.model.boundary_logits(encoded, rows, left, right, positions - left - 1)
        sbo = _measured(logits, batch["labels"][rows, positions])
        parts = {f"mlm_{name}": value for name, value in mlm.items()}
        parts |= {f"sbo_{name}": value for name, value in sbo.items()}
        loss = mlm["loss"] + sbo["loss"]
        return {"loss": loss} | {name: value.detach() for name, value in parts.items()}


def _measured(logits: Tensor, answers: Tensor) -> dict[str, Tensor]:
    """Return mean loss and accuracy, both zero where there is nothing to predict, and the count."""
    count = max(1, len(answers))
    return {
        "loss": cross_entropy(logits.float(), answers, reduction="sum") / count,
        "accuracy": (logits.argmax(-1) == answers).sum() / count,
        "count": torch.tensor(len(answers), device=answers.device),
    }


def build_task(tokenizer: PreTrainedTokenizerFast, *, seed: int, model: SpanBertForPreTraining | None = None) -> Task:
    """Return a fresh SpanBERT, or ``model``, with everything that training and evaluation need."""
    vocabulary = vocabulary_of(tokenizer)
    model = model or build(vocabulary.size, seed=seed)
    return Task(
        model=model,
        objective=Objective(model),
        make_examples=partial(
            make_examples,
            vocabulary=vocabulary,
            starts=word_starts(tokenizer),
            seed=seed,
            rows=model.config.max_position_embeddings,
        ),
        collate=partial(collate, vocabulary=vocabulary),
    )
