"""What the BERT page shows: guesses for hidden words, and whether a sentence follows another."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor
from transformers import BertForPreTraining
from transformers.modeling_outputs import BaseModelOutput

from variants.bert.model import load as load
from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded, Side, encode
from variants.core.every_layer import pass_through
from variants.core.guesses import Floats, probabilities
from variants.core.inference import forward_pass
from variants.core.masking import Fate, mask_tokens
from variants.core.reading import Reading, read_hidden
from variants.core.tokenization import tokens_of

Bert: TypeAlias = Checkpoint[BertForPreTraining]


@dataclass(frozen=True)
class NextSentence:
    """The answer of the NSP head."""

    encoded: Encoded
    is_next: float  # probability


@dataclass(frozen=True)
class Corrupted:
    """One chosen position of a training example."""

    position: int
    token: str
    fate: Fate
    shown: str  # what the model reads there


def read(checkpoint: Bert, text: str, second: str | None = None) -> Encoded:
    """Tokenize a text (or a pair) for this model."""
    return encode(checkpoint.tokenizer, text, second, max_length=checkpoint.max_length)


def fill(checkpoint: Bert, encoded: Encoded, masks: tuple[int, ...] = ()) -> Reading:
    """Hide ``masks`` beside every [MASK] in the text and run the model once."""

    def encoder(input_ids: Tensor, token_type_ids: Tensor) -> BaseModelOutput:
        return pass_through(checkpoint.model.bert, input_ids, token_type_ids)

    return read_hidden(checkpoint, encoded, masks, encoder, checkpoint.model.cls.predictions)


def fill_from_one_side(checkpoint: Bert, reading: Reading, position: int) -> dict[Side, Floats]:
    """Return the logits at a hidden position when only one side of it may be looked at, and both.

    Tokens on the other side are cut off by the attention mask in every layer, for every token;
    [CLS] and [SEP] stay visible, they carry no words.
    """
    length, encoded = len(reading.encoded), reading.encoded
    place = torch.arange(length)
    special = torch.tensor(encoded.special)
    visible = torch.stack([(place <= position) | special, (place >= position) | special, place >= 0])
    with forward_pass():
        output = checkpoint.model.bert(
            torch.tensor([encoded.input_ids] * 3),
            attention_mask=visible.long(),
            token_type_ids=torch.tensor([encoded.token_type_ids] * 3),
        )
        left, right, both = checkpoint.model.cls.predictions(output.last_hidden_state[:, position]).numpy()
    return {"left": left, "right": right, "both": both}


def next_sentence(checkpoint: Bert, first: str, second: str) -> NextSentence:
    """Ask the NSP head whether ``second`` follows ``first``."""
    encoded = read(checkpoint, first, second)
    with forward_pass():
        logits = checkpoint.model(
            torch.tensor([encoded.input_ids]), token_type_ids=torch.tensor([encoded.token_type_ids])
        ).seq_relationship_logits[0]
    # Class 0 means "really next", class 1 "from another document".
    return NextSentence(encoded, float(probabilities(logits.numpy())[0]))


def corrupt(checkpoint: Bert, encoded: Encoded, *, seed: int, mlm_probability: float = 0.15) -> tuple[Corrupted, ...]:
    """Draw a training example from the text: which tokens are chosen, and what becomes of each."""
    vocabulary = checkpoint.vocabulary
    masked = mask_tokens(
        encoded.input_ids,
        encoded.special,
        random.Random(seed),
        mask_id=vocabulary.mask,
        vocabulary_size=vocabulary.size,
        mlm_probability=mlm_probability,
    )
    shown = tokens_of(checkpoint.tokenizer, masked.input_ids)
    return tuple(
        Corrupted(position, encoded.tokens[position], fate, shown[position])
        for position, fate in enumerate(masked.fates)
        if fate is not None
    )
