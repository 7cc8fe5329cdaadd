"""RoBERTa: dynamic masks, no NSP.

The same network as BERT. What changes is the recipe: which tokens are hidden and when, how text is
packed, how large a batch is and how long training lasts (Liu et al., 2019).

This chapter is still to come; the record alone lets the menu and the family tree name it.
"""

from variants.core.variant import Paper, Variant

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
    paper=Paper(
        authors="Liu et al.",
        title="RoBERTa: A Robustly Optimized BERT Pretraining Approach",
        arxiv="1907.11692",
    ),
    accent=("#a84300", "#ff9e5e"),
    example="The woman opened the door and walked into the garden.",
    official=("roberta-base", "roberta-large"),
)
