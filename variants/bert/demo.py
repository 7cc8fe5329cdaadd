"""What the BERT page shows: guesses for hidden words, and whether a sentence follows another.

One forward pass makes a :class:`Reading`; everything else is cheap arithmetic on it, so that a
slider never runs the model again. All hidden tokens are hidden at once and guessed independently of
each other, as in pre-training. Probabilities are a softmax over the whole vocabulary.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from transformers import BertForPreTraining

from variants.core.checkpoint import Checkpoint, load_checkpoint
from variants.core.encoding import Encoded, Side, encode, mask_positions
from variants.core.errors import InputError
from variants.core.inference import forward_pass
from variants.core.masking import Fate, mask_tokens
from variants.core.tokenization import readable, tokens_of

Floats: TypeAlias = npt.NDArray[np.float32]
Bert: TypeAlias = Checkpoint[BertForPreTraining]

MASK = "[MASK]"


@dataclass(frozen=True, eq=False)
class Reading:
    """One forward pass over a text with some tokens hidden."""

    encoded: Encoded  # as the model read it
    original: Encoded  # before anything was hidden
    masks: tuple[int, ...]  # positions
    logits: Floats  # (masks, vocabulary)
    hidden_states: Floats  # (layers + 1, tokens, hidden); 0 is the embedding
    attentions: Floats  # (layers, heads, query, key)
    seconds: float  # that the pass took


@dataclass(frozen=True)
class Guess:
    """A token and how probable the model finds it, in [0, 1]."""

    token: str
    probability: float


@dataclass(frozen=True)
class WordRank:
    """Where one word stands among all that could fill a place."""

    word: str
    probability: float
    rank: int  # 1 is the best guess


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


def load(source: str = "bert") -> Bert:
    """Load our BERT, or another one from a folder or by hub id."""
    return load_checkpoint(BertForPreTraining.from_pretrained, source)


def read(checkpoint: Bert, text: str, second: str | None = None) -> Encoded:
    """Tokenize a text (or a pair) for this model."""
    return encode(checkpoint.tokenizer, text, second, max_length=checkpoint.max_length)


def hide(checkpoint: Bert, encoded: Encoded, masks: tuple[int, ...]) -> Encoded:
    """Return the input with [MASK] at ``masks``."""
    for position in masks:
        encoded = encoded.replace(encoded.position(position), checkpoint.vocabulary.mask, MASK)
    return encoded


def fill(checkpoint: Bert, encoded: Encoded, masks: tuple[int, ...] = ()) -> Reading:
    """Hide ``masks`` beside every [MASK] in the text and run the model once."""
    hidden = hide(checkpoint, encoded, masks)
    positions = mask_positions(hidden, checkpoint.vocabulary.mask)
    with forward_pass():
        started = time.perf_counter()
        output = checkpoint.model.bert(
            torch.tensor([hidden.input_ids]),
            token_type_ids=torch.tensor([hidden.token_type_ids]),
            output_attentions=True,
            output_hidden_states=True,
        )
        logits = checkpoint.model.cls.predictions(output.last_hidden_state[0, list(positions)])
        seconds = time.perf_counter() - started
    return Reading(
        encoded=hidden,
        original=encoded,
        masks=positions,
        logits=logits.numpy(),
        hidden_states=torch.stack(output.hidden_states)[:, 0].numpy(),
        attentions=torch.stack(output.attentions)[:, 0].numpy(),
        seconds=seconds,
    )


def probabilities(logits: Floats) -> npt.NDArray[np.float64]:
    """Return the softmax over the last axis."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def logits_at(reading: Reading, position: int) -> Floats:
    """Return the logits over the vocabulary at a hidden position; raise InputError if it is not hidden."""
    if position not in reading.masks:
        raise InputError(f"Token {position} is not hidden; click it to hide it.")
    return reading.logits[reading.masks.index(position)]


def best_guesses(checkpoint: Bert, logits: Floats, top_k: int) -> tuple[Guess, ...]:
    """Return the ``top_k`` most probable tokens."""
    probability = probabilities(logits)
    count = min(max(1, top_k), len(probability))
    # Sorting all of the vocabulary would take longer; equal guesses keep its order.
    good = np.flatnonzero(probability >= np.partition(probability, -count)[-count])
    best = good[np.argsort(-probability[good], kind="stable")][:count]
    tokens = tokens_of(checkpoint.tokenizer, best.tolist())
    return tuple(Guess(token, float(probability[i])) for token, i in zip(tokens, best, strict=True))


def token_id_of(checkpoint: Bert, word: str) -> int:
    """Return the id of a word that is one piece of the vocabulary; raise InputError otherwise."""
    tokenizer = checkpoint.tokenizer
    word = readable(word).strip()
    if word.startswith("##") and (piece := tokenizer.get_vocab().get(word.lower())) is not None:
        return piece
    ids = tokenizer.encode(word, add_special_tokens=False)
    if len(ids) != 1:
        pieces = " ".join(tokens_of(tokenizer, ids)) or "nothing"
        raise InputError(f"“{word}” is {pieces} to this vocabulary, and one [MASK] holds one piece: try another word.")
    if ids[0] == checkpoint.vocabulary.unk:
        raise InputError(f"“{word}” is not in the vocabulary: try another word.")
    return ids[0]


def is_one_piece(checkpoint: Bert, word: str) -> bool:
    """Say whether one [MASK] can hold the word."""
    try:
        token_id_of(checkpoint, word)
    except InputError:
        return False
    return True


def rank_of(checkpoint: Bert, logits: Floats, word: str) -> WordRank:
    """Return the probability and the rank of a word that the learner names."""
    token_id = token_id_of(checkpoint, word)
    probability = probabilities(logits)
    rank = 1 + int((probability > probability[token_id]).sum())
    return WordRank(tokens_of(checkpoint.tokenizer, [token_id])[0], float(probability[token_id]), rank)


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


def default_masks(checkpoint: Bert, encoded: Encoded) -> tuple[int, ...]:
    """Return what is hidden until the learner chooses: the last word, unless the text hides one itself."""
    if checkpoint.vocabulary.mask in encoded.input_ids:
        return ()
    whole = [place for place, token in enumerate(encoded.tokens) if token.isalpha() and not encoded.special[place]]
    return tuple(whole[-1:])
