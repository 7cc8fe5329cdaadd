"""A few made-up articles and a small model."""

from __future__ import annotations

from tests.tiny import sample_wordpiece, tiny_bert
from variants.bertsum.articles import Article
from variants.bertsum.model import BertSum, build
from variants.core.tokenization import as_transformers

TOKENIZER = as_transformers(sample_wordpiece())
SENTENCES = (
    "The rabbit went down the hole and was never late.",
    "Nobody in the garden had seen the queen that day.",
    "A cat sat on the hat of the old king.",
    "It was late when the mouse began its long tale.",
    "The rabbit went down the hole and was never seen.",
)
ARTICLES = [
    Article("openstax", SENTENCES, SENTENCES[2]),
    Article("scitldr", SENTENCES[:3], "nobody had seen the queen"),
    Article(
        "openstax", tuple(f"Sentence {n} says that the rabbit met queen {n} at noon." for n in range(40)), "queen 7"
    ),
]


def tiny_bertsum(seed: int = 0) -> BertSum:
    """Return a random BERTSUM of two layers and two more."""
    return build(tiny_bert(len(TOKENIZER), max_length=128, seed=seed).bert, seed=seed)
