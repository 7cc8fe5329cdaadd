"""DistilBERT: half the layers, taught by BERT.

A student of half the depth learns from the teacher's soft targets, the hidden words and the
direction of the teacher's hidden states (Sanh et al., 2019).

This chapter is still to come; the record alone lets the menu and the family tree name it.
"""

from variants.core.variant import Paper, Variant

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
    paper=Paper(
        authors="Sanh et al.",
        title="DistilBERT, a distilled version of BERT: smaller, faster, cheaper and lighter",
        arxiv="1910.01108",
    ),
    accent=("#00698a", "#5cc8ea"),
    example="The doctor told her patient to drink more water.",
    official=("distilbert-base-uncased",),
)
