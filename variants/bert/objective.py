"""BERT's two pre-training tasks: masked language modelling and next sentence prediction.

Devlin et al., 2018, appendix A, and the reference ``create_pretraining_data.py``. A document is cut
into pairs of segments; half of the time the second segment comes from another document, and [CLS]
must say so. Masks are drawn once for each of ten copies of the corpus and then stay: static masking.
Here nothing is stored: document, copy and seed determine pairs and masks, so they are drawn anew
and are yet the same.

One departure, for windows shorter than sentences: a sentence longer than half the window is cut in
parts first, or every short window would hold a single sentence, for which the reference always
draws a random second segment.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import BertForPreTraining, PreTrainedTokenizerFast

from variants.bert.model import build
from variants.core.masking import IGNORED, Masked, mask_tokens
from variants.core.padding import padded
from variants.core.positions import draw_offset
from variants.core.segments import cut_sentences, draw_length, fit_pair
from variants.core.task import Batch, Task
from variants.core.token_store import Sentence, TokenStore
from variants.core.tokenization import Vocabulary, vocabulary_of

DUPLICATES = 10  # copies of the corpus, each with masks of its own
MAX_PREDICTIONS = 20
# The shipped BERT teaches three others and has read more than they; this one has read what the other variants have.
CONTROL_RECIPES = {"common-budget": {"tokens": 30_000_000}}


@dataclass(frozen=True)
class SegmentPair:
    """Two segments of text and whether the second one follows the first."""

    first: Sentence
    second: Sentence
    is_random: bool  # the NSP label: True where the second comes from another document


@dataclass(frozen=True)
class Example:
    """One training sequence, masked."""

    masked: Masked
    token_type_ids: tuple[int, ...]
    is_random: bool
    offset: int = 0  # the row of the position table that the first token uses

    def __len__(self) -> int:
        """Return the number of tokens, special tokens included."""
        return len(self.token_type_ids)


def segment_pairs(
    sentences: Sequence[Sentence],
    random_document: Callable[[], Sequence[Sentence]],
    *,
    max_length: int,
    rng: random.Random,
) -> list[SegmentPair]:
    """Cut one document into segment pairs that fit ``max_length`` with [CLS] and two [SEP]."""
    room = max_length - 3
    sentences = cut_sentences(sentences, room // 2)
    pairs: list[SegmentPair] = []
    chunk: list[Sentence] = []
    length, target, index = 0, draw_length(room, rng), 0
    while index < len(sentences):
        chunk.append(sentences[index])
        length += len(sentences[index])
        if index == len(sentences) - 1 or length >= target:
            pair, num_unused = pair_from_chunk(chunk, random_document, target, rng)
            first, second = fit_pair(pair.first, pair.second, room, rng)
            pairs.append(SegmentPair(first, second, pair.is_random))
            index -= num_unused  # sentences that a random second segment displaced are used again
            chunk, length, target = [], 0, draw_length(room, rng)
        index += 1
    return pairs


def pair_from_chunk(
    chunk: Sequence[Sentence],
    random_document: Callable[[], Sequence[Sentence]],
    target: int,
    rng: random.Random,
) -> tuple[SegmentPair, int]:
    """Split a chunk in two segments; return the pair and how many sentences were not used."""
    split = rng.randint(1, len(chunk) - 1) if len(chunk) > 1 else 1
    first = _joined(chunk[:split])
    if len(chunk) > 1 and rng.random() >= 0.5:
        return SegmentPair(first, _joined(chunk[split:]), is_random=False), 0
    other = random_document()
    second: Sentence = []
    for sentence in other[rng.randrange(len(other)) :]:
        second = second + sentence
        if len(second) >= target - len(first):
            break
    return SegmentPair(first, second, is_random=True), len(chunk) - split


def _joined(sentences: Sequence[Sentence]) -> Sentence:
    return [token for sentence in sentences for token in sentence]


def make_examples(
    store: TokenStore, index: int, *, copy: int, max_length: int, vocabulary: Vocabulary, seed: int, rows: int
) -> list[Example]:
    """Return the training sequences of one document: a pure function of its arguments."""
    rng = random.Random(f"{seed}-{copy % DUPLICATES}-{index}-{max_length}")
    offsets = random.Random(f"{seed}-{copy % DUPLICATES}-{index}-{max_length}-offsets")  # leaves the masks as they are

    def random_document() -> list[Sentence]:
        other = rng.randrange(len(store))
        for _ in range(9):  # ten tries in all, as in the reference
            if other != index:
                break
            other = rng.randrange(len(store))
        return store.document(other)

    pairs = segment_pairs(store.document(index), random_document, max_length=max_length, rng=rng)
    return [mask_pair(pair, vocabulary, rng, offset=draw_offset(max_length, rows, offsets)) for pair in pairs]


def mask_pair(pair: SegmentPair, vocabulary: Vocabulary, rng: random.Random, *, offset: int = 0) -> Example:
    """Build ``[CLS] first [SEP] second [SEP]`` with its segment ids and masks."""
    first, second = len(pair.first), len(pair.second)
    masked = mask_tokens(
        [vocabulary.cls, *pair.first, vocabulary.sep, *pair.second, vocabulary.sep],
        [True, *[False] * first, True, *[False] * second, True],
        rng,
        mask_id=vocabulary.mask,
        vocabulary_size=vocabulary.size,
        max_predictions=MAX_PREDICTIONS,
    )
    return Example(masked, (0,) * (first + 2) + (1,) * (second + 1), pair.is_random, offset)


def collate(examples: Sequence[Example], vocabulary: Vocabulary) -> Batch:
    """Pad examples to the longest and stack them: tensors of shape (batch, tokens), labels (batch,)."""
    return {
        "input_ids": padded([e.masked.input_ids for e in examples], vocabulary.pad),
        "token_type_ids": padded([e.token_type_ids for e in examples], 0),
        "position_ids": padded([range(e.offset, e.offset + len(e)) for e in examples], 0),
        "attention_mask": padded([(1,) * len(e) for e in examples], 0),
        "labels": padded([e.masked.labels for e in examples], IGNORED),
        "next_sentence_label": torch.tensor([int(e.is_random) for e in examples]),
    }


class Objective(nn.Module):
    """The pre-training loss: mean cross-entropy of MLM plus mean cross-entropy of NSP."""

    def __init__(self, model: BertForPreTraining) -> None:
        """Wrap the model that is trained."""
        super().__init__()
        self.model = model

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Return ``loss``, its two parts, and the share of right answers in each."""
        encoded = self.model.bert(
            batch["input_ids"],
            attention_mask=batch["attention_mask"],
            token_type_ids=batch["token_type_ids"],
            position_ids=batch["position_ids"],
        )
        chosen = batch["labels"] != IGNORED
        # Only chosen positions pass the vocabulary head: the same loss for a seventh of the work.
        token_logits = self.model.cls.predictions(encoded.last_hidden_state[chosen]).float()  # (chosen, vocabulary)
        pair_logits = self.model.cls.seq_relationship(encoded.pooler_output).float()  # (batch, 2)
        tokens, pairs = batch["labels"][chosen], batch["next_sentence_label"]
        mlm_loss = cross_entropy(token_logits, tokens)
        nsp_loss = cross_entropy(pair_logits, pairs)
        return {
            "loss": mlm_loss + nsp_loss,
            "mlm_loss": mlm_loss.detach(),
            "nsp_loss": nsp_loss.detach(),
            "mlm_accuracy": (token_logits.argmax(-1) == tokens).float().mean(),
            "nsp_accuracy": (pair_logits.argmax(-1) == pairs).float().mean(),
            "mlm_count": chosen.sum(),
            "nsp_count": chosen.new_tensor(len(pairs), dtype=torch.long),
        }


def build_task(tokenizer: PreTrainedTokenizerFast, *, seed: int, model: BertForPreTraining | None = None) -> Task:
    """Return a fresh BERT, or ``model``, with everything that training and evaluation need."""
    vocabulary = vocabulary_of(tokenizer)
    model = model or build(vocabulary.size, seed=seed)
    return Task(
        model=model,
        objective=Objective(model),
        make_examples=partial(
            make_examples, vocabulary=vocabulary, seed=seed, rows=model.config.max_position_embeddings
        ),
        collate=partial(collate, vocabulary=vocabulary),
    )
