"""A teacher: a network that is listened to and never trained.

Knowledge distillation (Hinton, Vinyals and Dean, 2015) trains a student on what a teacher computes
for the same input. Our students' teacher is the BERT of this site.
"""

from __future__ import annotations

import copy

from torch import nn
from transformers import BertForPreTraining, PreTrainedTokenizerFast

from variants.core.checkpoint import load_checkpoint
from variants.core.errors import InputError


class Teacher(nn.Module):
    """A BERT without gradients that stays in evaluation mode, whatever is done with the student."""

    def __init__(self, network: BertForPreTraining) -> None:
        """Keep a copy of ``network``: a shipped model is shared by everyone who loads it."""
        super().__init__()
        self.network = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)

    def train(self, mode: bool = True) -> Teacher:  # noqa: ARG002 - the signature is torch's
        """Stay in evaluation mode."""
        return super().train(mode=False)


def load_teacher(tokenizer: PreTrainedTokenizerFast) -> BertForPreTraining:
    """Return the shipped BERT; raise InputError where it reads another vocabulary than the student."""
    shipped = load_checkpoint(BertForPreTraining.from_pretrained, "bert")
    if shipped.tokenizer.get_vocab() != tokenizer.get_vocab():
        raise InputError("The teacher reads another vocabulary; pre-train BERT on this corpus first.")
    return shipped.model
