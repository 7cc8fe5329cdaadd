"""The command line: ``python -m variants --help``.

Every demo is a sub-command that prints a table, or with ``--json`` one JSON object. Logs go to
stderr. The exit code is 0, or 2 with one clear line for bad input.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NoReturn

from variants import VARIANTS, find_variant
from variants.core.errors import InputError
from variants.core.variant import Variant


class Parser(ArgumentParser):
    """A parser that answers a mistake with one line."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the usage."""
        raise InputError(f"{message}; {self.prog} --help lists what is possible.")


Result = dict[str, Any] | list[dict[str, Any]]
Table = Callable[[Any], str]
OF_ALL = {  # what is asked of all variants: what it says, and where it is computed
    "attention": ("what every head of a network does in a text", "variants.core.attention_command"),
    "compare": ("what several models make of one sentence", "variants.core.compare_command"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    asked = list(sys.argv[1:] if arguments is None else arguments)
    try:
        result, table, as_json = _run(asked)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; what was trained is saved, --resume goes on", file=sys.stderr)
        return 130
    print(json.dumps(result, ensure_ascii=False) if as_json else table(result))
    return 0


def _run(asked: list[str]) -> tuple[Result, Table, bool]:
    parser = Parser(prog="python -m variants", description="BERT and its variants, on the command line.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add(commands, "list", "every variant and its shipped checkpoint")
    chosen = next((word for word in asked if not word.startswith("-")), "")
    _add_training(commands, import_arguments=chosen in ("pretrain", "evaluate"))
    _add_tuning(commands, asked)
    for name, (help, module) in OF_ALL.items():
        sub = _add(commands, name, help)
        if chosen == name:
            import_module(module).add_arguments(sub)
    for variant in VARIANTS:
        if variant.ready:
            sub = _add(commands, variant.slug, variant.change)
            if chosen == variant.slug:  # torch comes with it
                variant.part("command").add_arguments(sub)
    parsed = parser.parse_args(asked)
    return *_dispatch(parsed), parsed.json


def _add(commands: Any, name: str, help: str) -> ArgumentParser:
    parser: ArgumentParser = commands.add_parser(name, help=help, description=help)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _add_training(commands: Any, *, import_arguments: bool) -> None:
    pretrain = _add(commands, "pretrain", "train a variant from scratch and write its model")
    evaluate = _add(commands, "evaluate", "measure a shipped model on text that it never saw")
    if import_arguments:
        module = import_module("variants.core.commands")
        module.add_pretrain_arguments(pretrain)
        module.add_evaluate_arguments(evaluate)


def _add_tuning(commands: Any, asked: Sequence[str]) -> None:
    tune = _add(commands, "tune", "fine-tune what a chapter shows beside its model")
    tunable = tune.add_subparsers(dest="slug", required=True, metavar="SLUG")
    for variant in VARIANTS:
        if variant.tuning:
            sub = _add(tunable, variant.slug, f"for the {variant.name} chapter")
            if asked[:1] == ["tune"] and variant.slug in asked:  # torch comes with it
                variant.part(variant.tuning).add_arguments(sub)


def _dispatch(parsed: Namespace) -> tuple[Result, Table]:
    if parsed.command == "list":
        return list_variants(), list_table
    if parsed.command == "pretrain":
        run = import_module("variants.core.commands").run_pretrain
        return run(_trainable(parsed.slug), parsed), as_indented
    if parsed.command == "evaluate":
        run = import_module("variants.core.commands").run_evaluate
        slugs = parsed.slugs or [variant.slug for variant in VARIANTS if variant.shipped]
        return run([_trainable(slug) for slug in slugs], parsed, VARIANTS), as_indented
    if parsed.command == "tune":
        tuned = find_variant(parsed.slug)
        assert tuned.tuning  # it has a sub-command
        return tuned.part(tuned.tuning).run(parsed), as_indented
    if parsed.command in OF_ALL:
        module = import_module(OF_ALL[parsed.command][1])
        return module.run(parsed, VARIANTS), module.table
    command = find_variant(parsed.command).part("command")
    return command.run(parsed), command.table


def _trainable(slug: str) -> Variant:
    variant = find_variant(slug)
    if not variant.trainable:
        raise InputError(f"{variant.name} cannot be trained yet: its chapter is still to come.")
    return variant


def as_indented(result: Any) -> str:
    """Return a result as indented JSON."""
    return json.dumps(result, indent=2, ensure_ascii=False)


def list_variants() -> list[dict[str, Any]]:
    """Return what ``list --json`` prints."""
    return [
        {
            "slug": variant.slug,
            "name": variant.name,
            "year": variant.paper.year,
            "arxiv": variant.paper.arxiv,
            "paper": variant.paper.title,
            "checkpoint": {name: shipped[name] for name in ("parameters", "digest", "tokens_seen")}
            if (shipped := variant.shipped)
            else None,
        }
        for variant in VARIANTS
    ]


def list_table(rows: list[dict[str, Any]]) -> str:
    """Return the list for a reader."""
    return "\n".join(
        f"{row['slug']:<12}{row['year']}  arXiv {row['arxiv']}  "
        + (f"{row['checkpoint']['parameters']:,} parameters" if row["checkpoint"] else "still to come")
        for row in rows
    )


if __name__ == "__main__":
    sys.exit(main())
