"""Where the parameters are: ALBERT's and BERT's, by formula and counted on the real class.

The closed form follows Lan et al., 2019, section 3.1. BERT of the same shape has a table of V x H and
L sets of layer weights; ALBERT has V x E and E x H, and as many sets as its sharing leaves. The
second count builds transformers' own class on torch's ``meta`` device, where tensors have shapes and
no memory, and adds up what is there.

Sharing the attention or the feed-forward weights alone is no option of that class, so those modules
are handed from the first layer to the others. The class keeps the map from E to H also where E = H;
the reference code leaves it out there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import nn
from transformers import AlbertConfig, AlbertForPreTraining, BertConfig, BertForPreTraining

from variants.albert.sizes import Sizes

Level = Literal["encoder", "pooler", "masked-lm", "pretraining"]
LEVELS: dict[Level, str] = {
    "encoder": "the encoder alone",
    "pooler": "with the pooler (`AlbertModel`)",
    "masked-lm": "encoder and MLM head, no pooler (`AlbertForMaskedLM`)",
    "pretraining": "with both pre-training heads (`AlbertForPreTraining`)",
}
TOKENS, PLACES, MAP, ATTENTION, FEED_FORWARD, POOLER, MLM, PAIR = (
    "token table", "positions, segments, norm", "map E to H", "attention", "feed-forward", "pooler", "MLM head",
    "pair head",
)  # fmt: skip
BESIDE_ENCODER: dict[Level, tuple[str, ...]] = {
    "encoder": (),
    "pooler": (POOLER,),
    "masked-lm": (MLM,),
    "pretraining": (POOLER, MLM, PAIR),
}


@dataclass(frozen=True)
class Part:
    """A module, or all modules of one kind: its formula in letters and in numbers."""

    name: str
    letters: str
    numbers: str
    count: int  # parameters


def albert_parts(sizes: Sizes) -> tuple[Part, ...]:
    """Return the parts of ALBERT by formula, heads included."""
    v, e, h = sizes.vocabulary, sizes.embedding, sizes.hidden
    return (
        Part(TOKENS, "V·E", f"{v:,}·{e:,}", v * e),
        _places(sizes, "E", e),
        Part(MAP, "E·H + H", f"{e:,}·{h:,} + {h:,}", e * h + h),
        *_layers(sizes, sizes.attention_sets, sizes.feed_forward_sets),
        Part(POOLER, "H² + H", f"{h:,}² + {h:,}", h * h + h),
        Part(MLM, "H·E + 3E + V", f"{h:,}·{e:,} + 3·{e:,} + {v:,}", h * e + 3 * e + v),
        Part(PAIR, "2H + 2", f"2·{h:,} + 2", 2 * h + 2),
    )


def bert_parts(sizes: Sizes) -> tuple[Part, ...]:
    """Return the parts of a BERT of the same depth, widths and vocabulary."""
    v, h = sizes.vocabulary, sizes.hidden
    return (
        Part(TOKENS, "V·H", f"{v:,}·{h:,}", v * h),
        _places(sizes, "H", h),
        *_layers(sizes, sizes.layers, sizes.layers),
        Part(POOLER, "H² + H", f"{h:,}² + {h:,}", h * h + h),
        Part(MLM, "H² + 3H + V", f"{h:,}² + 3·{h:,} + {v:,}", h * h + 3 * h + v),
        Part(PAIR, "2H + 2", f"2·{h:,} + 2", 2 * h + 2),
    )


def at_level(parts: Iterable[Part], level: Level) -> tuple[Part, ...]:
    """Return the parts that a level holds."""
    return tuple(part for part in parts if part.name not in (POOLER, MLM, PAIR) or part.name in BESIDE_ENCODER[level])


def total(parts: Iterable[Part]) -> int:
    """Return the number of parameters of some parts."""
    return sum(part.count for part in parts)


def totals(parts: Iterable[Part]) -> dict[Level, int]:
    """Return the number of parameters at every level."""
    listed = tuple(parts)
    return {level: total(at_level(listed, level)) for level in LEVELS}


def formula(parts: Iterable[Part]) -> str:
    """Return the sum in letters, in numbers and as one number."""
    listed = tuple(parts)
    letters = " + ".join(f"({part.letters})" for part in listed)
    numbers = " + ".join(f"({part.numbers})" for part in listed)
    return f"{letters} = {numbers} = {total(listed):,}"


def albert_config(sizes: Sizes) -> AlbertConfig:
    """Return the configuration of transformers' class; its own defaults are those of ALBERT-xxlarge."""
    return AlbertConfig(
        vocab_size=sizes.vocabulary,
        embedding_size=sizes.embedding,
        hidden_size=sizes.hidden,
        num_hidden_layers=sizes.layers,
        num_hidden_groups=max(sizes.attention_sets, sizes.feed_forward_sets),
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.feed_forward,
        max_position_embeddings=sizes.positions,
        type_vocab_size=sizes.segments,
        hidden_act="gelu",
    )


def bert_config(sizes: Sizes) -> BertConfig:
    """Return the configuration of a BERT of the same depth, widths and vocabulary."""
    return BertConfig(
        vocab_size=sizes.vocabulary,
        hidden_size=sizes.hidden,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.feed_forward,
        max_position_embeddings=sizes.positions,
        type_vocab_size=sizes.segments,
        hidden_act="gelu",
    )


def count_albert(sizes: Sizes) -> dict[str, int]:
    """Build ALBERT on the meta device and count the parameters of each part; a shared one counts once."""
    with torch.device("meta"):
        model = AlbertForPreTraining(albert_config(sizes))
    groups: Any = model.albert.encoder.albert_layer_groups
    first, *others = (group.albert_layers[0] for group in groups)
    for layer in others:
        if sizes.sharing == "attention":
            layer.attention = first.attention
        elif sizes.sharing == "feed-forward":
            layer.ffn, layer.ffn_output = first.ffn, first.ffn_output
            layer.full_layer_layer_norm = first.full_layer_layer_norm
    return _counted(model)


def count_bert(sizes: Sizes) -> dict[str, int]:
    """Build BERT of the same shape on the meta device and count the parameters of each part."""
    with torch.device("meta"):
        model = BertForPreTraining(bert_config(sizes))
    return _counted(model)


NAMED: Mapping[str, str] = {  # the first that is in a parameter's name says which part it belongs to
    "word_embeddings": TOKENS,
    "embedding_hidden_mapping_in": MAP,
    "embeddings.": PLACES,
    ".attention.": ATTENTION,
    "encoder.": FEED_FORWARD,
    "pooler": POOLER,
    "predictions.": MLM,
    "": PAIR,
}


def _counted(model: nn.Module) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for name, parameter in model.named_parameters():  # a tied or shared tensor comes once
        counts[next(part for sign, part in NAMED.items() if sign in name)] += parameter.numel()
    return dict(counts)


def _places(sizes: Sizes, letter: str, width: int) -> Part:
    rows = sizes.positions + sizes.segments + 2
    numbers = f"({sizes.positions:,} + {sizes.segments} + 2)·{width:,}"
    return Part(PLACES, f"(P + T + 2)·{letter}", numbers, rows * width)


def _layers(sizes: Sizes, attention_sets: int, feed_forward_sets: int) -> tuple[Part, Part]:
    h, f = sizes.hidden, sizes.feed_forward
    return (
        Part(
            ATTENTION,
            f"{attention_sets}·(4(H² + H) + 2H)",
            f"{attention_sets}·(4·({h:,}² + {h:,}) + 2·{h:,})",
            attention_sets * (4 * (h * h + h) + 2 * h),
        ),
        Part(
            FEED_FORWARD,
            f"{feed_forward_sets}·(2HF + F + 3H)",
            f"{feed_forward_sets}·(2·{h:,}·{f:,} + {f:,} + 3·{h:,})",
            feed_forward_sets * (2 * h * f + f + 3 * h),
        ),
    )
