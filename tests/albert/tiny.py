"""A store, a batch and a model, each made in a moment."""

from __future__ import annotations

from functools import partial

from transformers import AlbertForPreTraining, BertForPreTraining

from tests.tiny import SPECIAL, VOCABULARY, make_store, sample_tokenizer, tiny_bert
from variants.albert.model import build
from variants.albert.objective import Example, collate, make_examples
from variants.core.checkpoint import Checkpoint
from variants.core.shape import Shape
from variants.core.task import Batch

TINY = Shape(hidden_size=16, num_hidden_layers=3, num_attention_heads=2, intermediate_size=32)
STARTS = [token_id < SPECIAL or token_id % 3 != 0 for token_id in range(VOCABULARY.size)]  # a third go on with a word
STORE = make_store(
    [
        [[SPECIAL + (7 * d + 3 * s + t) % 59 for t in range(4 + (d + s) % 9)] for s in range(1 + d % 12)]
        for d in range(40)
    ]
)
make = partial(make_examples, vocabulary=VOCABULARY, starts=STARTS, seed=0, rows=128)


def tiny_albert(seed: int = 0, *, groups: int = 1) -> AlbertForPreTraining:
    """Return a random ALBERT of three layers that attends eagerly."""
    model = build(VOCABULARY.size, TINY, embedding_size=8, num_hidden_groups=groups, seed=seed)
    model.set_attn_implementation("eager")
    return model


def every_example(window: int, copies: int = 1) -> list[Example]:
    """Return the sequences of all documents."""
    return [
        e
        for index in range(len(STORE))
        for copy in range(copies)
        for e in make(STORE, index, copy=copy, max_length=window)
    ]


def a_batch(number: int = 12, window: int = 32) -> Batch:
    """Return a batch of sequences of unlike lengths."""
    return collate(every_example(window)[:number], VOCABULARY)


def tiny_checkpoint(*, groups: int = 1, name: str = "tiny") -> Checkpoint[AlbertForPreTraining]:
    """Return a random ALBERT with a vocabulary of its own, learned from the sample text."""
    tokenizer = sample_tokenizer("unigram")
    model = build(len(tokenizer), TINY, embedding_size=8, num_hidden_groups=groups)
    model.set_attn_implementation("eager")
    return Checkpoint(f"{name}-{groups}", model.eval().requires_grad_(requires_grad=False), tokenizer, TINY.max_length)


def tiny_bert_checkpoint() -> Checkpoint[BertForPreTraining]:
    """Return a random BERT with a vocabulary of its own, learned from the sample text."""
    tokenizer = sample_tokenizer("wordpiece")
    model = tiny_bert(len(tokenizer)).eval().requires_grad_(requires_grad=False)
    return Checkpoint("tiny-bert", model, tokenizer, 128)
