"""Write a trained model to ``assets/models/<slug>/``: whole or not at all.

Everything in the folder comes from here: weights as fp16 safetensors, configuration, tokenizer, the
recipe with the digest of the weights, the learning curve, the measures and a model card.
"""

from __future__ import annotations

import copy
import csv
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from variants.core.batches import Position
from variants.core.checkpoint import digest_of, read_history
from variants.core.markdown import markdown_table
from variants.core.next_hour import milestones, next_hour
from variants.core.recipe import Recipe
from variants.core.run_state import Progress
from variants.core.shape import window_of
from variants.core.tokenization import unpadded
from variants.core.variant import Variant, VocabularyKind, read_json


@dataclass(frozen=True, kw_only=True)
class Release:
    """What is written beside the weights."""

    variant: Variant
    recipe: Recipe
    progress: Progress
    weights: Mapping[str, float]  # sampling weights of the corpus
    sources: Sequence[str]
    metrics: Mapping[str, Any]
    strengths: str  # what the model is good and bad at


def number_of_parameters(model: PreTrainedModel) -> int:
    """Count parameters; tied tensors count once."""
    return sum(parameter.numel() for parameter in model.parameters())


def write_model(models: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, release: Release) -> Path:
    """Write the model's folder and put it in place of an older one in one move."""
    target = models / release.variant.slug
    partial = models / f".{release.variant.slug}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        copy.deepcopy(model).half().save_pretrained(partial)
        tokenizer.save_pretrained(partial)
        file = partial / "tokenizer.json"
        unpadded(Tokenizer.from_file(str(file))).save(str(file))
        _write_json(partial / "recipe.json", {"digest": digest_of(partial), **_recipe(model, release)})
        write_metrics(partial, release.metrics)
        _write_history(partial / "history.csv", release.progress.history)
        (partial / "README.md").write_text(card(model, release), encoding="utf-8")
        old = models / f".{release.variant.slug}.old"
        shutil.rmtree(old, ignore_errors=True)
        if target.exists():
            _keep_controls(target, partial)
            target.rename(old)
        try:
            partial.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def _keep_controls(target: Path, partial: Path) -> None:
    if (target / "controls").exists():
        shutil.copytree(target / "controls", partial / "controls")


def write_control(folder: Path, model: PreTrainedModel, release: Release) -> Path:
    """Write what a control run measured; its weights served to be measured, and are not kept."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / "recipe.json", _recipe(model, release))
    write_metrics(folder, release.metrics)
    _write_history(folder / "history.csv", release.progress.history)
    return folder


def _recipe(model: PreTrainedModel, release: Release) -> dict[str, Any]:
    return {
        "slug": release.variant.slug,
        "parameters": number_of_parameters(model),
        "tokens_seen": release.progress.position.tokens_seen,
        "steps": release.progress.steps,
        "seconds": round(release.progress.seconds),
        "sources": list(release.sources),
        "sampling_weights": dict(release.weights),
        "recipe": release.recipe.as_dict(),
    }


def write_metrics(folder: Path, metrics: Mapping[str, Any]) -> None:
    """Write ``metrics.json``."""
    _write_json(folder / "metrics.json", metrics)


def measured_again(folder: Path, variant: Variant, model: PreTrainedModel, metrics: Mapping[str, Any]) -> None:
    """Write new measures of a shipped model and the card that quotes them; the rest of the folder stays."""
    recipe = read_json(folder / "recipe.json") or {}
    progress = Progress(
        Position(tokens_seen=recipe["tokens_seen"]), recipe["steps"], recipe["seconds"], read_history(folder)
    )
    release = Release(
        variant=variant,
        recipe=Recipe.from_dict(recipe["recipe"]),
        progress=progress,
        weights=recipe["sampling_weights"],
        sources=recipe["sources"],
        metrics=metrics,
        strengths=variant.part("evaluation").STRENGTHS,
    )
    write_metrics(folder, metrics)
    (folder / "README.md").write_text(card(model, release), encoding="utf-8")


def _write_json(path: Path, values: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def _write_history(path: Path, history: Sequence[Mapping[str, float]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        names = list(history[0]) if history else ["tokens"]
        writer = csv.DictWriter(lines, fieldnames=names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(history)


CARD = """# {name}, pre-trained small

{idea}
({authors}, {year}, [arXiv {arxiv}]({url}))

This is a small model for teaching. It was trained from scratch by
`python -m variants pretrain {slug}`; this card and every file beside it were written by that command.

| | |
|---|---|
| size | {parameters:,} parameters: {layers} layers, width {hidden}, {heads} heads, feed-forward {feed_forward} |
| vocabulary | {vocabulary:,} {pieces}, learned from the same text |
| window | {window} tokens |
| seen | {tokens:,} tokens in {steps:,} steps, {hours:.1f} hours of computing |
| optimizer | {optimizer}, peak learning rate {learning_rate:g}, batches of {batch:,} tokens |
| windows during training | {stages} |

## Measured on documents that it never saw

{measures}

Loss is in nats per hidden token. {note}

## How it learned

{curve}

{next_hour}

## What it is good and bad at

{strengths}

It has read {tokens:,} tokens of plain English of the kind that encyclopaedias, textbooks and
children's books hold; BERT's corpus held 3,300 million words (Devlin et al., 2018, section 3.1). So
it knows few facts, is weak on names and rare words, and repeats the attitudes of its sources, old
novels among them. Where a baseline in the table above comes close or wins, that is what this much
training buys.

**Use it to learn how {name} works, and for nothing else.**

## Text and licences

Trained on {sources}.
Parts are share-alike (Wikipedia, SQuAD paragraphs, OpenTriviaQA: CC BY-SA) or need attribution
(OpenStax, MedQuAD, storybooks: CC BY); the books are in the public domain in the USA.
"""


PIECES: dict[VocabularyKind, str] = {
    "wordpiece": "WordPiece pieces, uncased",
    "byte_bpe": "byte-level BPE pieces, cased",
    "unigram": "Unigram pieces, uncased",
    "unigram_cased": "Unigram pieces, cased",
}


def card(model: PreTrainedModel, release: Release) -> str:
    """Return the model card."""
    variant, recipe, config = release.variant, release.recipe, model.config
    return CARD.format(
        name=variant.name, idea=variant.idea, authors=variant.paper.authors, year=variant.paper.year,
        arxiv=variant.paper.arxiv, url=variant.paper.url, slug=variant.slug,
        parameters=number_of_parameters(model), layers=config.num_hidden_layers, hidden=config.hidden_size,
        heads=config.num_attention_heads, feed_forward=config.intermediate_size, vocabulary=config.vocab_size,
        window=window_of(config), tokens=release.progress.position.tokens_seen,
        steps=release.progress.steps, hours=release.progress.seconds / 3600, optimizer=recipe.optimizer,
        learning_rate=recipe.learning_rate, batch=recipe.batch_tokens,
        stages=_windows(release.progress.history),
        pieces=PIECES[variant.vocabulary], strengths=release.strengths.strip(),
        measures=_measures(release.metrics), curve=_curve(release.progress.history),
        next_hour=_next_hour(release.progress.history), note=release.metrics.get("note", ""),
        sources=", ".join(release.sources),
    )  # fmt: skip


def _windows(history: Sequence[Mapping[str, float]]) -> str:
    """Say how many tokens were seen in windows of each length, as the run recorded it."""
    until = {int(row["max_length"]): row["tokens"] for row in history if "max_length" in row}
    return ", then ".join(f"{length} tokens up to {seen / 1e6:.0f} million" for length, seen in until.items())


def _measures(metrics: Mapping[str, Any]) -> str:
    """Return a table of the model's measures beside those of its baselines."""
    columns: dict[str, Mapping[str, float]] = {
        "this model": metrics.get("held_out", {}),
        **metrics.get("baselines", {}),
    }
    rows = [
        [name.replace("_", " "), *(f"{scores[name]:.4f}" if name in scores else "" for scores in columns.values())]
        for name in columns["this model"]
    ]
    return markdown_table(["measure", *columns], rows)


def _curve(history: Sequence[Mapping[str, float]]) -> str:
    """Return a table of the learning curve at each doubling of the text."""
    rows = milestones(history)
    names = [name for name in rows[-1] if name.startswith("held_out_")] if rows else []
    titles = [name.removeprefix("held_out_").replace("_", " ") for name in names]
    lines = [[f"{row['tokens']:,.0f}", *(f"{row[name]:.4f}" for name in names)] for row in rows]
    return markdown_table(["tokens seen", *titles], lines)


def _next_hour(history: Sequence[Mapping[str, float]]) -> str:
    """Say what the last doubling of the text brought, and what an hour more would."""
    said = "On validation text, always in windows of full length; `history.csv` has the whole curve."
    if (found := next_hour(history)) is None:
        return f"{said} Its last doubling of the text is no guide to what an hour more would bring."
    return (
        f"{said} From {found.half / 1e6:.1f} to {found.seen / 1e6:.1f} million tokens the loss fell from "
        f"{found.loss_at_half:.2f} to {found.loss:.2f}. One hour more, at the speed of that part of the run, would add "
        f"{found.tokens / 1e6:.1f} million tokens and lower the loss by {found.gain:.2f} at most, if it goes on "
        "falling by the same share with each doubling of the text: the learning rate fell to zero in the last one, "
        "which pays once."
    )
