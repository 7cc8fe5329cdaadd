"""SpanBERT: whole spans, predicted from their edges.

Hide contiguous spans of whole words instead of scattered tokens, and add a second loss that sees
only the tokens beside the span and an offset (Joshi et al., 2019). Left out: windows longer than 128
tokens, the cased vocabulary, and fine-tuning.

This file holds the record alone, so that listing variants does not import torch. Read on in
``model`` (the network), ``spans`` (what is hidden), ``objective`` (how it learns) and ``evaluation``
(what is measured).
"""

from variants.core.variant import Paper, Variant

VARIANT = Variant(
    slug="spanbert",
    name="SpanBERT",
    idea=(
        "Whole runs of words are hidden, and the two tokens outside a run must be able to rebuild it: "
        "the span boundary objective."
    ),
    change="whole spans, predicted from their edges",
    branch="masking",
    parent="bert",
    paper=Paper(
        authors="Joshi et al.",
        title="SpanBERT: Improving Pre-training by Representing and Predicting Spans",
        arxiv="1907.10529",
    ),
    accent=("#765900", "#e0bd4a"),
    example="The Denver Broncos won the championship game in February.",
    official=("SpanBERT/spanbert-base-cased", "SpanBERT/spanbert-large-cased"),
)
