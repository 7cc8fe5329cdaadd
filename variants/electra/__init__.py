"""ELECTRA: spots replaced words, all of them.

A small generator fills in hidden tokens, as BERT does. The discriminator, the model that is kept,
reads the filled-in text and says of every token whether it was replaced: it learns from all
positions, not from one in seven.

Clark, Luong, Le and Manning, 2020. Left out: fine-tuning, generators of other sizes, and windows
longer than 128 tokens.

This file holds the record alone, so that listing variants does not import torch. Read on in
``model`` (the two networks), ``objective`` (how they learn), ``pipeline``, ``replacement``, ``game``,
``signals`` and ``threshold`` (what the page shows), ``published`` (what the paper reports) and ``questions``.
"""

from variants.core.variant import Design, Paper, Variant
from variants.electra.published import CLAIMS

VARIANT = Variant(
    slug="electra",
    name="ELECTRA",
    idea=(
        "A small generator fills in hidden words, and the model that is kept must say of every word "
        "whether it was replaced."
    ),
    change="spots replaced words, all of them",
    branch="objective",
    parent="bert",
    design=Design(
        objective="generator: MLM; the model that is kept: say of every token whether it was replaced",
        masking="15 % (large: 25 %) for the generator; the model that is kept reads no [MASK]",
        segments="as BERT, but nothing is asked of pairs",
        sharing="generator and discriminator share the embeddings",
        batch="256 sequences, 766 K steps (small: 128, large: 2,048 sequences)",
        data="as BERT; large: XLNet's 33 billion tokens",
    ),
    paper=Paper(
        authors="Clark et al.",
        title="ELECTRA: Pre-training Text Encoders as Discriminators Rather Than Generators",
        arxiv="2003.10555",
    ),
    accent=("#ad176c", "#ff86c3"),
    example="The chef cooked the meal in the kitchen.",
    official=("google/electra-small-discriminator", "google/electra-base-discriminator"),
    claims=CLAIMS,
)
