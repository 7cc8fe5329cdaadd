"""XLNet's two streams in the attention explorer.

As it is fine-tuned, XLNet has one stream, in which every token sees every other. In pre-training the text has
an order: the content stream of a token sees what is up to its own rank, the query stream what is before it.
Both use the same weights; special tokens come before all and are not predicted, so they have no query.

A score is more than query times key here: (q + u) k from content, and a distance and a segment term, which
depend on the pair of tokens. ``queries`` holds q + u, so that query times key is the content term.

What is asked when heads are switched off is one token, given all others: nobody sees its content.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from variants.core.attention import Attention, Network, places_of
from variants.core.checkpoint import Checkpoint
from variants.core.encoder_attention import PART, with_same_weights
from variants.core.encoding import Encoded, encode
from variants.core.inference import forward_pass
from variants.xlnet.factorization import Factorization, draw_order, permutation_masks
from variants.xlnet.factorization import places_of as places_of_order
from variants.xlnet.model import load
from variants.xlnet.objective import CLS_SEGMENT

Stream = Literal["whole", "content", "query"]


@dataclass(frozen=True, eq=False, kw_only=True)
class XLNetStream(Network):
    """One of XLNet's streams; ``whole`` is the content stream without an order."""

    key: str
    name: str
    stream: Stream
    note: str
    untraceable: str = ""
    seeded: bool = True
    question: str = "which token stands at the place, given all others"
    products: str = (
        "XLNet adds a term for the distance and one for the segment, which no vector of a single token holds: "
        "what you see is the content term, and the weights are those of the whole score."
    )

    def load(self) -> Checkpoint[Any]:
        """Load the shipped model."""
        return load()

    def read(self, checkpoint: Checkpoint[Any], text: str, second: str | None) -> Encoded:
        """Tokenize a text or a pair: A <sep> B <sep> <cls>, in segments 0, 1 and 2."""
        found = encode(checkpoint.tokenizer, text, second, max_length=checkpoint.max_length)
        return replace(
            found,
            input_ids=_cls_last(found.input_ids),
            tokens=_cls_last(found.tokens),
            special=_cls_last(found.special),
            token_type_ids=(*found.token_type_ids[1:], CLS_SEGMENT),
        )

    def look(self, checkpoint: Checkpoint[Any], encoded: Encoded, seed: int = 0) -> Attention:
        """Run the library's network once, in an order drawn from ``seed`` if the stream has one."""
        body = checkpoint.model.transformer
        places = places_of_order(encoded)
        with forward_pass():
            started = time.perf_counter()
            output = body(**_batch(encoded, None if self.stream == "whole" else draw_order(places, seed)))
            seconds = time.perf_counter() - started
            number = {"whole": 0, "content": 0, "query": 1}[self.stream]
            pairs = output.attentions if self.stream != "whole" else [(each,) for each in output.attentions]
            weights = torch.cat([pair[number] for pair in pairs])
            looks = torch.ones(len(encoded), dtype=torch.bool)
            if self.stream == "query":
                looks = torch.tensor([not special for special in encoded.special])
                weights = weights * looks[None, None, :, None]
            step = 1 if self.stream == "whole" else 2  # the states of both streams take turns
            queries, keys = _projections(body, output.hidden_states[number::step], output.hidden_states[::step])
        return Attention(
            encoded=encoded,
            weights=weights.numpy(),
            queries=queries.numpy(),
            keys=keys.numpy(),
            looks=tuple(looks.tolist()),
            classification=places_of(encoded, checkpoint.vocabulary.cls),
            separators=places_of(encoded, checkpoint.vocabulary.sep),
            seconds=seconds,
        )

    def answers(self, checkpoint: Checkpoint[Any], encoded: Encoded, place: int, gates: Tensor) -> Tensor:
        """Return the log-probability of every token at ``place``, which nobody sees: (rows, vocabulary)."""
        model = with_same_weights(checkpoint.model)
        parts = list[Tensor]()
        for part in gates.split(PART):
            for number, layer in enumerate(model.transformer.layer):
                layer.rel_attn.post_attention = _gated(layer.rel_attn, part[:, number])
            with forward_pass():
                logits = model(**_one_target(encoded, place, len(part))).logits[:, 0]
                parts.append(logits.float().log_softmax(-1))
        return torch.cat(parts)


def _cls_last(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*values[1:], values[0])


def _batch(encoded: Encoded, order: tuple[int, ...] | None) -> dict[str, Any]:
    """Return the input of one pass; with an order every token has a query, also where none is needed."""
    inputs: dict[str, Any] = {
        "input_ids": torch.tensor([encoded.input_ids]),
        "token_type_ids": torch.tensor([encoded.token_type_ids]),
        "output_attentions": True,
        "output_hidden_states": True,
    }
    if order is not None:
        inputs["perm_mask"] = permutation_masks([Factorization(order)], len(encoded))
        inputs["target_mapping"] = torch.eye(len(encoded))[None]
    return inputs


def _one_target(encoded: Encoded, place: int, rows: int) -> dict[str, Tensor]:
    length = len(encoded)
    hidden = torch.zeros(rows, length, length)
    hidden[:, :, place] = 1
    return {
        "input_ids": torch.tensor([encoded.input_ids]).expand(rows, -1),
        "token_type_ids": torch.tensor([encoded.token_type_ids]).expand(rows, -1),
        "perm_mask": hidden,
        "target_mapping": one_hot(torch.tensor([[place]]), length).float().expand(rows, -1, -1),
    }


def _gated(attention: Any, gates: Tensor) -> Callable[..., Tensor]:
    """Return what mixes the heads, with each head (tokens, rows, heads, width) multiplied by its gate."""
    mix = type(attention).post_attention

    def post_attention(states: Tensor, mixed: Tensor, *rest: Any, **named: Any) -> Tensor:
        return mix(attention, states, mixed * gates[None, :, :, None], *rest, **named)

    return post_attention


def _projections(body: Any, looking: Any, seen: Any) -> tuple[Tensor, Tensor]:
    """Return q + u and k of every layer, from the states that look and those that are looked at."""
    attentions = [layer.rel_attn for layer in body.layer]
    queries = [
        torch.einsum("bih,had->baid", state, each.q) + each.r_w_bias[:, None]
        for state, each in zip(looking, attentions, strict=False)  # the last states are read by no layer
    ]
    keys = [torch.einsum("bih,had->baid", state, each.k) for state, each in zip(seen, attentions, strict=False)]
    return torch.cat(queries), torch.cat(keys)


NETWORKS = (
    XLNetStream(
        key="xlnet",
        name="XLNet, as it is fine-tuned",
        stream="whole",
        seeded=False,
        note="Without an order there is one stream, and every token sees all: this is what tasks use.",
    ),
    XLNetStream(
        key="xlnet-content",
        name="XLNet, content stream",
        stream="content",
        note="In an order: a token looks at what comes up to its own rank, itself included. It knows what it is.",
    ),
    XLNetStream(
        key="xlnet-query",
        name="XLNet, query stream",
        stream="query",
        note="In an order: a token looks at what comes before its own rank, never at itself. It predicts.",
        untraceable=(
            "A query looks at content states, and the next layer's query again at content: its layers do "
            "not follow one another. Trace the content stream instead."
        ),
    ),
)
