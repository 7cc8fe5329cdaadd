"""BERT: hide some words, guess them from both sides.

A Transformer encoder in which every token sees the whole text at every layer. It learns by filling
in hidden tokens (masked language modelling) and by telling whether one segment follows another
(next sentence prediction); afterwards it is fine-tuned whole on a task.

Devlin, Chang, Lee and Toutanova, 2018. Left out: fine-tuning, the cased and the multilingual
models, and windows longer than 128 tokens.

This file holds the record alone, so that listing variants does not import torch. Read on in
``model`` (the network), ``objective`` (how it learns), ``demo`` (what the page shows) and
``questions`` (what the page asks).
"""

from variants.core.variant import Claim, Design, Paper, Variant

VARIANT = Variant(
    slug="bert",
    name="BERT",
    idea=(
        "A Transformer encoder that sees left and right context at every layer, trained to fill in "
        "hidden words and to tell whether one passage follows another."
    ),
    change="hidden words, guessed from both sides",
    branch="origin",
    parent=None,
    design=Design(
        objective="fill in hidden tokens (MLM), and say whether B follows A (NSP)",
        masking="15 % of the tokens, drawn once for each of ten copies",
        segments="two segments, A and B, told apart by an embedding",
        sharing="input and output share the table of tokens",
        batch="256 sequences, 1 M steps, most of them of 128 tokens",
        data="BooksCorpus and Wikipedia, 3.3 billion words",
        tokenizer="WordPiece, uncased and cased",
    ),
    paper=Paper(
        authors="Devlin et al.",
        title="BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
        arxiv="1810.04805",
    ),
    accent=("#0b5cad", "#6cb4ff"),
    example="He put the key in the lock and opened the door.",
    official=("bert-base-uncased", "bert-large-uncased"),
    controls={"common-budget": "BERT, common budget"},
    claims=(
        Claim(
            text="words read in pre-training, in billions",
            value=3.3,
            source="Devlin et al., 2018, section 3.1",
        ),
        Claim(text="MNLI, BERT-base", value=84.4, source="Devlin et al., 2018, Table 5"),
        Claim(text="MNLI, without NSP", value=83.9, source="Devlin et al., 2018, Table 5"),
        Claim(text="MNLI, left to right, without NSP", value=82.1, source="Devlin et al., 2018, Table 5"),
        Claim(text="SQuAD 1.1 F1, BERT-base", value=88.5, source="Devlin et al., 2018, Table 5"),
        Claim(text="SQuAD 1.1 F1, without NSP", value=87.9, source="Devlin et al., 2018, Table 5"),
        Claim(text="SQuAD 1.1 F1, left to right, without NSP", value=77.8, source="Devlin et al., 2018, Table 5"),
    ),
)
