"""What is measured of DistilBERT: hidden words, and how near it is to its teacher, beside baselines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.nn.functional import normalize
from transformers import BertForPreTraining, DistilBertForMaskedLM, PreTrainedTokenizerFast

from variants.core.cloze import cloze_baselines, cloze_scores
from variants.core.evaluation import ClozeItem, Scores, held_out_examples, held_out_scores, masked_baselines
from variants.core.masking import IGNORED
from variants.core.task import Task
from variants.core.teacher import load_teacher
from variants.core.token_store import TokenStore
from variants.core.tokenization import vocabulary_of
from variants.distilbert.divergence import distillation_loss
from variants.distilbert.model import start_from
from variants.distilbert.objective import TEMPERATURE, Example, build_task, mlm_measures, teacher_answers

STRENGTHS = """
It guesses hidden words nearly as its teacher does, with half of the layers, and shares the teacher's
mistakes. What takes several layers, such as who did what to whom, it knows less well.
"""
NOTE = (
    "{count:,} sequences of the test split, whole documents that no model saw, masked as in pre-training: rare "
    "words more often than common ones, which makes it harder; the baselines do not know of it. “teacher” is the "
    "BERT that taught it. “start” is the student before it learned anything, two layers of its teacher. “n-gram” "
    "guesses from the two neighbours, counted over the whole training text; “n-gram + kept” also uses the one in "
    "ten chosen tokens that stay visible, as the model can. “unigram” expects every token as often as the training "
    "text has it. “one direction” gives every token the same hidden state, the one nearest to all of the teacher's. "
    "The distillation loss includes the factor of T²; it and the cosine loss are over all tokens. Cloze: {cloze} "
    "sentences with one obvious answer."
)


def evaluate(
    model: DistilBertForMaskedLM,
    tokenizer: PreTrainedTokenizerFast,
    *,
    train: TokenStore,
    test: TokenStore,
    cloze: Sequence[ClozeItem],
    count: int,
    teacher: BertForPreTraining | None = None,
) -> dict[str, Any]:
    """Return every measure of one model; ``count`` is how many test sequences are used."""
    teacher = teacher or load_teacher(tokenizer)
    task = build_task(tokenizer, seed=0, model=model, teacher=teacher)
    start = build_task(tokenizer, seed=0, model=start_from(teacher), teacher=teacher)
    examples = held_out_examples(task, test, count)
    baselines = masked_baselines(train, examples, vocabulary_of(tokenizer))
    for name, scores in teacher_scores(task, teacher, train, examples).items():
        baselines[name] = baselines.get(name, {}) | scores
    baselines["start"] = held_out_scores(start, examples)
    baselines["teacher"] |= cloze_scores(lambda ids: teacher(ids).prediction_logits, tokenizer, cloze)
    for name, scores in cloze_baselines(tokenizer, train, cloze).items():
        baselines[name] |= scores
    return {
        "held_out": held_out_scores(task, examples) | cloze_scores(lambda ids: model(ids).logits, tokenizer, cloze),
        "baselines": baselines,
        "note": NOTE.format(count=count, cloze=len(cloze)),
    }


@torch.inference_mode()
def teacher_scores(
    task: Task, teacher: BertForPreTraining, train: TokenStore, examples: Sequence[Example], size: int = 16
) -> dict[str, Scores]:
    """Return what the teacher itself scores, and how near a student comes to it that ignores its input."""
    counts = np.bincount(train.tokens, minlength=teacher.config.vocab_size)
    unigram = torch.from_numpy(np.log(counts + 1.0)).float()[None]
    right = lost = divergence = 0.0
    predictions = tokens = 0
    directions = torch.zeros(teacher.config.hidden_size)
    for start in range(0, len(examples), size):
        batch = task.collate(examples[start : start + size])
        states, logits = teacher_answers(teacher, batch)
        labels = batch["labels"][batch["attention_mask"].bool()]
        chosen = labels != IGNORED
        measures = mlm_measures(logits[chosen], labels[chosen])
        lost += float(measures["mlm_loss"]) * int(chosen.sum())
        right += float(measures["mlm_accuracy"]) * int(chosen.sum())
        divergence += float(distillation_loss(unigram.expand_as(logits), logits, TEMPERATURE)) * len(labels)
        directions += normalize(states, dim=-1).sum(0)
        predictions, tokens = predictions + int(chosen.sum()), tokens + len(labels)
    return {
        "teacher": {"mlm_loss": lost / predictions, "mlm_accuracy": right / predictions},
        "unigram": {"distillation_loss": divergence / tokens},
        # The direction nearest to all states is that of the sum of the unit vectors.
        "one direction": {"cosine_loss": 1 - float(directions.norm()) / tokens},
    }
