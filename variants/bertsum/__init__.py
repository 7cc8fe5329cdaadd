"""BERTSUM: one [CLS] before every sentence.

A way of fine-tuning BERT: score each sentence of an article and keep the best ones (Liu, 2019), or let
a decoder write a summary of its own (Liu and Lapata, 2019). Left out: BERTSUMEXTABS, which learns to
choose first and to write then.

This file holds the record alone, so that listing variants does not import torch. Read on in
``oracle`` (what counts as right), ``articles`` (the text), ``model`` (the network), ``objective`` (how
it learns), ``windows`` and ``reading`` (a long article), ``summary`` (how sentences are chosen),
``comparison``, ``rouge`` and ``textrank`` (against what), ``ablation`` (with a part switched off),
``published`` (what the papers report) and ``questions``. The half that writes: ``pairs`` (the text),
``writer`` (the network), ``writer_training`` (two optimizers), ``beams`` (the search), ``novelty`` (copied
or invented), ``writing`` (for the page), ``writer_stage`` and ``writer_scores`` (how it is made and measured).
"""

from variants.bertsum.published import CLAIMS
from variants.core.variant import Design, Paper, Variant

VARIANT = Variant(
    slug="bertsum",
    name="BERTSUM",
    idea=(
        "No new pre-training: a [CLS] before every sentence, alternating segments and two more layers "
        "choose the sentences of a summary."
    ),
    change="one [CLS] before every sentence",
    branch="task",
    parent="bert",
    design=Design(
        objective="no pre-training of its own: keep or drop each sentence of an article",
        masking="none",
        segments="alternating A and B, sentence by sentence, each with its own [CLS]",
        batch="about 36 articles, 50 K steps",
        data="CNN/DailyMail and other news with summaries",
    ),
    paper=Paper(
        authors="Liu",
        title="Fine-tune BERT for Extractive Summarization",
        arxiv="1903.10318",
    ),
    accent=("#8a2d37", "#f0949d"),
    example=(
        "The storm closed the harbour for a week. Ships waited outside with their cargo. "
        "Trade in the old town came to a stop."
    ),
    official=(),
    claims=CLAIMS,
    tuning="writer_stage",
)
