"""Two-stream attention: transformers' weights, our own way through them, without work for nothing.

Yang et al., 2019, section 2.3. Every token has a *content* state, which knows the token, and every
target a *query* state as well, which knows its place but not what stands there. Both look at the
content states alone, with the same weights; only queries predict:

    score(i, j) = [(q_i + u) k_j + (q_i + v) W_r R_(i-j) + (q_i + b) s_(same or other segment)] / √width

The library computes the same, and a test holds the two equal. But it attends from a query row for
every token, also where nothing is predicted, projects the same distances once for each sequence, and
updates content states after the last layer, where nobody reads them. Here all rows that are needed
go through a layer together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor
from transformers import XLNetModel
from transformers.models.xlnet.modeling_xlnet import XLNetLayer, XLNetRelativeAttention

from variants.core.task import Batch

UNSEEN = -1e30  # the score of what must not be seen


@dataclass(frozen=True)
class Sight:
    """How some rows stand to the tokens; the first two tensors have shape (batch, rows, tokens)."""

    hidden: Tensor  # True where a row must not see a token
    other: Tensor  # True where the two are in different segments
    distances: Tensor  # which row of ``relative``, the same shape or (1, rows, tokens)
    relative: Tensor  # (2 tokens, width): the code of every distance

    def of_queries(self, number: int) -> Sight:
        """Return the last ``number`` rows."""
        return Sight(self.hidden[:, -number:], self.other[:, -number:], self.distances[:, -number:], self.relative)


def query_states(network: XLNetModel, batch: Batch) -> Tensor:
    """Return the targets' last query states: (batch, targets, width)."""
    content = network.word_embedding(batch["input_ids"])
    number = batch["target_mapping"].shape[1]
    rows = torch.cat([content, network.mask_emb.expand(len(content), number, -1)], dim=1)
    sight = look_around(network, batch)
    *layers, last = cast(list[XLNetLayer], list(network.layer))
    for layer in layers:
        rows = layer.ff(attend(layer.rel_attn, rows, rows[:, :-number], sight))
    return last.ff(attend(last.rel_attn, rows[:, -number:], rows[:, :-number], sight.of_queries(number)))


def look_around(network: XLNetModel, batch: Batch) -> Sight:
    """Return what each row sees: first the content rows, one a token, then the query rows, one a target."""
    length = batch["input_ids"].shape[1]
    places = torch.arange(length, device=network.device)
    targets = batch["target_mapping"].argmax(dim=-1)  # (batch, targets)
    rows = torch.cat([places.expand(len(targets), -1), targets], dim=1)  # (batch, rows): the place of each
    hidden = batch["perm_mask"] | (batch["attention_mask"] == 0)[:, None, :]
    own = hidden & ~torch.eye(length, dtype=torch.bool, device=network.device)  # content sees itself
    segments = batch["token_type_ids"]
    return Sight(
        hidden=torch.cat([own, picked(hidden, targets)], dim=1),
        other=segments.gather(1, rows)[:, :, None] != segments[:, None, :],
        distances=length - rows[:, :, None] + places,
        relative=network.relative_positional_encoding(length, length)[:, 0],
    )


def picked(rows: Tensor, places: Tensor) -> Tensor:
    """Return the rows (batch, tokens, n) at ``places`` (batch, targets): (batch, targets, n)."""
    return rows.gather(1, places[:, :, None].expand(-1, -1, rows.shape[-1]))


def attend(attention: XLNetRelativeAttention, rows: Tensor, content: Tensor, sight: Sight) -> Tensor:
    """Let ``rows`` (batch, rows, width) look at ``content`` (batch, tokens, width); return their new states."""
    query = torch.einsum("bih,had->biad", rows, attention.q)
    key = torch.einsum("bjh,had->bjad", content, attention.k)
    value = torch.einsum("bjh,had->bjad", content, attention.v)
    distance = torch.einsum("th,had->tad", sight.relative, attention.r)
    by_content = torch.einsum("biad,bjad->baij", query + attention.r_w_bias, key)
    by_distance = torch.einsum("biad,tad->bait", query + attention.r_r_bias, distance)
    by_distance = by_distance.gather(-1, sight.distances[:, None].expand_as(by_content))
    same, other = torch.einsum("biad,sad->sbai", query + attention.r_s_bias, attention.seg_embed)[..., None]
    by_segment = torch.where(sight.other[:, None], other, same)
    scores = (by_content + by_distance + by_segment) * attention.scale
    weights = scores.masked_fill(sight.hidden[:, None], UNSEEN).softmax(dim=-1)
    return attention.post_attention(rows, torch.einsum("baij,bjad->biad", weights, value))
