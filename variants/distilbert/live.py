"""A student learns in front of the reader, and beside it one that has no teacher.

Both start from the same two layers of our BERT (``start_from``), read the same sequences with the
same tokens hidden, in the same order, and take the same steps of AdamW; everything follows from a
seed. The one that is *taught* descends all three losses, the one left *alone* that of the hidden
words, as in the paper's ablation (Sanh et al., 2019, Table 4).

This is pre-training's own code on the sample text instead of the corpus, for a minute instead of
hours. So small a text is soon learned by heart: the teacher's answers hold out longer than one right
word a place. The networks are copies that belong to one run; what the site shares is only read.

Left out: warm-up and decay of the learning rate, which need to know the end.
"""

from __future__ import annotations

import random
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import partial

from torch import Tensor

from variants.core.guesses import Floats
from variants.core.inference import forward_pass, gradient_pass, long_run
from variants.core.masking import IGNORED
from variants.core.optimization import build_optimizers, set_learning_rate
from variants.core.recipe import Recipe
from variants.core.sample_store import sample_store
from variants.core.task import Batch
from variants.distilbert.demo import DistilBert, Lesson, Teacher, as_batch
from variants.distilbert.divergence import distillation_loss
from variants.distilbert.model import start_from
from variants.distilbert.objective import (
    TEMPERATURE,
    Example,
    Objective,
    collate,
    cosine_loss,
    make_examples,
    mlm_measures,
    student_logits,
    student_states,
    teacher_answers,
)
from variants.distilbert.rarity import TokenWeights
from variants.distilbert.soft_targets import Losses

LEARNING_RATE = 3e-4
WINDOW = 64  # tokens of a sequence, special ones included
BATCH = 8  # sequences
EVERY = 10  # steps from one look at held-out text to the next
STEPS, MOST_STEPS, MOST_SECONDS = 60, 100, 60.0  # of one go, whichever ends first
HELD_OUT_DOCUMENTS, HELD_OUT = 3, 16  # the sample's last documents, and how many sequences of them


@dataclass(frozen=True)
class Standing:
    """How near one student is to the teacher, on text that neither learns from."""

    losses: Losses  # all three, also of the student that descends one
    agreement: float  # share of the hidden tokens for which its first guess is the teacher's


@dataclass(frozen=True)
class Moment:
    """Both students after some steps."""

    step: int
    taught: Standing
    alone: Standing


@dataclass(frozen=True)
class Progress:
    """What was seen of both students so far."""

    step: int
    seconds: float
    moments: tuple[Moment, ...]  # the first at step 0

    @property
    def best_alone(self) -> Moment:
        """Return the moment at which the one without a teacher guessed the hidden words best; the first of several."""
        return min(self.moments, key=lambda moment: moment.alone.losses.mlm or 0.0)


class Apprentice:
    """One student in training: its network, its objective and its optimizer."""

    def __init__(self, teacher: Teacher, *, taught: bool) -> None:
        """Start from the teacher's layers."""
        self.model = start_from(teacher.model)
        self.objective = Objective(self.model, teacher.model if taught else None)
        self.optimizers = build_optimizers(self.objective, Recipe(tokens=1))
        set_learning_rate(self.optimizers, LEARNING_RATE)

    def learn(self, batch: Batch) -> None:
        """Take one step."""
        with gradient_pass():
            self.objective(batch)["loss"].backward()
            for optimizer in self.optimizers:
                optimizer.step()
                optimizer.zero_grad()

    def answers(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return states and logits at every token: (tokens, hidden) and (tokens, vocabulary)."""
        with forward_pass():
            states = student_states(self.model, batch)
            return states, student_logits(self.model, states)


class LiveRun:
    """Two students, of about 100 MB with all that training needs; :meth:`advance` takes them further."""

    def __init__(self, teacher: Teacher, student: DistilBert, *, seed: int = 0) -> None:
        """Put both at their start; of ``student`` the vocabulary and the window are used, no weight."""
        self.taught, self.alone = Apprentice(teacher, taught=True), Apprentice(teacher, taught=False)
        self.seed = seed
        self.progress = Progress(0, 0.0, ())
        self._said: tuple[tuple[int, tuple[int, ...]], Floats, Floats] | None = None
        self._batches = training_batches(student, seed)
        self._held_out = held_out_batch(student)
        with forward_pass():
            self._answers = teacher_answers(teacher.model, self._held_out)

    def advance(self, steps: int = STEPS, seconds: float = MOST_SECONDS) -> Generator[Progress]:
        """Take up to ``steps`` more, for at most ``seconds``; yields before the first and after each.

        Stop any time: a step is taken whole or not at all, and the next call goes on from there.
        """
        with long_run():
            started, before, last = time.perf_counter(), self.progress.seconds, self.progress.step + steps
            self._note(self.progress.step, before)
            yield self.progress
            while self.progress.step < last and time.perf_counter() - started < seconds:
                batch = next(self._batches)
                self.taught.learn(batch)
                self.alone.learn(batch)
                self._note(self.progress.step + 1, before + time.perf_counter() - started, last=last)
                yield self.progress
            if self.progress.moments[-1].step != self.progress.step:  # the time was over first
                self._note(self.progress.step, self.progress.seconds, last=self.progress.step)
                yield self.progress

    def said_of(self, lesson: Lesson, place: int) -> tuple[Floats, Floats]:
        """Return what the one that is taught and the one alone say now of a token: logits. Asked again, no pass."""
        asked = (self.progress.step, lesson.encoded.input_ids)
        if self._said is None or self._said[0] != asked:
            batch = as_batch(lesson.encoded)
            taught, alone = (apprentice.answers(batch)[1].numpy() for apprentice in (self.taught, self.alone))
            self._said = asked, taught, alone
        return self._said[1][place], self._said[2][place]

    def _note(self, step: int, seconds: float, *, last: int | None = None) -> None:
        """Write down where the run is; look at held-out text now and then, and at both ends."""
        moments = self.progress.moments
        if not moments or step == last or (step % EVERY == 0 and moments[-1].step != step):
            moments = (*moments, Moment(step, self._stand(self.taught), self._stand(self.alone)))
        self.progress = Progress(step, seconds, moments)

    def _stand(self, apprentice: Apprentice) -> Standing:
        return standing(apprentice.answers(self._held_out), self._answers, self._held_out)


def standing(student: tuple[Tensor, Tensor], teacher: tuple[Tensor, Tensor], batch: Batch) -> Standing:
    """Compare states and logits of two networks on one batch."""
    (states, logits), (teacher_states, teacher_logits) = student, teacher
    labels = batch["labels"][batch["attention_mask"].bool()]
    chosen = labels != IGNORED
    same = logits[chosen].argmax(-1) == teacher_logits[chosen].argmax(-1)
    return Standing(
        Losses(
            distillation=float(distillation_loss(logits, teacher_logits, TEMPERATURE)),
            mlm=float(mlm_measures(logits[chosen], labels[chosen])["mlm_loss"]),
            cosine=float(cosine_loss(states, teacher_states)),
        ),
        agreement=float(same.float().mean()),
    )


def training_batches(student: DistilBert, seed: int) -> Iterator[Batch]:
    """Yield batches of the sample text without end, shuffled and masked anew in every epoch."""
    learned_from = range(len(sample_store(student.tokenizer)) - HELD_OUT_DOCUMENTS)
    epoch = 0
    while True:
        examples = _examples(student, learned_from, seed=seed, epoch=epoch)
        random.Random(f"{seed}-{epoch}").shuffle(examples)
        for start in range(0, len(examples) - BATCH + 1, BATCH):
            yield collate(examples[start : start + BATCH], student.vocabulary)
        epoch += 1


def steps_of_an_epoch(student: DistilBert, seed: int) -> int:
    """Return after how many steps the sample text comes round again."""
    documents = range(len(sample_store(student.tokenizer)) - HELD_OUT_DOCUMENTS)
    return len(_examples(student, documents, seed=seed, epoch=0)) // BATCH


def held_out_batch(student: DistilBert) -> Batch:
    """Return sequences of the documents that no batch holds: the same for every run."""
    documents = len(sample_store(student.tokenizer))
    examples = _examples(student, range(documents - HELD_OUT_DOCUMENTS, documents), seed=0, epoch=0)
    return collate(random.Random(0).sample(examples, min(HELD_OUT, len(examples))), student.vocabulary)


def _examples(student: DistilBert, documents: range, *, seed: int, epoch: int) -> list[Example]:
    make = partial(
        make_examples,
        sample_store(student.tokenizer),
        copy=epoch,
        max_length=WINDOW,
        vocabulary=student.vocabulary,
        weights=TokenWeights(student.vocabulary.size),
        seed=seed,
        rows=student.max_length,
    )
    return [example for index in documents for example in make(index)]
