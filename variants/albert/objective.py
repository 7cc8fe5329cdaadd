"""ALBERT's two pre-training tasks: masked language modelling and sentence-order prediction.

Lan et al., 2019, sections 3.1 and 4.1. Two segments that follow each other in one document are
shown in their order or swapped, half of the time each, and [CLS] must say which. The topic is the
same either way, so only what the text says can give the order away. BERT's next sentence prediction
can be answered by topic alone.

Masks are drawn once for each of forty copies of the corpus, as the reference's default has it;
document, copy and seed determine them, so nothing is stored.

Two departures. The reference pairs a chunk of a single sentence with a random document and calls it
swapped; here the sentence is cut in two halves. And a sentence longer than half the window is cut in
parts first, or every short window would hold a single sentence.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import AlbertForPreTraining, PreTrainedTokenizerFast

from variants.albert.model import EMBEDDING_SIZE, build
from variants.albert.ngrams import mask_ngrams, starting_pieces
from variants.core.masking import IGNORED, Masked
from variants.core.padding import padded
from variants.core.positions import draw_offset
from variants.core.segments import chunks, cut_sentences, fit_pair
from variants.core.shape import SMALL
from variants.core.task import Batch, Task
from variants.core.token_store import Sentence, TokenStore
from variants.core.tokenization import Vocabulary, vocabulary_of

CONTROLS = ("shared-64", "shared-256", "unshared-64", "unshared-256")  # the first is the model itself, for less text
DUPLICATES = 40  # copies of the corpus, each with masks of its own


@dataclass(frozen=True)
class OrderedPair:
    """Two segments of one document, and whether they stand in the wrong order."""

    first: Sentence
    second: Sentence
    is_swapped: bool  # the SOP label

    def swapped(self) -> OrderedPair:
        """Return the pair the other way round."""
        return OrderedPair(self.second, self.first, is_swapped=not self.is_swapped)


@dataclass(frozen=True)
class Example:
    """One training sequence, masked."""

    masked: Masked
    token_type_ids: tuple[int, ...]
    is_swapped: bool
    offset: int = 0  # the row of the position table that the first token uses

    def __len__(self) -> int:
        """Return the number of tokens, special tokens included."""
        return len(self.token_type_ids)


def ordered_pairs(sentences: Sequence[Sentence], *, max_length: int, rng: random.Random) -> list[OrderedPair]:
    """Cut one document into pairs of consecutive segments that fit ``max_length``; swap every other one or so."""
    room = max_length - 3  # [CLS] and two [SEP]
    pairs: list[OrderedPair] = []
    for chunk in chunks(cut_sentences(sentences, room // 2), room, rng):
        if sum(map(len, chunk)) < 2:  # a single token has no halves
            continue
        pair = OrderedPair(*fit_pair(*split(chunk, rng), room, rng), is_swapped=False)
        pairs.append(pair.swapped() if rng.random() < 0.5 else pair)
    return pairs


def split(chunk: Sequence[Sentence], rng: random.Random) -> tuple[Sentence, Sentence]:
    """Split a chunk between two of its sentences, a single sentence in the middle."""
    if len(chunk) == 1:
        middle = len(chunk[0]) // 2
        return chunk[0][:middle], chunk[0][middle:]
    end = rng.randint(1, len(chunk) - 1)
    return _joined(chunk[:end]), _joined(chunk[end:])


def _joined(sentences: Sequence[Sentence]) -> Sentence:
    return [token for sentence in sentences for token in sentence]


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
    """Return the training sequences of one document: a pure function of its arguments.

    ``starts`` says of every piece whether it starts a word; ``rows`` is the length of the position table.
    """
    rng = random.Random(f"{seed}-{copy % DUPLICATES}-{index}-{max_length}")
    pairs = ordered_pairs(store.document(index), max_length=max_length, rng=rng)
    return [
        Example(
            mask_ngrams([pair.first, pair.second], starts, vocabulary, rng),
            (0,) * (len(pair.first) + 2) + (1,) * (len(pair.second) + 1),
            pair.is_swapped,
            draw_offset(max_length, rows, rng),
        )
        for pair in pairs
    ]


def collate(examples: Sequence[Example], vocabulary: Vocabulary) -> Batch:
    """Pad examples to the longest and stack them: tensors of shape (batch, tokens), labels (batch,)."""
    return {
        "input_ids": padded([e.masked.input_ids for e in examples], vocabulary.pad),
        "token_type_ids": padded([e.token_type_ids for e in examples], 0),
        "position_ids": padded([range(e.offset, e.offset + len(e)) for e in examples], 0),
        "attention_mask": padded([(1,) * len(e) for e in examples], 0),
        "labels": padded([e.masked.labels for e in examples], IGNORED),
        "sentence_order_label": torch.tensor([int(e.is_swapped) for e in examples]),
    }


class Objective(nn.Module):
    """The pre-training loss: mean cross-entropy of MLM plus mean cross-entropy of SOP."""

    def __init__(self, model: AlbertForPreTraining) -> None:
        """Wrap the model that is trained."""
        super().__init__()
        self.model = model

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Return ``loss``, its two parts, and the share of right answers in each."""
        encoded = self.model.albert(
            batch["input_ids"],
            attention_mask=batch["attention_mask"],
            token_type_ids=batch["token_type_ids"],
            position_ids=batch["position_ids"],
        )
        chosen = batch["labels"] != IGNORED
        # Only chosen positions pass the vocabulary head: the same loss for a seventh of the work.
        token_logits = self.model.predictions(encoded.last_hidden_state[chosen]).float()  # (chosen, vocabulary)
        order_logits = self.model.sop_classifier(encoded.pooler_output).float()  # (batch, 2)
        tokens, order = batch["labels"][chosen], batch["sentence_order_label"]
        mlm_loss = cross_entropy(token_logits, tokens)
        sop_loss = cross_entropy(order_logits, order)
        return {
            "loss": mlm_loss + sop_loss,
            "mlm_loss": mlm_loss.detach(),
            "sop_loss": sop_loss.detach(),
            "mlm_accuracy": (token_logits.argmax(-1) == tokens).float().mean(),
            "sop_accuracy": (order_logits.argmax(-1) == order).float().mean(),
            "mlm_count": chosen.sum(),
            "sop_count": chosen.new_tensor(len(order), dtype=torch.long),
        }


def build_task(
    tokenizer: PreTrainedTokenizerFast,
    *,
    seed: int,
    model: AlbertForPreTraining | None = None,
    control: str | None = None,
) -> Task:
    """Return a fresh ALBERT, or ``model``, with everything that training and evaluation need.

    A ``control`` names the two ideas that save parameters: "unshared-256" uses neither, the others one.
    """
    vocabulary = vocabulary_of(tokenizer)
    sharing, width = (control or f"shared-{EMBEDDING_SIZE}").split("-")
    model = model or build(
        vocabulary.size,
        embedding_size=int(width),
        num_hidden_groups=1 if sharing == "shared" else SMALL.num_hidden_layers,
        seed=seed,
    )
    rows = model.config.max_position_embeddings
    return Task(
        model=model,
        objective=Objective(model),
        make_examples=partial(
            make_examples, vocabulary=vocabulary, starts=starting_pieces(tokenizer), seed=seed, rows=rows
        ),
        collate=partial(collate, vocabulary=vocabulary),
    )
