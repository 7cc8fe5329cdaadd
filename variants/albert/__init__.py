"""ALBERT: one layer's weights, used everywhere.

Every layer uses the same weights, the embedding table is factorised, and the order of two segments
is asked for instead of whether they belong together.

Lan, Chen, Goodman, Gimpel, Sharma and Soricut, 2019. Left out: training a model that shares
attention or feed-forward weights alone (they are counted), the LAMB optimizer, and fine-tuning.

This file holds the record alone, so that listing variants does not import torch. Read on in
``model`` (the network), ``ngrams`` (which words are hidden), ``objective`` (how it learns), ``sizes``,
``parameters`` and ``footprint`` (the lab), ``sharing``, ``factorization``, ``order`` and ``stopwatch``
(what the page shows), ``published`` (what the paper reports) and ``questions``.
"""

from variants.albert.published import CLAIMS
from variants.core.variant import Design, Paper, Variant

VARIANT = Variant(
    slug="albert",
    name="ALBERT",
    idea=(
        "Fewer parameters, the same work: every layer uses one set of weights, the embedding table is "
        "factorised, and sentence order replaces next-sentence prediction."
    ),
    change="one layer's weights, used everywhere",
    branch="size",
    parent="bert",
    design=Design(
        objective="MLM, and say whether A and B were swapped (SOP)",
        masking="15 %, in n-grams of one to three words",
        segments="two consecutive segments of one document",
        sharing="one layer's weights used in all layers; the token table factorized in two",
        batch="4,096 sequences, 125 K steps (xxlarge: up to 1.5 M), LAMB",
        tokenizer="Unigram (SentencePiece), uncased",
    ),
    paper=Paper(
        authors="Lan et al.",
        title="ALBERT: A Lite BERT for Self-supervised Learning of Language Representations",
        arxiv="1909.11942",
    ),
    accent=("#00705a", "#3fd0ae"),
    example="The river flows through the valley and into the sea.",
    vocabulary="unigram",
    official=("albert-base-v2", "albert-large-v2"),
    claims=CLAIMS,
)
