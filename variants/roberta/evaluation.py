"""What is measured of RoBERTa: hidden tokens, beside baselines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transformers import PreTrainedTokenizerFast, RobertaForMaskedLM

from variants.core.evaluation import ClozeItem, held_out_examples, held_out_scores, masked_baselines
from variants.core.token_store import TokenStore
from variants.core.tokenization import vocabulary_of
from variants.roberta.objective import build_task

STRENGTHS = """
It knows grammar, capital letters and punctuation, and which words go together. It often names a word of
the right kind instead of the right word, and it was never asked whether one passage follows another.
"""
NOTE = (
    "{count:,} sequences of the test split, whole documents that no model saw, packed and masked as in "
    "pre-training. “n-gram” guesses from the two neighbours, counted over the whole training text; “n-gram + kept” "
    "also uses the one in ten chosen tokens that stay visible, as the model can. The pieces are RoBERTa's own, "
    "so its loss per piece cannot be compared with a WordPiece model's."
)


def evaluate(
    model: RobertaForMaskedLM,
    tokenizer: PreTrainedTokenizerFast,
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
        "baselines": masked_baselines(train, examples, vocabulary_of(tokenizer)),
        "note": NOTE.format(count=count),
    }
