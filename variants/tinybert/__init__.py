"""TinyBERT: copies attention and hidden states too.

A thinner student learns what happens inside its teacher at every layer: the attention scores before
the softmax, the hidden states and the embeddings, the latter two through a learned map.

Jiao et al., 2019, in both stages: on plain text, and on a task from a teacher that was fine-tuned on
it. Left out: the augmented text of the second.

This file holds the record alone, so that listing variants does not import torch. Read on in
``model`` (the network), ``insides`` and ``layers`` (what is copied from where), ``objective`` (the
general stage), ``task_stage``, ``prediction`` and ``tasks`` (the second), ``demo`` and ``imitation``
(what the page shows), ``parameters``, ``published``, ``questions``, and ``evaluation`` (what is measured).
"""

from variants.core.variant import Design, Paper, Variant
from variants.tinybert.published import CLAIMS

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
    design=Design(
        objective="imitate the teacher's attention scores, states and embeddings; then its answers on a task",
        masking="none: states are copied on text with nothing hidden",
        batch="3 passes over sequences of 128 tokens",
        data="Wikipedia; then the task's own text, augmented twentyfold",
    ),
    paper=Paper(
        authors="Jiao et al.",
        title="TinyBERT: Distilling BERT for Natural Language Understanding",
        arxiv="1909.10351",
    ),
    tuning="task_stage",
    accent=("#4a6800", "#a9cf45"),
    example="The film was slow, but the ending was worth it.",
    official=("huawei-noah/TinyBERT_General_4L_312D",),
    claims=CLAIMS,
)
