"""XLNet: predicts in a random order.

Permutation language modelling: a token is predicted from those that come before it in a random
order, on both of its sides. The order is shuffled, the sentence never is. Two streams of attention
make it possible: one knows what stands at a place, the other only which place it is.

Yang, Dai, Yang, Carbonell, Salakhutdinov and Le, 2019. Left out: fine-tuning, pre-training with the
memory of earlier segments, and windows longer than 128 tokens.

This file holds the record alone, so that listing variants does not import torch. Read on in
``model`` (the network), ``orders`` and ``objective`` (how it learns), ``factorization`` and ``demo``
(what the page shows) and ``questions`` (what it asks).
"""

from variants.core.variant import Design, Paper, Variant
from variants.xlnet.published import CLAIMS

VARIANT = Variant(
    slug="xlnet",
    name="XLNet",
    idea=(
        "No hidden words at all: the sentence is predicted token by token in a random factorization order, "
        "so every token learns to use both sides."
    ),
    change="predicts in a random order",
    branch="objective",
    parent="bert",
    design=Design(
        objective="predict tokens one after another, in a random order of factorization",
        masking="none: a token does not see those that come later in the order; the last sixth is predicted",
        segments="relative: two tokens are in the same segment or not; a memory of the text before",
        sharing="content and query stream use the same weights",
        batch="8,192 sequences, 500 K steps (large)",
        data="33 billion pieces, 4 of them from Wikipedia and books (large)",
        tokenizer="Unigram (SentencePiece), cased",
    ),
    paper=Paper(
        authors="Yang et al.",
        title="XLNet: Generalized Autoregressive Pretraining for Language Understanding",
        arxiv="1906.08237",
    ),
    accent=("#763b9b", "#d19cf0"),
    vocabulary="unigram_cased",
    example="New York is a city in the United States.",
    official=("xlnet-base-cased", "xlnet-large-cased"),
    claims=CLAIMS,
)
