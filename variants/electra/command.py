"""``python -m variants electra TEXT``: the page's pipeline on the command line."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.reading import predictions, written_positions
from variants.core.words import read_words
from variants.electra.demo import guess, judge, load, read
from variants.electra.model import Electra
from variants.electra.pipeline import MASK_FRACTION, draw_masks, refill
from variants.electra.replacement import compare, replace_word, word_number


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the controls of the ELECTRA page."""
    parser.add_argument("text", help="a sentence; [MASK] stands for a hidden word")
    parser.add_argument("--mask-fraction", type=float, help=f"hide this share of the tokens (default {MASK_FRACTION})")
    parser.add_argument("--mask", metavar="POSITIONS", help="hide these tokens instead, e.g. 3,5")
    parser.add_argument("--temperature", type=float, default=1.0, help="of the sampling; 0 takes the best (default 1)")
    parser.add_argument("--seed", type=int, default=0, help="which tokens are hidden, and the samples (default 0)")
    parser.add_argument(
        "--sample", type=int, help="another draw of samples for the same hidden tokens (default: the seed)"
    )
    parser.add_argument("--top-k", type=int, default=5, help="the generator's guesses per hidden token (default 5)")
    parser.add_argument("--replace", metavar="OLD=NEW", help="replace a word by hand; nothing is hidden or sampled")
    parser.add_argument("--checkpoint", default="electra", help="a folder instead of our model")


def run(arguments: Namespace) -> dict[str, Any]:
    """Return the three texts, the true labels and what the discriminator says of every token.

    With ``--replace`` the learner's word stands where a sample would; all lists run over the text that
    the discriminator reads, and ``before`` holds its probabilities for the untouched text.
    """
    if not 1 <= arguments.top_k <= 1000:
        raise InputError("--top-k must be between 1 and 1000.")
    if arguments.mask is not None and arguments.mask_fraction is not None:
        raise InputError("--mask names the hidden tokens and --mask-fraction draws them: give one of the two.")
    checkpoint = load(arguments.checkpoint)
    if arguments.replace is not None:
        return _by_hand(checkpoint, arguments.text, arguments.replace)
    encoded = read(checkpoint, arguments.text)
    reading = guess(checkpoint, encoded, _masks(checkpoint, encoded, arguments))
    sample = arguments.seed if arguments.sample is None else arguments.sample
    corruption = refill(checkpoint, reading, temperature=arguments.temperature, seed=sample)
    verdict = judge(checkpoint, corruption.sampled.input_ids)
    return {
        "original": list(corruption.original.tokens),
        "masked": list(corruption.masked.tokens),
        "sampled": list(corruption.sampled.tokens),
        "replaced": list(corruption.replaced),
        "replaced_probability": list(verdict.replaced_probability),
        "lucky": list(corruption.lucky),
        "guesses": predictions(checkpoint, reading, arguments.top_k),
        "notices": list(encoded.notices),
    }


def _by_hand(checkpoint: Checkpoint[Electra], text: str, asked: str) -> dict[str, Any]:
    old, equals, new = asked.partition("=")
    if not equals:
        raise InputError(f"--replace takes a word and another, as in cooked=ate, not {asked!r}.")
    worded = read_words(checkpoint, text)
    replacement = replace_word(checkpoint, worded, word_number(checkpoint, worded, old), new)
    found = compare(checkpoint, replacement)
    before = [None if place is None else found.before.replaced_probability[place] for place in replacement.place_before]
    masked = list(replacement.after.tokens)
    masked[replacement.places.start : replacement.places.stop] = ["[MASK]"] * replacement.new_pieces
    return {
        "original": list(replacement.originals),
        "masked": masked,
        "sampled": list(replacement.after.tokens),
        "replaced": list(replacement.replaced),
        "replaced_probability": list(found.after.replaced_probability),
        "before": before,
        "lucky": [],
        "guesses": [],
        "notices": list(worded.encoded.notices),
    }


def table(result: dict[str, Any]) -> str:
    """Return the result for a reader, one line a token."""
    lines = [f"note: {notice}" for notice in result["notices"]]
    rows = list(
        zip(
            result["original"],
            result["masked"],
            result["sampled"],
            result["replaced"],
            result["replaced_probability"],
            strict=True,
        )
    )
    width = max(len("original"), *(len(token) for row in rows for token in row[:3])) + 2
    lines.append(f"{'original':<{width}}{'masked':<{width}}{'sampled':<{width}}P(replaced)  truth")
    for place, (original, masked, sampled, replaced, probability) in enumerate(rows):
        truth = "replaced" if replaced else "original, by luck" if place in result["lucky"] else "original"
        lines.append(f"{original:<{width}}{masked:<{width}}{sampled:<{width}}{probability:>11.1%}  {truth}")
    return "\n".join(lines)


def _masks(checkpoint: Checkpoint[Electra], encoded: Encoded, arguments: Namespace) -> tuple[int, ...]:
    if arguments.mask is not None:
        return written_positions(arguments.mask)
    fraction = MASK_FRACTION if arguments.mask_fraction is None else arguments.mask_fraction
    return draw_masks(checkpoint, encoded, fraction=fraction, seed=arguments.seed)
