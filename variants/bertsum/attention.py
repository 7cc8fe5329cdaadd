"""BERTSUM in the attention explorer: one [CLS] before every sentence, and segments that take turns.

The first window of the text is shown. What is asked is whether the sentence of a [CLS] is taken; nobody
knows the right answer.
"""

from __future__ import annotations

from typing import Any

import torch
from sentencex import segment  # pyright: ignore[reportAttributeAccessIssue] - a compiled module
from torch import Tensor
from torch.nn.functional import logsigmoid

from variants.bertsum.model import load
from variants.bertsum.windows import windows_of
from variants.core.attention import places_of
from variants.core.checkpoint import Checkpoint
from variants.core.encoder_attention import Encoder, with_same_weights
from variants.core.encoding import MAX_CHARACTERS, Encoded, encode, never_masked
from variants.core.inference import forward_pass
from variants.core.tokenization import readable, tokens_of


class BertSumEncoder(Encoder):
    """BERT below, two layers between sentences above; the heads below are shown."""

    def read(self, checkpoint: Checkpoint[Any], text: str, second: str | None) -> Encoded:
        """Tokenize a text sentence by sentence; a second text counts as more sentences."""
        whole = text if second is None else f"{text}\n{second}"
        notices = encode(checkpoint.tokenizer, whole, max_length=MAX_CHARACTERS).notices  # refuses an empty text
        sentences = [sentence for sentence in segment("en", readable(whole[:MAX_CHARACTERS])) if sentence.strip()]
        cut = checkpoint.tokenizer.backend_tokenizer.encode_batch_fast(sentences, add_special_tokens=False)
        windows = windows_of([each.ids for each in cut if each.ids], checkpoint.vocabulary, checkpoint.max_length)
        first = windows[0]
        left_out = sum(len(each.ids) for each in cut) + 2 * len(first.places) - len(first.input_ids)
        if left_out > 0:
            notices += (
                f"The model reads {checkpoint.max_length} tokens at a time: the last {left_out:,} are left out.",
            )
        ids, marks = first.input_ids, never_masked(checkpoint.tokenizer)
        tokens = tuple(tokens_of(checkpoint.tokenizer, ids))
        return Encoded(ids, tokens, first.token_type_ids, tuple(each in marks for each in ids), notices)

    def places(self, encoded: Encoded) -> tuple[int, ...]:
        """Return the [CLS] of every sentence."""
        return places_of(encoded, encoded.input_ids[0])

    def truth(self, encoded: Encoded, place: int) -> int | None:
        """Return None: what belongs into a summary is not known of a learner's text."""
        del encoded, place

    def answers(self, checkpoint: Checkpoint[Any], encoded: Encoded, place: int, gates: Tensor) -> Tensor:
        """Return the log-probability of “left out” and of “taken”: (rows, 2)."""
        model = with_same_weights(checkpoint.model)
        states = self.gated_states(model, encoded, gates)
        places = self.places(encoded)
        with forward_pass():
            sentences = states[:, list(places)]
            score = model.judge(sentences, torch.ones(sentences.shape[:2], dtype=torch.bool))[:, places.index(place)]
            return torch.stack([logsigmoid(-score), logsigmoid(score)], dim=1)


NETWORKS = (
    BertSumEncoder(
        key="bertsum",
        name="BERTSUM",
        loader=load,
        body=lambda model: model.bert,
        question="whether the sentence of this [CLS] is taken",
        note="Every sentence has a [CLS] of its own, whose segment is A and B in turn.",
    ),
)
