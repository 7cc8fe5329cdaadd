"""``python -m variants bert TEXT``: the page's computations on the command line."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from variants.bert.demo import corrupt, fill, load, next_sentence, read
from variants.core.errors import InputError
from variants.core.reading import hide, predictions, written_positions
from variants.core.tokenization import id_of


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the controls of the BERT page."""
    parser.add_argument("text", help="a sentence; [MASK] stands for a hidden word")
    parser.add_argument("--mask", default="", metavar="POSITIONS", help="also hide these tokens, e.g. 3,5")
    parser.add_argument("--seed", type=int, help="draw a training example: 15 %% of the tokens, 80/10/10")
    parser.add_argument("--top-k", type=int, default=5, help="guesses per hidden word (default 5)")
    parser.add_argument("--nsp", metavar="SENTENCE", help="does this sentence follow the text?")
    parser.add_argument("--checkpoint", default="bert", help="a folder or a hub id instead of our model")


def run(arguments: Namespace) -> dict[str, Any]:
    """Return the tokens, the guesses for every mask, the NSP answer and any notices."""
    if not 1 <= arguments.top_k <= 1000:
        raise InputError("--top-k must be between 1 and 1000.")
    checkpoint = load(arguments.checkpoint)
    encoded = read(checkpoint, arguments.text)
    drawn = corrupt(checkpoint, encoded, seed=arguments.seed) if arguments.seed is not None else ()
    for chosen in drawn:
        shown = id_of(checkpoint.tokenizer, chosen.shown)
        encoded = encoded.replace(chosen.position, shown, chosen.shown)
    reading = fill(checkpoint, hide(checkpoint, encoded, written_positions(arguments.mask)))
    nsp = next_sentence(checkpoint, arguments.text, arguments.nsp).is_next if arguments.nsp is not None else None
    return {
        "tokens": list(reading.encoded.tokens),
        "masks": predictions(checkpoint, reading, arguments.top_k),
        "nsp": None if nsp is None else {"is_next": nsp},
        "drawn": [{"position": c.position, "token": c.token, "fate": c.fate, "shown": c.shown} for c in drawn],
        "notices": list(encoded.notices),
    }


def table(result: dict[str, Any]) -> str:
    """Return the result for a reader."""
    lines = [f"note: {notice}" for notice in result["notices"]]
    lines += [" ".join(result["tokens"])]
    for mask in result["masks"]:
        guesses = "  ".join(f"{p['token']} {p['probability']:.1%}" for p in mask["predictions"])
        lines.append(f"{mask['position']:>4}  {guesses}")
    if result["nsp"]:
        lines.append(f"next sentence: {result['nsp']['is_next']:.1%}")
    return "\n".join(lines)
