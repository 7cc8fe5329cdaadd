"""``python -m variants xlnet TEXT``: the page's computations on the command line."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.guesses import listed
from variants.xlnet.demo import MOST_GUESSES, follow, load, read
from variants.xlnet.factorization import Factorization, Order, check_given, draw_order, parse_order, places_of


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the controls of the XLNet page."""
    parser.add_argument("text", help="a sentence; its tokens are predicted one after another")
    order = parser.add_mutually_exclusive_group()
    order.add_argument("--order", metavar="PLACES", help="the order of prediction, e.g. 3,1,0,2; unsaid: left to right")
    order.add_argument("--seed", type=int, help="draw a random order instead")
    parser.add_argument("--given", type=int, default=0, help="so many places of the order are read, not predicted")
    parser.add_argument("--top-k", type=int, default=5, help="guesses per predicted token (default 5)")
    parser.add_argument("--checkpoint", default="xlnet", help="a folder or a hub id instead of our model")


def run(arguments: Namespace) -> dict[str, Any]:
    """Return the tokens, the order, who must not see whom, and how probable each token is given what it sees.

    ``perm_mask[i][j]`` is 1 where token i may not look at token j. Log-probabilities are natural, and
    null where a token is not predicted: <sep>, <cls> and what is given.
    """
    if not 1 <= arguments.top_k <= MOST_GUESSES:
        raise InputError(f"--top-k must be between 1 and {MOST_GUESSES}.")
    checkpoint = load(arguments.checkpoint)
    encoded = read(checkpoint, arguments.text)
    order = _order(arguments, encoded)
    reading = follow(checkpoint, encoded, Factorization(order, check_given(encoded, arguments.given)))
    return {
        "tokens": list(encoded.tokens),
        "order": list(order),
        "given": arguments.given,
        "perm_mask": reading.perm_mask.astype(int).tolist(),
        "log_probabilities": list(reading.log_probabilities),
        "total_log_probability": reading.running_sum(len(reading.steps)),
        "steps": [
            {
                "position": step.place,
                "log_probability": step.log_probability,
                "rank": step.rank,
                "predictions": listed(step.best[: arguments.top_k]),
            }
            for step in reading.steps
        ],
        "notices": list(encoded.notices),
    }


def _order(arguments: Namespace, encoded: Encoded) -> Order:
    places = places_of(encoded)
    if arguments.order is not None:
        return parse_order(arguments.order, places)
    return places if arguments.seed is None else draw_order(places, arguments.seed)


def table(result: dict[str, Any]) -> str:
    """Return the result for a reader."""
    lines = [f"note: {notice}" for notice in result["notices"]]
    lines += [" ".join(result["tokens"])]
    total = 0.0
    for number, step in enumerate(result["steps"], start=1):
        total += step["log_probability"]
        guesses = "  ".join(f"{p['token']} {p['probability']:.1%}" for p in step["predictions"])
        token = result["tokens"][step["position"]]
        lines.append(
            f"{number:>4}. place {step['position']:<4}{token:<14}log p {step['log_probability']:>8.3f}"
            f"   sum {total:>9.3f}   {guesses}"
        )
    return "\n".join(lines)
