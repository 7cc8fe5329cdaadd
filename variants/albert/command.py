"""``python -m variants albert``: the parameter lab on the command line. It needs no weights."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import Any

from variants.albert.footprint import footprint
from variants.albert.parameters import (
    LEVELS,
    albert_parts,
    at_level,
    bert_parts,
    count_albert,
    formula,
    total,
    totals,
)
from variants.albert.sizes import SHARINGS, Sizes


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the controls of the parameter lab; a published size is the one without any."""
    parser.add_argument("--sharing", choices=SHARINGS, default="all", help="what the layers share (default all)")
    parser.add_argument("--group-size", type=int, default=1, help="layers in a group, with --sharing groups")
    parser.add_argument("--embedding-size", type=int, default=128, help="E (default 128)")
    parser.add_argument("--layers", type=int, default=12, help="L (default 12)")
    parser.add_argument("--hidden", type=int, default=768, help="H (default 768)")
    parser.add_argument("--feed-forward", type=int, help="F (default 4H)")
    parser.add_argument("--heads", type=int, help="A (default H/64)")
    parser.add_argument("--vocabulary", type=int, default=30_000, help="V (default 30,000)")
    parser.add_argument("--positions", type=int, default=512, help="P (default 512)")
    parser.add_argument("--segments", type=int, default=2, help="T (default 2; RoBERTa has 1)")
    parser.add_argument("--level", choices=list(LEVELS), default="pooler", help="what is counted (default pooler)")


def run(arguments: Namespace) -> dict[str, Any]:
    """Return the count of every module by formula, the count on the real class, and what it all costs."""
    sizes = Sizes(
        layers=arguments.layers,
        hidden=arguments.hidden,
        feed_forward=4 * arguments.hidden if arguments.feed_forward is None else arguments.feed_forward,
        heads=max(1, arguments.hidden // 64) if arguments.heads is None else arguments.heads,
        vocabulary=arguments.vocabulary,
        embedding=arguments.embedding_size,
        sharing=arguments.sharing,
        group=arguments.group_size,
        positions=arguments.positions,
        segments=arguments.segments,
    )
    every, every_of_bert = albert_parts(sizes), bert_parts(sizes)
    parts, of_bert = at_level(every, arguments.level), at_level(every_of_bert, arguments.level)
    counted = count_albert(sizes)
    return {
        "sizes": asdict(sizes),
        "level": arguments.level,
        "total": total(parts),
        "counted": sum(counted[part.name] for part in parts),
        "modules": {part.name: part.count for part in parts},
        "totals": totals(every),
        "bert_total": total(of_bert),
        "bert_modules": {part.name: part.count for part in of_bert},
        "bert_totals": totals(every_of_bert),
        "formula": formula(parts),
        "footprint": asdict(footprint(sizes, total(parts), is_factorised=True)),
        "bert_footprint": asdict(footprint(sizes, total(of_bert), is_factorised=False)),
    }


def table(result: dict[str, Any]) -> str:
    """Return the result for a reader."""
    lines = [f"{name:<28}{count:>16,}" for name, count in result["modules"].items()]
    lines += [
        f"{'total, ' + result['level']:<28}{result['total']:>16,}",
        f"{'counted on the real class':<28}{result['counted']:>16,}",
        f"{'BERT of the same shape':<28}{result['bert_total']:>16,}",
        result["formula"],
    ]
    return "\n".join(lines)
