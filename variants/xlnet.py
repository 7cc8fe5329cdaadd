"""XLNet: predicts in a random order.

Permutation language modelling with two streams of attention: the order of prediction is shuffled,
the sentence never is (Yang et al., 2019).

This chapter is still to come; the record alone lets the menu and the family tree name it.
"""

from variants.core.variant import Paper, Variant

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
    paper=Paper(
        authors="Yang et al.",
        title="XLNet: Generalized Autoregressive Pretraining for Language Understanding",
        arxiv="1906.08237",
    ),
    accent=("#763b9b", "#d19cf0"),
    example="New York is a city in the United States.",
    official=("xlnet-base-cased", "xlnet-large-cased"),
)
