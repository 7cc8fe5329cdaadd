"""DistilBERT: half the layers, taught by BERT.

A student of half the depth starts from the teacher's own layers and is pre-trained on three losses:
the teacher's whole distribution, the hidden words, and the direction of the teacher's hidden states.

Sanh, Debut, Chaumond and Wolf, 2019. Left out: distilling once more while fine-tuning, and the cased
and multilingual models. The teacher is the BERT that this site ships.

This file holds the record alone, so that listing variants does not import torch. Read on in
``model`` (the network and how it starts), ``rarity`` (which tokens are hidden), ``objective`` and
``divergence`` (how it learns), ``soft_targets``, ``inheritance`` and ``live`` (what the page shows),
``published`` (what the papers report), ``questions``, and ``evaluation`` (what is measured).
"""

from variants.core.variant import Design, Paper, Variant
from variants.distilbert.published import CLAIMS

VARIANT = Variant(
    slug="distilbert",
    name="DistilBERT",
    idea=(
        "Half of BERT's layers, started from its own and pre-trained to imitate the whole distribution "
        "that BERT predicts."
    ),
    change="half the layers, taught by BERT",
    branch="size",
    parent="bert",
    design=Design(
        objective="imitate the teacher's probabilities and direction of states, beside MLM; start from half its layers",
        masking="15 %, drawn anew, rare words favoured",
        segments="none: no segment embeddings, no pooler",
        batch="up to 4 K sequences, by accumulating gradients",
    ),
    paper=Paper(
        authors="Sanh et al.",
        title="DistilBERT, a distilled version of BERT: smaller, faster, cheaper and lighter",
        arxiv="1910.01108",
    ),
    accent=("#00698a", "#5cc8ea"),
    example="There are seven days in a week.",
    official=("distilbert-base-uncased",),
    controls={"alone": "DistilBERT without a teacher"},
    claims=CLAIMS,
)
