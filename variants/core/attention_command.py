"""``python -m variants attention TEXT``: the numbers of every head on the command line."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any

from variants.core.attention import find_network, networks_of
from variants.core.head_statistics import record_of
from variants.core.variant import Variant


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the attention explorer asks."""
    parser.add_argument("text", help="a sentence")
    parser.add_argument("--second", help="a second text: the two are read as a pair")
    parser.add_argument("--variant", default="bert", metavar="NETWORK", help="bert, electra-generator, xlnet-query, …")
    parser.add_argument("--seed", type=int, default=0, help="of XLNet's order (default 0)")


def run(arguments: Namespace, variants: Sequence[Variant]) -> dict[str, Any]:
    """Return the tokens and the numbers of every head; layers and heads count from 1, as on the page."""
    network = find_network(networks_of(variants), arguments.variant)
    checkpoint = network.load()
    encoded = network.read(checkpoint, arguments.text, arguments.second)
    attention = network.look(checkpoint, encoded, arguments.seed)
    return record_of(attention)


def table(result: dict[str, Any]) -> str:
    """Return the result for a reader, one line a head."""
    shares = ("previous", "next", "self", "classification", "separator")
    lines = [f"note: {notice}" for notice in result["notices"]]
    lines += [" ".join(result["tokens"]), f"uniform attention has entropy {result['uniform_entropy']:.2f}"]
    lines.append("layer  head  entropy  distance  previous      next      self     [CLS]     [SEP]")
    for head in result["heads"]:
        numbers = f"{head['layer']:>5}{head['head']:>6}{head['entropy']:>9.2f}{head['mean_distance']:>10.2f}"
        said = f"  {head['pattern']}" if head["pattern"] else ""
        lines.append(numbers + "".join(f"{head[share]:>10.1%}" for share in shares) + said)
    return "\n".join(lines)
