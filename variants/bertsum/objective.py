"""BERTSUM's fine-tuning task: for every sentence of an article, would the oracle take it?

Liu, 2019, section 3: the binary cross-entropy of every sentence's score against the oracle's label.
All of the network is trained, BERT included.

Departures: one learning rate for all parameters, as the engine has it, and no dropout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from transformers import BertForPreTraining, PreTrainedTokenizerFast

from variants.bertsum.articles import ArticleStore
from variants.bertsum.model import BertSum, build
from variants.bertsum.windows import Window, windows_of
from variants.core.padding import padded
from variants.core.recipe import Stage
from variants.core.task import Batch, Task
from variants.core.teacher import load_teacher
from variants.core.token_store import TokenStore
from variants.core.tokenization import Vocabulary, vocabulary_of

NO_SENTENCE = -1
# Fine-tuning: whole windows from the start, and a rate that does not wash out what BERT knows.
RECIPE = {"stages": (Stage(128, 1.0),), "short_share": 0.0, "learning_rate": 2e-4, "batch_tokens": 8192}


@dataclass(frozen=True)
class Example:
    """One article: its windows, and the label of every sentence."""

    windows: tuple[Window, ...]
    labels: tuple[bool, ...]

    def __len__(self) -> int:
        """Return the number of tokens, special tokens included."""
        return sum(len(window.input_ids) for window in self.windows)


def make_examples(
    store: TokenStore, index: int, *, copy: int, max_length: int, vocabulary: Vocabulary
) -> list[Example]:
    """Return one article as an example; a copy is the same again."""
    del copy
    if not isinstance(store, ArticleStore):
        raise TypeError("BERTSUM learns from articles with labels")
    windows = windows_of(store.document(index), vocabulary, max_length)
    return [Example(tuple(windows), store.labels[index])]


def collate(examples: Sequence[Example], vocabulary: Vocabulary) -> Batch:
    """Pad the windows of all articles to the longest, and say where each sentence's [CLS] stands."""
    windows = [window for example in examples for window in example.windows]
    first = 0
    window_of: list[list[int]] = []
    for example in examples:
        numbers = [first + number for number, window in enumerate(example.windows) for _ in window.sentences]
        window_of.append(numbers)
        first += len(example.windows)
    places = [[place for window in example.windows for place in window.places] for example in examples]
    return {
        "input_ids": padded([window.input_ids for window in windows], vocabulary.pad),
        "attention_mask": padded([(1,) * len(window.input_ids) for window in windows], 0),
        "token_type_ids": padded([window.token_type_ids for window in windows], 0),
        "windows": padded(window_of, NO_SENTENCE),
        "places": padded(places, 0),
        "labels": padded([[int(label) for label in example.labels] for example in examples], 0),
    }


class Objective(nn.Module):
    """The loss: mean binary cross-entropy over all sentences."""

    def __init__(self, model: BertSum) -> None:
        """Wrap the model that is trained."""
        super().__init__()
        self.model = model

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Return ``loss`` and the share of articles whose best sentence is one of the oracle's."""
        inputs = {name: tensor for name, tensor in batch.items() if name != "labels"}
        logits, real = self.model(**inputs).float(), batch["windows"] >= 0
        loss = binary_cross_entropy_with_logits(logits[real], batch["labels"][real].float())
        best = logits.argmax(1, keepdim=True)
        return {
            "loss": loss,
            "ext_loss": loss.detach(),
            "ext_accuracy": batch["labels"].gather(1, best).float().mean(),
            "ext_count": torch.tensor(len(logits), device=logits.device),
        }


def build_task(
    tokenizer: PreTrainedTokenizerFast,
    *,
    seed: int,
    model: BertSum | None = None,
    teacher: BertForPreTraining | None = None,
) -> Task:
    """Return a BERTSUM over our BERT (or over ``teacher``), or ``model``, with everything that training needs."""
    vocabulary = vocabulary_of(tokenizer)
    model = model or build((teacher or load_teacher(tokenizer)).bert, seed=seed)
    return Task(
        model=model,
        objective=Objective(model),
        make_examples=partial(make_examples, vocabulary=vocabulary),
        collate=partial(collate, vocabulary=vocabulary),
    )
