"""DistilBERT's three losses: the teacher's distribution, the hidden words, the teacher's direction.

Sanh et al., 2019, section 3; the weights 5, 2 and 1 are those of the reference's README, the paper
names none. The student and its teacher read the same masked text. At every token, hidden or not, the
student imitates all that the teacher thinks possible, both softened by a temperature of 2; the
factor of T^2 makes up for the smaller gradients of softened targets (Hinton et al., 2015). No
next sentence prediction: one segment of whole sentences, and new masks each time.

``rarity`` says which tokens are hidden, ``divergence`` how the distributions are compared.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity, cross_entropy
from transformers import BertForPreTraining, DistilBertForMaskedLM, PreTrainedTokenizerFast

from variants.core.masking import IGNORED, Masked
from variants.core.packing import pack_sentences
from variants.core.padding import padded
from variants.core.positions import draw_offset
from variants.core.task import Batch, Task
from variants.core.teacher import Teacher, load_teacher
from variants.core.token_store import TokenStore
from variants.core.tokenization import Vocabulary, vocabulary_of
from variants.distilbert.divergence import distillation_loss
from variants.distilbert.model import start_from
from variants.distilbert.rarity import TokenWeights, mask_rare

CONTROLS = ("alone",)  # the same student and the same start, with the hidden words as its only loss
TEMPERATURE = 2.0
DISTILLATION_WEIGHT, MLM_WEIGHT, COSINE_WEIGHT = 5.0, 2.0, 1.0


@dataclass(frozen=True)
class Example:
    """One training sequence, masked."""

    masked: Masked
    offset: int = 0  # the row of the position table that the first token uses

    def __len__(self) -> int:
        """Return the number of tokens, special tokens included."""
        return len(self.masked.input_ids)


def make_examples(
    store: TokenStore,
    index: int,
    *,
    copy: int,
    max_length: int,
    vocabulary: Vocabulary,
    weights: TokenWeights,
    seed: int,
    rows: int,
) -> list[Example]:
    """Return the training sequences of one document: a pure function of its arguments.

    ``rows`` is the length of the position table.
    """
    rng = random.Random(f"{seed}-{copy}-{index}-{max_length}")
    return [
        Example(mask_rare(window, weights.of(store), vocabulary, rng), draw_offset(max_length, rows, rng))
        for window in pack_sentences(store.document(index), max_length - 2)
    ]


def collate(examples: Sequence[Example], vocabulary: Vocabulary) -> Batch:
    """Pad examples to the longest and stack them: tensors of shape (batch, tokens)."""
    return {
        "input_ids": padded([e.masked.input_ids for e in examples], vocabulary.pad),
        "position_ids": padded([range(e.offset, e.offset + len(e)) for e in examples], 0),
        "attention_mask": padded([(1,) * len(e) for e in examples], 0),
        "labels": padded([e.masked.labels for e in examples], IGNORED),
    }


def student_states(model: DistilBertForMaskedLM, batch: Batch) -> Tensor:
    """Return the student's last hidden states at every token, padding left out: (tokens, width)."""
    encoded = model.distilbert(
        batch["input_ids"], attention_mask=batch["attention_mask"], position_ids=batch["position_ids"]
    )
    return encoded.last_hidden_state[batch["attention_mask"].bool()]


def student_logits(model: DistilBertForMaskedLM, states: Tensor) -> Tensor:
    """Return the scores of the vocabulary: (tokens, vocabulary)."""
    transformed = model.vocab_layer_norm(model.activation(model.vocab_transform(states)))
    return model.vocab_projector(transformed)


@torch.no_grad()
def teacher_answers(teacher: BertForPreTraining, batch: Batch) -> tuple[Tensor, Tensor]:
    """Return the teacher's last hidden states and its logits at every token, as the student's."""
    encoded = teacher.bert(
        batch["input_ids"], attention_mask=batch["attention_mask"], position_ids=batch["position_ids"]
    )
    states = encoded.last_hidden_state[batch["attention_mask"].bool()]
    return states, teacher.cls.predictions(states)


def cosine_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """Return one minus the cosine between states of the two, as a mean over tokens."""
    return 1 - cosine_similarity(student.float(), teacher.float(), dim=-1).mean()


class Objective(nn.Module):
    """The pre-training loss: distillation, MLM and cosine, weighted 5 : 2 : 1; without a teacher MLM alone."""

    def __init__(self, model: DistilBertForMaskedLM, teacher: BertForPreTraining | None) -> None:
        """Wrap the student that is trained and the teacher that is not."""
        super().__init__()
        self.model = model
        self.teacher = None if teacher is None else Teacher(teacher)

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Return ``loss``, its parts, and the share of hidden words that are guessed."""
        states = student_states(self.model, batch)
        labels = batch["labels"][batch["attention_mask"].bool()]
        chosen = labels != IGNORED
        if self.teacher is None:
            measures = mlm_measures(student_logits(self.model, states[chosen]), labels[chosen])
            return {"loss": measures["mlm_loss"], **measures, "mlm_loss": measures["mlm_loss"].detach()}
        logits = student_logits(self.model, states)
        teacher_states, teacher_logits = teacher_answers(self.teacher.network, batch)
        measures = mlm_measures(logits[chosen], labels[chosen])
        measures["distillation_loss"] = distillation_loss(logits, teacher_logits, TEMPERATURE)
        measures["cosine_loss"] = cosine_loss(states, teacher_states)
        measures["distillation_count"] = measures["cosine_count"] = batch["attention_mask"].sum()
        loss = (
            DISTILLATION_WEIGHT * measures["distillation_loss"]
            + MLM_WEIGHT * measures["mlm_loss"]
            + COSINE_WEIGHT * measures["cosine_loss"]
        )
        return {"loss": loss, **{name: value.detach() for name, value in measures.items()}}


def mlm_measures(logits: Tensor, tokens: Tensor) -> dict[str, Tensor]:
    """Return loss, accuracy and count of the hidden words, given their logits: (chosen, vocabulary)."""
    logits = logits.float()
    return {
        "mlm_loss": cross_entropy(logits, tokens),
        "mlm_accuracy": (logits.argmax(-1) == tokens).float().mean(),
        "mlm_count": tokens.new_tensor(len(tokens)),
    }


def build_task(
    tokenizer: PreTrainedTokenizerFast,
    *,
    seed: int,
    model: DistilBertForMaskedLM | None = None,
    control: str | None = None,
    teacher: BertForPreTraining | None = None,
) -> Task:
    """Return a student that starts from the teacher, or ``model``, with everything that training needs.

    The teacher is the shipped BERT unless one is given.
    """
    vocabulary = vocabulary_of(tokenizer)
    teacher = teacher or load_teacher(tokenizer)
    model = model or start_from(teacher)
    return Task(
        model=model,
        objective=Objective(model, None if control == "alone" else teacher),
        make_examples=partial(
            make_examples,
            vocabulary=vocabulary,
            weights=TokenWeights(vocabulary.size),
            seed=seed,
            rows=model.config.max_position_embeddings,
        ),
        collate=partial(collate, vocabulary=vocabulary),
    )
