"""Latency of a guess: our page's computation against transformers' own pipeline.

Same checkpoint, same sentences, same precision, one thread, in turns. Ours returns attentions and
hidden states as well, but runs the vocabulary head at the hidden place only.
"""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import Any

import torch
from transformers import pipeline
from transformers.utils import logging

from tests.benchmarks.row import Goal, Row
from variants.bert import demo
from variants.core.guesses import best_guesses
from variants.core.reading import logits_at
from variants.core.variant import MODELS

SENTENCES = (
    "The cat sat on the [MASK].",
    "The children walked to school because the [MASK] was late.",
    "When the long winter was over, the farmers went back to their fields, and in the evening "
    "they sat by the [MASK] and told each other stories of the years before the war.",
)
TOP_K = 8


def measure(*, quick: bool) -> list[Row]:
    """Return the median latencies, over all sentences."""
    logging.set_verbosity_error()  # the pipeline would report the heads that it leaves out
    bert = demo.load()
    theirs = pipeline("fill-mask", model=str(MODELS / "bert"), top_k=TOP_K, dtype=torch.float32, device="cpu")
    torch.set_num_threads(1)
    for sentence in SENTENCES:  # warms both up, too
        expected = [answer["token_str"] for answer in theirs(sentence)]
        if (found := our_guesses(bert, sentence)) != expected:
            raise RuntimeError(f"The two sides answer differently: {found}, {expected}")
    ratios: list[float] = []
    ours_ms: list[float] = []
    theirs_ms: list[float] = []
    for _ in range(20 if quick else 150):
        ours = sum(milliseconds(our_guesses, bert, sentence) for sentence in SENTENCES) / len(SENTENCES)
        other = sum(milliseconds(theirs, sentence) for sentence in SENTENCES) / len(SENTENCES)
        ours_ms.append(ours)
        theirs_ms.append(other)
        ratios.append(ours / other)
    return [
        Row(
            what="guess a hidden word",
            ours=f"{median(ours_ms):.1f} ms",
            beside=f"fill-mask pipeline {median(theirs_ms):.1f} ms",
            value=median(ratios),
            unit="×",
            goal=Goal(0.8),
        )
    ]


def our_guesses(bert: demo.Bert, sentence: str) -> list[str]:
    """Do what the page does from the text to the guesses."""
    reading = demo.fill(bert, demo.read(bert, sentence))
    return [guess.token for guess in best_guesses(bert, logits_at(reading, reading.masks[0]), TOP_K)]


def milliseconds(function: Any, *arguments: Any) -> float:
    began = perf_counter()
    function(*arguments)
    return 1000 * (perf_counter() - began)
