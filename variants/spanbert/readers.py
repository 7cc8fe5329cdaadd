"""Two readers of passages: our SpanBERT and our BERT, fine-tuned alike to answer questions.

Joshi et al., 2019, section 4.1: the question and the passage in one sequence, a score for every token
to be the first and the last of the answer. Both learn from the same questions with one recipe; a
quarter of the passages learned from is another question's, so that a reader learns to find nothing.
How far above [CLS] an answer must score is settled on questions that are neither learned nor scored.

Learned are the new layer and a change of small rank to each matrix of the others, so that a reader's
file is small. Left out: the large grids of settings that the paper searches for each task.
"""

from __future__ import annotations

import math
import random
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, Literal

from variants.core.answer_scores import exact_match, likeliest_sentence, overlap_f1
from variants.core.answering import Answer, Reader, best_threshold, tune_reader
from variants.core.errors import InputError
from variants.core.finetuning import Pretrained, TuningRecipe
from variants.core.labelled import AskedPassage, read_questions
from variants.core.teacher import load_teacher
from variants.core.transfer import some
from variants.core.tuned_store import (
    log,
    log_step,
    origin_of,
    read_tuned,
    recorded_tuning,
    write_record,
    write_tuned,
)
from variants.core.variant import MODELS
from variants.spanbert.model import load
from variants.spanbert.scoring import pretrained

Who = Literal["spanbert", "bert"]
READERS: tuple[Who, ...] = ("spanbert", "bert")
RECIPE = TuningRecipe(rank=8, batch_size=16, learning_rate=2e-3)
FOLDER = Path("spanbert") / "readers"
PASSAGES_TRIED = 50
NONE_YET = "There are no readers of these models: “python -m variants tune spanbert” makes them."
SETTLE = 0.2  # of the passages that are not learned from
STRANGE_EVERY = 4  # of the questions, asked once more of a passage that does not answer them


def source_of(who: Who) -> Pretrained:
    """Return the shipped encoder that a reader starts from."""
    spanbert = load()
    if who == "spanbert":
        return pretrained(spanbert.model, spanbert.tokenizer)
    return Pretrained(load_teacher(spanbert.tokenizer).bert, spanbert.tokenizer)


def origins() -> dict[str, str]:
    """Return the digests of the two models that the readers start from."""
    return {who: origin_of(MODELS / who) for who in READERS}


def recorded() -> dict[str, Any] | None:
    """Return how the readers were made and how they scored; None where they are not there, or of older models."""
    return recorded_tuning(MODELS / FOLDER, origins())


def load_reader(who: Who) -> Reader:
    """Load a reader that ships with the app; raise InputError where there is none."""
    folder = MODELS / FOLDER
    return _read(folder, who, _recorded_in(folder)["metrics"][who]["first"]["threshold"])


def _read(folder: Path, who: Who, threshold: float = 0.0) -> Reader:
    source = source_of(who)
    return Reader(read_tuned(folder / f"{who}.safetensors", source, 2), source, threshold)


def with_strange_passages(asked: Sequence[AskedPassage], *, seed: int) -> list[AskedPassage]:
    """Return the questions, and every fourth once more with a passage that holds none of its answers."""
    rng = random.Random(seed)
    strange = [_estranged(question, asked, rng) for question in asked[::STRANGE_EVERY]]
    return [*asked, *(question for question in strange if question)]


def _estranged(asked: AskedPassage, others: Sequence[AskedPassage], rng: random.Random) -> AskedPassage | None:
    """Ask a question of another passage; some answers, a single digit for one, stand in nearly all of them."""
    tried = rng.sample(others, min(len(others), PASSAGES_TRIED))
    strange = next((other.passage for other in tried if not _answers(other, asked)), None)
    return None if strange is None else AskedPassage(asked.question, strange, (), 0)


def _answers(other: AskedPassage, asked: AskedPassage) -> bool:
    return any(answer.lower() in other.passage.lower() for answer in asked.answers)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of ``tune spanbert``."""
    parser.add_argument("--labelled", type=Path, required=True, help="the folder that holds squad_dev_pages")
    parser.add_argument("--examples", type=int, help="learn from so many questions (default: all)")
    parser.add_argument("--seeds", type=int, default=1, help="so many runs of each; the first one is kept")
    parser.add_argument("--measure", action="store_true", help="measure the readers that are there, and tune none")
    parser.add_argument("--output", type=Path, default=MODELS, help="the models' folder that is written to")


def run(arguments: Namespace) -> dict[str, Any]:
    """Fine-tune both readers, or take those that are there; measure them, and write it all."""
    train, held_out = (read_questions(arguments.labelled, part) for part in ("train", "test"))
    train = some(train, arguments.examples) if arguments.examples else train
    settle, test = apart(held_out)
    folder: Path = arguments.output / FOLDER
    learned = len(train)
    if arguments.measure:
        learned = _recorded_in(folder)["metrics"]["questions"]["learned"]
    (folder / "recipe.json").unlink(missing_ok=True)
    metrics: dict[str, Any] = {}
    for who in READERS:
        readers = [_read(folder, who)] if arguments.measure else _tuned(who, train, arguments.seeds, folder)
        runs = [measures(reader, settle, test) for reader in readers]
        metrics[who] = {"first": runs[0], "spread": _spread(runs), "runs": runs}
    metrics["likeliest sentence"] = {"first": scores([likeliest_sentence(asked) for asked in test], test)}
    metrics["questions"] = {"learned": learned, "settle": len(settle), "test": len(test)}
    write_record(folder, {"origins": origins(), "recipe": vars(RECIPE)}, metrics)
    return {"folder": str(folder), **metrics}


def _recorded_in(folder: Path) -> dict[str, Any]:
    """Return what was recorded of the readers in ``folder``; raise InputError where none are of these models."""
    if (record := recorded_tuning(folder, origins())) is None:
        raise InputError(NONE_YET)
    return record


def _tuned(who: Who, train: Sequence[AskedPassage], seeds: int, folder: Path) -> Iterator[Reader]:
    """Yield one reader after the other, each from its own seed; the first one is written."""
    for seed in range(max(1, seeds)):
        log(f"{who}, seed {seed}")
        learned = with_strange_passages(train, seed=seed)
        reader = tune_reader(source_of(who), learned, seed=seed, recipe=RECIPE, progress=log_step)
        if seed == 0:
            write_tuned(folder / f"{who}.safetensors", reader.model)
        yield reader


def apart(held_out: Sequence[AskedPassage]) -> tuple[list[AskedPassage], list[AskedPassage]]:
    """Return about a fifth of the questions, to settle the threshold, and the rest; no passage is in both."""
    passages = list(dict.fromkeys(asked.passage for asked in held_out))
    first = set(passages[: max(1, round(SETTLE * len(passages)))])
    return (
        [asked for asked in held_out if asked.passage in first],
        [asked for asked in held_out if asked.passage not in first],
    )


def measures(reader: Reader, settle: Sequence[AskedPassage], test: Sequence[AskedPassage]) -> dict[str, float]:
    """Settle the threshold, then return exact match, F1, their standard errors, and how often an answer is found."""
    here, elsewhere = _best(reader, settle)
    threshold = best_threshold([answer.score for answer in here], [answer.score for answer in elsewhere])
    best, strange = _best(reader, test)
    return scores([answer.text for answer in best], test) | {
        "threshold": threshold,
        "found": fmean(answer.score > threshold for answer in best),
        "found_in_strange": fmean(answer.score > threshold for answer in strange),
    }


def _best(reader: Reader, asked: Sequence[AskedPassage]) -> tuple[list[Answer], list[Answer]]:
    """Return the best answers: from the passages that hold them, and from others."""
    both = [reader.answer(each.question, each.passage, 1)[0] for each in with_strange_passages(asked, seed=0)]
    return both[: len(asked)], both[len(asked) :]


def scores(found: Sequence[str], test: Sequence[AskedPassage]) -> dict[str, float]:
    """Return the mean exact match and F1 over the questions, each with its standard error."""
    exact = [exact_match(answer, asked.answers) for answer, asked in zip(found, test, strict=True)]
    f1 = [overlap_f1(answer, asked.answers) for answer, asked in zip(found, test, strict=True)]
    measured: dict[str, float] = {}
    for name, values in (("exact", exact), ("f1", f1)):
        measured[name] = fmean(values)
        measured[f"{name}_error"] = stdev(values) / math.sqrt(len(values))
    return measured


def _spread(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: stdev([run[name] for run in runs]) for name in ("exact", "f1")} if len(runs) > 1 else {}
