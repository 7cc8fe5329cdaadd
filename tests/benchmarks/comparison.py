"""The comparison page: how soon four models have answered, and what scoring in batches gains."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

import torch

from tests.benchmarks.row import Goal, Row
from variants import find_variant
from variants.core.checkpoint import Checkpoint
from variants.core.inference import as_they_finish
from variants.core.likelihood import Guesses, hidden_in_turn
from variants.core.side_by_side import cut, view

SENTENCE = "The old king died in the winter of that year, and his son came home. "
TEXT = SENTENCE * 4  # 64 words and signs
FOUR = ("bert", "roberta", "electra", "xlnet")


def measure(*, quick: bool) -> list[Row]:
    """Return the time of one comparison, and the gain of batches, as medians."""
    rounds = 3 if quick else 7
    _compare()  # loads what is needed
    four = median(_seconds(_compare) for _ in range(rounds))
    bert = find_variant("bert")
    checkpoint = bert.part("model").load()
    tokens = len(cut(checkpoint, TEXT).input_ids)
    return [
        Row(what=f"four models on {tokens} tokens", ours="two at a time", value=four, unit="s", goal=Goal(1.5)),
        *(_gain(checkpoint, bert.part("scoring").guesses(checkpoint.model), text, rounds) for text in (SENTENCE, TEXT)),
    ]


def _gain(checkpoint: Checkpoint[Any], guesses: Guesses, text: str, rounds: int) -> Row:
    read = cut(checkpoint, text)
    places = [place for pieces in read.places for place in pieces]

    def batches() -> None:
        hidden_in_turn(guesses, checkpoint.vocabulary, [read.input_ids], [places])

    def loop() -> None:
        for place in places:
            ids = torch.tensor([read.input_ids])
            ids[0, place] = checkpoint.vocabulary.mask
            with torch.inference_mode():
                checkpoint.model(ids).prediction_logits[0, place].log_softmax(-1)

    return Row(
        what=f"pseudo-log-likelihood of {len(read.input_ids)} tokens",
        ours="in batches",
        beside="the library's model, a pass a token",
        value=median(_seconds(loop) / _seconds(batches) for _ in range(rounds)),
        unit="×",
        goal=Goal(5, at_least=True),
    )


def _compare() -> None:
    list(as_they_finish([partial(view, find_variant(slug), TEXT, (3,)) for slug in FOUR]))


def _seconds(action: Callable[[], None]) -> float:
    started = perf_counter()
    action()
    return perf_counter() - started
