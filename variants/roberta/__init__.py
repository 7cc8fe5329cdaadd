"""RoBERTa: dynamic masks, no NSP.

The same network as BERT. What changes is the recipe: which tokens are hidden and when, how text is
packed, how large a batch is and how long training lasts (Liu et al., 2019). Left out: windows longer
than 128 tokens, ten times the data, and fine-tuning.

This file holds the record alone, so that listing variants does not import torch. Read on in
``model`` (the network), ``objective`` (how it learns), ``masks``, ``formats``, ``gradients`` and
``pieces`` (what the page shows), ``published`` (what the paper reports) and ``questions``.
"""

from variants.core.variant import Design, Paper, Variant
from variants.roberta.published import CLAIMS

VARIANT = Variant(
    slug="roberta",
    name="RoBERTa",
    idea=(
        "BERT's network unchanged, trained better: new masks at every serving, no sentence-pair task, "
        "full windows of text, larger batches, ten times the data and a byte-level vocabulary."
    ),
    change="dynamic masks, no NSP",
    branch="masking",
    parent="bert",
    design=Design(
        objective="MLM alone, no NSP",
        masking="15 %, drawn anew every time a sequence is served",
        segments="one: whole sentences up to 512 tokens, across documents too",
        batch="8 K sequences, up to 500 K steps, full windows from the first step",
        data="160 GB of text, ten times as much",
        tokenizer="byte-level BPE, cased",
    ),
    paper=Paper(
        authors="Liu et al.",
        title="RoBERTa: A Robustly Optimized BERT Pretraining Approach",
        arxiv="1907.11692",
    ),
    accent=("#a84300", "#ff9e5e"),
    vocabulary="byte_bpe",
    example="The woman opened the door and walked into the garden. It had rained all night, and the grass was wet.",
    official=("roberta-base", "roberta-large"),
    controls={"large-batch": "RoBERTa, large batches"},
    claims=CLAIMS,
)
