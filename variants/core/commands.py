"""``pretrain`` and ``evaluate``: what both need is made once and kept under ``build/``."""

from __future__ import annotations

import copy
import dataclasses
import shutil
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from accelerate import Accelerator, PartialState
from transformers import PreTrainedTokenizerFast

from variants.core.batches import batches
from variants.core.comparison import as_markdown, comparison, without_a_model
from variants.core.continuation import begin_from
from variants.core.corpus import Split, corpus_files, documents, read_weights
from variants.core.errors import InputError
from variants.core.evaluation import read_cloze
from variants.core.measures import Texts, measure
from variants.core.precision import mixed_precision
from variants.core.pretraining import RunSettings, pretrain
from variants.core.recipe import OPENING, Recipe, curriculum
from variants.core.release import Release, measured_again, write_control, write_model
from variants.core.run_state import has_run, recipe_of_run
from variants.core.task import Task, attend_with
from variants.core.token_store import TokenStore, corpus_fingerprint, open_token_store
from variants.core.variant import MODELS, Variant, VocabularyKind, read_json
from variants.core.vocabularies import learn_vocabulary, load_vocabulary

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"
CLOZE = ROOT / "tests" / "data" / "cloze.jsonl"
WEIGHTS = ROOT / "assets" / "text" / "sampling-weights.json"
DEFAULT_TOKENS = 40_000_000
NEEDED_SPACE = 1_000_000_000  # bytes: the tokenized corpus and two checkpoints


def add_pretrain_arguments(parser: ArgumentParser) -> None:
    """Declare the options of ``pretrain``."""
    parser.add_argument("slug", help="the variant to train")
    parser.add_argument("--corpus", type=Path, required=True, help="a folder of .txt or .txt.xz files, or of articles")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--tokens", type=float, help="how many tokens to see, e.g. 40e6 (the default)")
    length.add_argument("--minutes", type=float, help="train for about so long instead")
    parser.add_argument(
        "--resume", action="store_true", help="go on where the last run stopped, or from the shipped model"
    )
    parser.add_argument("--device", choices=("auto", "cpu"), default="auto")
    parser.add_argument("--optimizer", choices=("adamw", "muon"), default="adamw")
    parser.add_argument("--learning-rate", type=float, help="at its peak; 1e-3 unless the variant settles it")
    parser.add_argument("--batch-tokens", type=int, default=2048)
    parser.add_argument("--workers", type=int, default=0, help="processes that make batches for a fast GPU")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="sampling weights, a JSON object")
    parser.add_argument(
        "--vocabulary", type=Path, help="a model's folder whose vocabulary to use; else it is learned from the corpus"
    )
    parser.add_argument("--control", help="train the variant with one thing changed; only what it measures is kept")
    parser.add_argument("--labelled", type=Path, help="a folder of labelled sets: measure grammar and transfer too")
    parser.add_argument("--output", type=Path, default=MODELS, help="where the model's folder is put")


def add_evaluate_arguments(parser: ArgumentParser) -> None:
    """Declare the options of ``evaluate``."""
    parser.add_argument("slugs", nargs="*", metavar="slug", help="the variants to measure; without one, all")
    parser.add_argument("--corpus", type=Path, required=True, help="the folder the models were trained on")
    parser.add_argument("--labelled", type=Path, help="a folder of labelled sets: measure grammar and transfer too")
    parser.add_argument("--quick", action="store_true", help="a tenth of the text, one seed; nothing is written")


def run_pretrain(variant: Variant, arguments: Namespace) -> dict[str, Any]:
    """Train a variant, measure it and write its folder."""
    _check_space(BUILD)
    weights = read_weights(arguments.weights)
    folder = BUILD / "pretraining" / "-".join(filter(None, (variant.slug, arguments.control)))
    shipped = arguments.output / variant.slug
    goes_on = arguments.resume and not arguments.control and not has_run(folder) and shipped.exists()
    tokenizer = _vocabulary_of_run(variant, arguments, folder, shipped if goes_on else None)
    train, validation = (_open(variant, arguments.corpus, tokenizer, split) for split in ("train", "validation"))
    task = _task(variant, tokenizer, arguments)
    if goes_on:
        _log(f"going on from the model in {shipped}")
        begin_from(shipped, variant.part("model").load(str(shipped)).model, task, train, weights, folder)
    recipe = _recipe(variant, arguments, task, train, folder)
    run = RunSettings(
        folder=folder, device=arguments.device, resume=arguments.resume, workers=max(0, arguments.workers)
    )
    progress = pretrain(task, train, validation, recipe, weights, run)
    if not PartialState().is_main_process:
        return {"tokens_seen": progress.position.tokens_seen}
    task.model.eval().cpu()
    attend_with(task.model, "eager")
    texts = _texts(variant, arguments.corpus, tokenizer, arguments.labelled)
    metrics = measure(variant, task.model, tokenizer, texts)
    release = Release(
        variant=variant,
        recipe=recipe,
        progress=progress,
        weights=weights,
        sources=train.sources,
        metrics=metrics,
        strengths=variant.part("evaluation").STRENGTHS,
    )
    if arguments.control:
        written = write_control(arguments.output / variant.slug / "controls" / arguments.control, task.model, release)
    else:
        written = write_model(arguments.output, task.model, tokenizer, release)
    return {"folder": str(written), "tokens_seen": progress.position.tokens_seen, **metrics}


def run_evaluate(variants: Sequence[Variant], arguments: Namespace, all_variants: Sequence[Variant]) -> dict[str, Any]:
    """Measure shipped models on the test split of a corpus; write what was measured unless it is a quick look."""
    corpus_files(arguments.corpus)  # a wrong folder is said before anything is loaded
    measured: dict[str, Any] = {}
    for variant in variants:
        _log(f"measuring {variant.name}")
        checkpoint = variant.part("model").load(variant.slug)
        folder = arguments.labelled if variant.reads_articles else arguments.corpus
        if folder is None:
            _log(f"{variant.name} learned from articles: --labelled says where they are")
            continue
        texts = _texts(variant, folder, checkpoint.tokenizer, arguments.labelled)
        found = measure(variant, checkpoint.model, checkpoint.tokenizer, texts, quick=arguments.quick)
        if not arguments.quick:
            folder = MODELS / variant.slug
            found = {**(read_json(folder / "metrics.json") or {}), **found}  # what was not measured now stays
            measured_again(folder, variant, checkpoint.model, found)
        measured[variant.slug] = found
    if not arguments.quick:
        table = [*comparison(all_variants), without_a_model(all_variants)]
        (MODELS / "README.md").write_text(as_markdown(table), encoding="utf-8")
    return measured


def _task(variant: Variant, tokenizer: PreTrainedTokenizerFast, arguments: Namespace) -> Task:
    objective = variant.part("objective")
    if arguments.control is None:
        return objective.build_task(tokenizer, seed=arguments.seed)
    controls: tuple[str, ...] = getattr(objective, "CONTROLS", ())
    names = (*controls, *_control_recipes(objective))
    if arguments.control not in names:
        raise InputError(
            f"{variant.name} has no control called {arguments.control!r}; it has {', '.join(names) or 'none'}."
        )
    if arguments.control not in controls:
        return objective.build_task(tokenizer, seed=arguments.seed)
    return objective.build_task(tokenizer, seed=arguments.seed, control=arguments.control)


def _control_recipes(objective: ModuleType) -> Mapping[str, Mapping[str, Any]]:
    """Return the controls that train the same network in another way: by name, what their recipe changes."""
    return getattr(objective, "CONTROL_RECIPES", {})


def _texts(variant: Variant, corpus: Path, tokenizer: PreTrainedTokenizerFast, labelled: Path | None) -> Texts:
    train, test = (_open(variant, corpus, tokenizer, split) for split in ("train", "test"))
    cloze = read_cloze(CLOZE) if CLOZE.exists() else []
    return Texts(corpus=corpus, train=train, test=test, cloze=cloze, labelled=labelled)


def _vocabulary_of_run(
    variant: Variant, arguments: Namespace, folder: Path, shipped: Path | None
) -> PreTrainedTokenizerFast:
    """Return the vocabulary of a run, and keep it: a resumed run goes on with the pieces it began with."""
    kept = folder / "vocabulary"
    begun = kept if arguments.resume and kept.exists() else None
    tokenizer = _vocabulary(variant, arguments.corpus, shipped or begun or arguments.vocabulary)
    if PartialState().is_main_process:
        tokenizer.save_pretrained(kept)
    return tokenizer


def _vocabulary(variant: Variant, corpus: Path, learned: Path | None) -> PreTrainedTokenizerFast:
    if variant.reads_articles:
        learned = MODELS / str(variant.parent)
    return load_vocabulary(variant.vocabulary, learned) if learned else _tokenizer(corpus, variant.vocabulary)


def _open(variant: Variant, folder: Path, tokenizer: PreTrainedTokenizerFast, split: Split) -> TokenStore:
    if variant.reads_articles:
        _log(f"reading the {split} articles")
        return variant.part("articles").open_store(folder, tokenizer, split)
    return _store(folder, tokenizer, split)


def _tokenizer(corpus: Path, kind: VocabularyKind) -> PreTrainedTokenizerFast:
    """Return the vocabulary of a corpus, learned on first use from its training split."""
    folder = BUILD / "tokenizers" / corpus_fingerprint(corpus) / kind

    def paragraphs() -> Iterator[str]:
        return (paragraph for document in documents(corpus, "train") for paragraph in document.paragraphs)

    if not (folder / "tokenizer.json").exists():
        _log("learning the vocabulary")
        learn_vocabulary(kind, paragraphs()).save_pretrained(folder)
    return load_vocabulary(kind, folder)


def _store(corpus: Path, tokenizer: PreTrainedTokenizerFast, split: Split) -> TokenStore:
    _log(f"reading the {split} text")
    return open_token_store(corpus, tokenizer.backend_tokenizer, split, BUILD / "tokens")


def _recipe(variant: Variant, arguments: Namespace, task: Task, train: TokenStore, folder: Path) -> Recipe:
    asked = _asked_tokens(arguments)
    if arguments.resume:
        begun = recipe_of_run(folder)
        return dataclasses.replace(begun, tokens=asked or begun.tokens)
    if arguments.batch_tokens < 256 or not (arguments.learning_rate is None or arguments.learning_rate > 0):
        raise InputError("--learning-rate must be above 0 and --batch-tokens at least 256.")
    objective = variant.part("objective")
    changed = dict(_control_recipes(objective).get(arguments.control, {}))
    opening: Mapping[int, int] = changed.pop("opening", getattr(objective, "OPENING", OPENING))
    budget = changed.pop("tokens", DEFAULT_TOKENS)
    tokens = asked or budget
    recipe = Recipe(
        tokens=tokens,
        stages=curriculum(tokens, opening),
        optimizer=arguments.optimizer,
        batch_tokens=arguments.batch_tokens,
        seed=arguments.seed,
    )
    settled: dict[str, Any] = getattr(objective, "RECIPE", {})  # what this variant does otherwise
    recipe = dataclasses.replace(recipe, **settled)
    recipe = dataclasses.replace(recipe, **changed)
    if arguments.learning_rate is not None:
        recipe = dataclasses.replace(recipe, learning_rate=arguments.learning_rate)
    if arguments.minutes is None:
        return recipe
    speed = tokens_per_second(task, train, recipe)
    tokens = max(recipe.batch_tokens, int(speed * 60 * arguments.minutes))
    _log(f"{speed:,.0f} tokens a second: {tokens:,} tokens in {arguments.minutes:g} minutes")
    return dataclasses.replace(recipe, tokens=tokens, stages=settled.get("stages", curriculum(tokens, opening)))


def _asked_tokens(arguments: Namespace) -> int | None:
    for name, amount in (("--tokens", arguments.tokens), ("--minutes", arguments.minutes)):
        if amount is not None and not 0 < amount < 1e13:
            raise InputError(f"{name} must be above 0.")
    return int(arguments.tokens) if arguments.tokens is not None else None


def tokens_per_second(task: Task, train: TokenStore, recipe: Recipe, steps: int = 8) -> float:
    """Return how fast this machine trains, measured on a copy of the model."""
    accelerator = Accelerator(mixed_precision=mixed_precision())
    objective = copy.deepcopy(task.objective).to(accelerator.device)
    seen, started = 0, time.monotonic()
    for examples, _ in islice(batches(train, task.make_examples, recipe, {}), steps):
        batch = {name: tensor.to(accelerator.device) for name, tensor in task.collate(examples).items()}
        with accelerator.autocast():
            loss = objective(batch)["loss"]
        loss.backward()
        seen += sum(map(len, examples))
    return seen / (time.monotonic() - started)


def _check_space(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < NEEDED_SPACE:
        raise InputError(
            f"Only {free / 1e9:.1f} GB are free for {folder}; pre-training needs {NEEDED_SPACE / 1e9:.0f} GB."
        )


def _log(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
