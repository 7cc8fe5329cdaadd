"""ALBERT: one layer's weights, used everywhere.

Share one layer's weights among all layers, factorise the embedding table, and ask for the order
of two segments instead of whether they belong together (Lan et al., 2019).

This chapter is still to come; the record alone lets the menu and the family tree name it.
"""

from variants.core.variant import Paper, Variant

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
    paper=Paper(
        authors="Lan et al.",
        title="ALBERT: A Lite BERT for Self-supervised Learning of Language Representations",
        arxiv="1909.11942",
    ),
    accent=("#00705a", "#3fd0ae"),
    example="The river flows through the valley and into the sea.",
    official=("albert-base-v2", "albert-large-v2"),
)
