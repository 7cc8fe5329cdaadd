"""What is measured of SpanBERT: hidden spans, spans from their edges, and cloze sentences, beside baselines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transformers import PreTrainedTokenizerFast

from variants.core.baselines import baseline_scores
from variants.core.cloze import cloze_baselines, cloze_scores
from variants.core.evaluation import ClozeItem, Scores, held_out_examples, held_out_scores
from variants.core.token_store import TokenStore
from variants.core.tokenization import Vocabulary, vocabulary_of
from variants.spanbert.model import SpanBertForPreTraining
from variants.spanbert.objective import Example, build_task

STRENGTHS = """
It knows how a run of hidden words begins and ends, where the text beside it helps. The middle of a long
run it fills with frequent words, and it was never asked whether one passage follows another.
"""
NOTE = (
    "{count:,} sequences of the test split, whole documents that no model saw, with spans hidden as in "
    "pre-training. mlm: the hidden tokens from the whole window; sbo: those of spans with a neighbour on either "
    "side, from the encodings of the two neighbours. “n-gram” guesses from the two tokens beside each hidden one, "
    "counted over the whole training text; “n-gram + kept” also uses the one in ten chosen spans that stay visible, "
    "as the model can. Inside a span both neighbours are hidden as well: a harder text than BERT's, so the losses of "
    "the two cannot be compared. Cloze: {cloze} sentences with one obvious answer."
)


def evaluate(
    model: SpanBertForPreTraining,
    tokenizer: PreTrainedTokenizerFast,
    *,
    train: TokenStore,
    test: TokenStore,
    cloze: Sequence[ClozeItem],
    count: int,
) -> dict[str, Any]:
    """Return every measure of one model; ``count`` is how many test sequences are used."""
    task = build_task(tokenizer, seed=0, model=model)
    examples = held_out_examples(task, test, count)
    baselines = span_baselines(train, examples, vocabulary_of(tokenizer))
    for name, scores in cloze_baselines(tokenizer, train, cloze).items():
        baselines[name] |= scores
    return {
        "held_out": held_out_scores(task, examples) | cloze_scores(lambda ids: model(ids).logits, tokenizer, cloze),
        "baselines": baselines,
        "note": NOTE.format(count=count, cloze=len(cloze)),
    }


def span_baselines(train: TokenStore, examples: Sequence[Example], vocabulary: Vocabulary) -> dict[str, Scores]:
    """Return the baselines' loss and accuracy on all hidden tokens, and on those that SBO rebuilds."""
    inputs = [example.masked.input_ids for example in examples]
    asked = {"mlm": [e.masked.labels for e in examples], "sbo": [e.boundary_labels for e in examples]}
    baselines: dict[str, Scores] = {}
    for part, labels in asked.items():
        for score in baseline_scores(train, inputs, labels, vocabulary, random_from="text"):
            measured = {f"{part}_loss": score.mlm_loss, f"{part}_accuracy": score.mlm_accuracy}
            baselines.setdefault(score.name, {}).update(measured)
    return baselines
