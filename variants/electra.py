"""ELECTRA: spots replaced words, all of them.

Replaced token detection: a generator samples plausible words for the hidden places, and the
discriminator learns from every position, not from one in seven (Clark et al., 2020).

This chapter is still to come; the record alone lets the menu and the family tree name it.
"""

from variants.core.variant import Paper, Variant

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
    paper=Paper(
        authors="Clark et al.",
        title="ELECTRA: Pre-training Text Encoders as Discriminators Rather Than Generators",
        arxiv="2003.10555",
    ),
    accent=("#ad176c", "#ff86c3"),
    example="The chef cooked the meal in the kitchen.",
    official=("google/electra-small-discriminator", "google/electra-base-discriminator"),
)
