"""What a BERT makes of a few places: its last layer computed for these alone.

To guess a hidden token, all layers but the last must read the whole text. In the last one only the
hidden place asks; of the others no more than key and value are needed. The numbers are the library's,
for about a fifth less work in a network of four layers.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def states_at(body: Any, input_ids: Tensor, attention_mask: Tensor, chosen: Tensor) -> Tensor:
    """Return the last states of some places, (places, hidden), row by row.

    Args:
        body: a ``BertModel``, or one built in the same way, such as ``RobertaModel``.
        input_ids: (rows, tokens).
        attention_mask: (rows, tokens), 0 at padding.
        chosen: (rows, tokens), True at the places that are asked for.
    """
    states = body.embeddings(input_ids=input_ids)
    unseen = (1.0 - attention_mask[:, None, None].to(states.dtype)) * torch.finfo(states.dtype).min
    *below, last = body.encoder.layer
    for layer in below:
        states = layer(states, unseen)
    return _asked(last, states, unseen, chosen)


def _asked(layer: Any, states: Tensor, unseen: Tensor, chosen: Tensor) -> Tensor:
    """Run one layer with the chosen places as its only queries."""
    attention = layer.attention.self
    rows = chosen.nonzero(as_tuple=True)[0]
    asking = states[chosen]

    def heads(vectors: Tensor) -> Tensor:
        """Split vectors of (..., tokens, hidden) into heads: (..., heads, tokens, width)."""
        return vectors.unflatten(-1, (attention.num_attention_heads, -1)).transpose(-3, -2)

    queries = heads(attention.query(asking)[:, None])
    keys, values = (heads(part(states))[rows] for part in (attention.key, attention.value))
    scores = queries @ keys.transpose(-2, -1) * attention.scaling + unseen[rows]
    mixed = (scores.softmax(-1) @ values).flatten(1)  # one query a place: (places, hidden)
    return layer.feed_forward_chunk(layer.attention.output(mixed, asking))
