"""TinyBERT: copies attention and hidden states too.

Distil every layer: attention scores before the softmax, hidden states through a learned map, the
embeddings, and at last the predictions (Jiao et al., 2019).

This chapter is still to come; the record alone lets the menu and the family tree name it.
"""

from variants.core.variant import Paper, Variant

VARIANT = Variant(
    slug="tinybert",
    name="TinyBERT",
    idea=(
        "A thinner and shallower student that also copies the teacher's insides: attention scores, hidden "
        "states and embeddings, on general text and again on the task."
    ),
    change="copies attention and hidden states too",
    branch="size",
    parent="bert",
    paper=Paper(
        authors="Jiao et al.",
        title="TinyBERT: Distilling BERT for Natural Language Understanding",
        arxiv="1909.10351",
    ),
    accent=("#4a6800", "#a9cf45"),
    example="The film was slow, but the ending was worth it.",
    official=("huawei-noah/TinyBERT_General_4L_312D",),
)
