"""TinyBERT's task stage: distilled once more, from a teacher that was fine-tuned on the task.

Jiao et al., 2019, section 3.2, and the reference ``task_distill.py``, in three parts. Our BERT is
fine-tuned on labelled sentences. The general TinyBERT copies that teacher's insides on the same
sentences, with the losses of the general stage. Then it learns the teacher's predictions and nothing
else; it never sees a label.

Left out: the augmented data, twenty copies of each text with words replaced by BERT's guesses and by
GloVe's neighbours. Ours are small models on few sentences: they take higher learning rates and fewer
passes than the paper (20 and 3). Token embeddings learn changes of low rank, and only from predictions:
they would be most of the files. A control beside them: the general TinyBERT, all of it, fine-tuned on the labels.
"""

from __future__ import annotations

import math
import shutil
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from variants.core.classification import TextJudge, accuracy, bag_of_words, characters, collate, judgements, tune_judge
from variants.core.errors import InputError
from variants.core.finetuning import Loss, Pretrained, Tuned, TuningRecipe, tune
from variants.core.labelled import LabelledText, read_polarity
from variants.core.low_rank import adapt
from variants.core.task import Batch
from variants.core.transfer import some
from variants.core.tuned_store import log, log_step, write_record
from variants.core.variant import MODELS
from variants.tinybert.insides import Insides, copied_from, look_inside
from variants.tinybert.layers import copied_layers
from variants.tinybert.model import load
from variants.tinybert.objective import layer_losses
from variants.tinybert.prediction import soft_cross_entropy
from variants.tinybert.tasks import (
    CLASSES,
    TASK,
    origins,
    read_network,
    sources,
    write_network,
)

BUILD = Path(__file__).parents[2] / "build" / "tasks"
RANK = 8
TEACHER = TuningRecipe(rank=RANK, batch_size=16, learning_rate=2e-3)  # a small change of BERT makes a small file
ALONE = TuningRecipe(batch_size=16, learning_rate=3e-4)
INSIDES = TuningRecipe(epochs=4, learning_rate=1e-3)
PREDICTION = TuningRecipe(epochs=3, learning_rate=3e-4)


class Copying(Tuned):
    """A student with the map to its teacher's width, which is thrown away when the insides are copied."""

    def __init__(self, pretrained: Pretrained, width: int, *, seed: int) -> None:
        """Copy the encoder; the map to ``width`` starts from ``seed``."""
        super().__init__(pretrained, len(CLASSES), seed=seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.widen = nn.Linear(pretrained.encoder.config.hidden_size, width)


def all_but_words(student: Tuned) -> Tuned:
    """Let a student learn, but for its token embeddings: they would be most of its file."""
    student.requires_grad_(requires_grad=True)
    student.words.requires_grad_(requires_grad=False)
    return student


def copy_insides(
    student: Pretrained, teacher: Tuned, texts: Sequence[LabelledText], *, seed: int, recipe: TuningRecipe = INSIDES
) -> Tuned:
    """Return the student after it copied the teacher's attention scores, hidden states and embeddings."""
    model = all_but_words(Copying(student, teacher.head.in_features, seed=seed))

    def loss_of(model: Tuned, batch: Batch) -> Tensor:
        ours = look_inside(_encoder(model), batch)
        with torch.no_grad():
            theirs = look_inside(_encoder(teacher), batch)
        found = layer_losses(ours, _copied(ours, theirs), model.get_submodule("widen"), batch["attention_mask"].bool())
        return torch.stack([*found.attention, *found.states]).sum()

    tuned = _tuned(model, texts, student, loss_of, seed=seed, recipe=recipe)
    plain = all_but_words(Tuned(student, len(CLASSES), seed=seed))
    plain.encoder.load_state_dict(tuned.encoder.state_dict())
    return plain


def copy_predictions(
    student: Pretrained,
    model: Tuned,
    teacher: Tuned,
    texts: Sequence[LabelledText],
    *,
    seed: int,
    recipe: TuningRecipe = PREDICTION,
) -> Tuned:
    """Return ``model`` after it learned what the teacher says of each text, whatever its label."""
    adapt(all_but_words(model).words, RANK, torch.Generator().manual_seed(seed))

    def loss_of(model: Tuned, batch: Batch) -> Tensor:
        with torch.no_grad():
            said = judgements(teacher, batch, student).float()
        return soft_cross_entropy(judgements(model, batch, student).float(), said)

    return _tuned(model, texts, student, loss_of, seed=seed, recipe=recipe)


def _tuned(
    model: Tuned, texts: Sequence[LabelledText], student: Pretrained, loss_of: Loss, *, seed: int, recipe: TuningRecipe
) -> Tuned:
    collated = partial(_collate, pretrained=student)
    return tune(model, texts, collated, loss_of, length_of=characters, seed=seed, recipe=recipe, progress=log_step)


def _copied(student: Insides, teacher: Insides) -> Insides:
    return copied_from(teacher, copied_layers("uniform", len(student.scores), len(teacher.scores)))


def _collate(texts: Sequence[LabelledText], pretrained: Pretrained) -> Batch:
    batch = collate(texts, pretrained)
    return batch | {"position_ids": torch.arange(batch["input_ids"].shape[1])[None]}


def _encoder(model: Tuned) -> Any:
    return model.encoder


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of ``distil``."""
    parser.add_argument("--labelled", type=Path, required=True, help="the folder of labelled sets")
    parser.add_argument("--examples", type=int, help="learn from so many sentences (default: all)")
    parser.add_argument("--resume", action="store_true", help="go on after the last part that was finished")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, default=MODELS, help="the models' folder that is written to")


def run(arguments: Namespace) -> dict[str, Any]:
    """Fine-tune the teacher, distil the student in two parts, measure both, and write them."""
    if arguments.examples is not None and arguments.examples < 2:
        raise InputError("--examples must be at least 2.")
    train, test = (read_polarity(arguments.labelled, part) for part in ("train", "test"))
    train = some(train, arguments.examples) if arguments.examples else train
    general, seed = load(), arguments.seed
    student, bert = (sources(general)[who] for who in ("student", "teacher"))
    work = BUILD / f"tinybert-{TASK}-{origins('tinybert')['student'][:12]}-{len(train)}-{seed}"

    def part(name: Any, source: Pretrained, make: Callable[[], Tuned]) -> Tuned:
        """Return a finished part, made now or, with --resume, before."""
        if not (arguments.resume and (work / f"{name}.safetensors").exists()):
            log(name)
            write_network(work, name, make())
        return read_network(work, name, source)

    def tuned(source: Pretrained, recipe: TuningRecipe) -> Callable[[], Tuned]:
        return lambda: tune_judge(source, train, "class", seed=seed, recipe=recipe, progress=log_step).model

    teacher = part("teacher", bert, tuned(bert, TEACHER))
    copied = part("insides", student, lambda: copy_insides(student, teacher, train, seed=seed))
    distilled = part("student", student, lambda: copy_predictions(student, copied, teacher, train, seed=seed))
    alone = part("alone", student, tuned(student, ALONE))
    judges = [TextJudge(model, student, "class") for model in (teacher, distilled, alone)]
    metrics = measures([judge.judge(test) for judge in judges], train, test)
    folder = arguments.output / "tinybert" / "tasks" / TASK
    (folder / "recipe.json").unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    for who in ("teacher", "student"):
        shutil.copyfile(work / f"{who}.safetensors", folder / f"{who}.safetensors")
    write_record(folder, {"task": TASK, "origins": origins("tinybert"), "examples": len(train), "seed": seed}, metrics)
    return {"folder": str(folder), **metrics}


def measures(
    judged: Sequence[Sequence[float]], train: Sequence[LabelledText], test: Sequence[LabelledText]
) -> dict[str, Any]:
    """Return accuracies on ``test`` with their standard error, and how often student and teacher agree."""
    teacher, student, alone = judged
    agreed = [LabelledText("", float(value > 0.5)) for value in teacher]
    found = {
        "teacher": accuracy(teacher, test),
        "student": accuracy(student, test),
        "alone": accuracy(alone, test),
        "words": accuracy(bag_of_words(train, test), test),
    }
    return {
        "accuracy": found,
        "standard_error": {name: math.sqrt(share * (1 - share) / len(test)) for name, share in found.items()},
        "agreement": {"student": accuracy(student, agreed), "alone": accuracy(alone, agreed)},
        "test": len(test),
    }
