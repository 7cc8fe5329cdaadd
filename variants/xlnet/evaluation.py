"""What is measured of XLNet: tokens predicted in a random order, beside baselines that see as much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transformers import XLNetLMHeadModel, XLNetTokenizer

from variants.core.baselines import baseline_scores
from variants.core.evaluation import ClozeItem, Scores, held_out_examples, held_out_scores
from variants.core.masking import IGNORED
from variants.core.token_store import TokenStore
from variants.core.tokenization import Vocabulary, vocabulary_of
from variants.xlnet.objective import Example, build_task

STRENGTHS = """
It guesses a word from whatever part of its surroundings it is shown, and once it has seen one word of a name or
an expression it is much better at the next. It often guesses a word of the right kind instead of the right word,
and the first word of a longer gap worst.
"""
NOTE = (
    "{count:,} sequences of the test split, whole documents that no model saw, with targets and orders drawn as in "
    "pre-training. Loss and accuracy are of the predicted tokens, each from what comes before it in the order: all "
    "that is not predicted, and some of the other targets. “n-gram” guesses from the two neighbours, counted over the "
    "whole training text, where they come before it as well; it sees no more than the model does. The pieces are "
    "XLNet's own, so its loss per piece cannot be compared with a WordPiece model's."
)


def evaluate(
    model: XLNetLMHeadModel,
    tokenizer: XLNetTokenizer,
    *,
    train: TokenStore,
    test: TokenStore,
    cloze: Sequence[ClozeItem],
    count: int,
) -> dict[str, Any]:
    """Return every measure of one model; ``count`` is how many test sequences are used.

    The answers of the cloze list are single pieces of the WordPiece vocabulary, so it is left out.
    """
    del cloze
    task = build_task(tokenizer, seed=0, model=model)
    examples = held_out_examples(task, test, count)
    return {
        "held_out": held_out_scores(task, examples),
        "baselines": neighbour_baselines(train, examples, vocabulary_of(tokenizer)),
        "note": NOTE.format(count=count),
    }


def neighbour_baselines(train: TokenStore, examples: Sequence[Example], vocabulary: Vocabulary) -> dict[str, Scores]:
    """Return the baselines' loss and accuracy on every target, each with what it sees of its two neighbours."""
    blanks = [blank(example, place, vocabulary) for example in examples for place in example.targets]
    scores = baseline_scores(train, [ids for ids, _ in blanks], [labels for _, labels in blanks], vocabulary)
    return {
        score.name: {"plm_loss": score.mlm_loss, "plm_accuracy": score.mlm_accuracy}
        for score in scores
        if score.name != "n-gram + kept"  # nothing is kept: the target itself is never seen
    }


def blank(example: Example, place: int, vocabulary: Vocabulary) -> tuple[list[int], list[int]]:
    """Return a target as [MASK] between its neighbours, [MASK] where they are not seen, and its label."""
    around = range(max(0, place - 1), min(len(example), place + 2))
    seen = [example.ranks[other] < example.ranks[place] for other in around]
    ids = [
        example.input_ids[other] if visible else vocabulary.mask for other, visible in zip(around, seen, strict=True)
    ]
    return ids, [example.input_ids[other] if other == place else IGNORED for other in around]
