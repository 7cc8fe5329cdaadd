"""SpanBERT: whole spans, predicted from their edges.

Hide contiguous spans of whole words instead of scattered tokens, and add a second loss that sees
only the tokens beside the span and an offset (Joshi et al., 2019). Left out: windows longer than 128
tokens and the cased vocabulary.

This file holds the record alone, so that listing variants does not import torch. Read on in
``model`` (the network), ``spans`` (what is hidden), ``objective`` (how it learns), ``schemes`` and
``demo`` (what the page shows), ``readers`` and ``answers`` (what it is good for) and ``questions``.
"""

from variants.core.variant import Claim, Design, Paper, Variant

# Development sets; random spans of Table 6 were trained as the first row of Table 7, on two sequences.
SCHEMES, OBJECTIVES = (f"Joshi et al., 2019, Table {number}" for number in (6, 7))
TASKS = ("SQuAD 2.0 F1", "NewsQA F1", "TriviaQA F1", "coreference F1", "MNLI", "QNLI")
BY_SCHEME = {
    "subword tokens": (83.8, 72.0, 76.3, 77.7, 86.7, 92.5),
    "whole words": (84.3, 72.8, 77.1, 76.6, 86.3, 92.8),
    "named entities": (84.8, 72.7, 78.7, 75.6, 86.0, 93.1),
    "noun phrases": (85.0, 73.0, 77.7, 76.7, 86.5, 93.2),
    "random spans": (85.4, 73.0, 78.8, 76.4, 87.0, 93.3),
}
BY_OBJECTIVE = {
    "two sequences and NSP": {"SQuAD 2.0 F1": 85.4, "coreference F1": 76.4},
    "one sequence": {"SQuAD 2.0 F1": 86.7, "coreference F1": 76.3},
    "one sequence and SBO": {"SQuAD 2.0 F1": 86.8, "coreference F1": 79.0},
}

ANSWERING = "Joshi et al., 2019, Table 1"
ON_SQUAD = {  # test sets
    "SQuAD 1.1 exact match, BERT-large": 84.3,
    "SQuAD 1.1 F1, BERT-large": 91.3,
    "SQuAD 1.1 exact match, SpanBERT-large": 88.8,
    "SQuAD 1.1 F1, SpanBERT-large": 94.6,
    "SQuAD 2.0 F1, SpanBERT-large": 88.7,
}

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
    design=Design(
        objective="MLM, and rebuild each span from the two tokens around it (SBO); no NSP",
        masking="15 %, in spans of 3.8 words on average, one fate a span",
        segments="one, up to 512 tokens",
        batch="256 sequences of up to 512 tokens, 2.4 M steps (large)",
        tokenizer="WordPiece, cased",
    ),
    paper=Paper(
        authors="Joshi et al.",
        title="SpanBERT: Improving Pre-training by Representing and Predicting Spans",
        arxiv="1907.10529",
    ),
    tuning="readers",
    accent=("#765900", "#e0bd4a"),
    example=(
        "When the old king died in the winter of that year, his eldest son took the crown and promised the people "
        "of the city peace, bread and a new road to the sea."
    ),
    official=("SpanBERT/spanbert-base-cased", "SpanBERT/spanbert-large-cased"),
    claims=(
        *(
            Claim(text=f"{task}, {scheme}", value=score, source=SCHEMES)
            for scheme, scores in BY_SCHEME.items()
            for task, score in zip(TASKS, scores, strict=True)
        ),
        *(
            Claim(text=f"{task}, {trained}", value=score, source=OBJECTIVES)
            for trained, scores in BY_OBJECTIVE.items()
            for task, score in scores.items()
        ),
        *(Claim(text=what, value=score, source=ANSWERING) for what, score in ON_SQUAD.items()),
    ),
)
