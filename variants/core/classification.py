"""Fine-tuning on whole texts: a class or a degree, read off the state of [CLS].

Sentiment is a choice between two classes, scored by accuracy; similarity is a degree, scored by
Pearson's correlation. Baselines see the same sets: the words alone, counted.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, mse_loss

from variants.core.finetuning import Pretrained, Progress, Tuned, TuningRecipe, tune
from variants.core.labelled import LabelledText
from variants.core.network_input import encoded_texts
from variants.core.task import Batch
from variants.core.tokenization import vocabulary_of

Kind = Literal["class", "degree"]
PART = 64  # texts in one forward pass of an evaluation


@dataclass(frozen=True, eq=False)
class TextJudge:
    """A fine-tuned model that judges texts."""

    model: Tuned
    pretrained: Pretrained
    kind: Kind

    @torch.inference_mode()
    def judge(self, texts: Sequence[LabelledText]) -> list[float]:
        """Return for each text the probability of class 1, or the degree."""
        found: dict[int, float] = {}
        order = sorted(range(len(texts)), key=lambda number: characters(texts[number]))  # like lengths: less padding
        for start in range(0, len(order), PART):
            part = order[start : start + PART]
            batch = collate([texts[number] for number in part], self.pretrained)
            outputs = judgements(self.model, batch, self.pretrained).float()
            judged = outputs.softmax(-1)[:, 1] if self.kind == "class" else outputs[:, 0]
            found |= zip(part, judged.tolist(), strict=True)
        return [found[number] for number in range(len(texts))]


def tune_judge(
    pretrained: Pretrained,
    texts: Sequence[LabelledText],
    kind: Kind,
    *,
    seed: int,
    recipe: TuningRecipe | None = None,
    progress: Progress | None = None,
) -> TextJudge:
    """Fine-tune a copy of the encoder to judge texts."""
    recipe = recipe or TuningRecipe()
    outputs = 2 if kind == "class" else 1
    model = Tuned(pretrained, outputs, seed=seed, dropout_share=recipe.dropout, rank=recipe.rank)

    def loss_of(model: Tuned, batch: Batch) -> Tensor:
        outputs = judgements(model, batch, pretrained).float()
        if kind == "class":
            return cross_entropy(outputs, batch["labels"].long())
        return mse_loss(outputs[:, 0], batch["labels"])

    collated = partial(collate, pretrained=pretrained)
    tuned = tune(model, texts, collated, loss_of, length_of=characters, seed=seed, recipe=recipe, progress=progress)
    return TextJudge(tuned, pretrained, kind)


def characters(text: LabelledText) -> int:
    """Return the length of a text, or of a pair."""
    return len(text.text) + len(text.second or "")


def collate(texts: Sequence[LabelledText], pretrained: Pretrained) -> Batch:
    """Encode texts, or pairs, each cut to the window: (batch, tokens)."""
    firsts = [text.text for text in texts]
    seconds = [text.second or "" for text in texts] if any(text.second for text in texts) else None
    encoded = encoded_texts(pretrained.tokenizer, firsts, seconds, pretrained.max_length)
    return encoded | {"labels": torch.tensor([text.label for text in texts])}


def judgements(model: Tuned, batch: Batch, pretrained: Pretrained) -> Tensor:
    """Return the new layer's outputs at [CLS], wherever this tokenizer puts it: (batch, outputs)."""
    place = batch["input_ids"].eq(vocabulary_of(pretrained.tokenizer).cls).int().argmax(1)
    return model.head(model.states(batch)[torch.arange(len(place)), place])


def accuracy(judged: Sequence[float], texts: Sequence[LabelledText]) -> float:
    """Return the share of classes judged rightly."""
    return sum((value > 0.5) == bool(text.label) for value, text in zip(judged, texts, strict=True)) / len(texts)


def correlation(judged: Sequence[float], texts: Sequence[LabelledText]) -> float:
    """Return Pearson's correlation of degrees with labels; 0 where all judgements are alike."""
    if np.ptp(judged) == 0:
        return 0.0
    return float(np.corrcoef(judged, [text.label for text in texts])[0, 1])


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return re.findall(r"[a-z0-9']+", text.lower())


def bag_of_words(train: Sequence[LabelledText], test: Sequence[LabelledText]) -> list[float]:
    """Return the probability of class 1 by naive Bayes: each word that occurs adds its own evidence."""
    counts = {label: Counter(word for text in train if text.label == label for word in set(words_of(text.text)))
              for label in (0, 1)}  # fmt: skip
    texts = {label: sum(text.label == label for text in train) for label in (0, 1)}

    def evidence(word: str) -> float:
        return math.log((counts[1][word] + 1) / (texts[1] + 2)) - math.log((counts[0][word] + 1) / (texts[0] + 2))

    prior = math.log((texts[1] + 1) / (texts[0] + 1))
    sums = [prior + sum(evidence(word) for word in set(words_of(text.text))) for text in test]
    return [1 / (1 + math.exp(-max(-500.0, min(500.0, total)))) for total in sums]


def shared_words(test: Sequence[LabelledText]) -> list[float]:
    """Return for each pair the share of its words that both sentences have (Jaccard)."""
    pairs = [(set(words_of(text.text)), set(words_of(text.second or ""))) for text in test]
    return [len(first & second) / max(1, len(first | second)) for first, second in pairs]
