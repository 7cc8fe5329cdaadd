"""The memory of earlier segments, and positions that are distances.

Yang et al., 2019, section 2.4, after Transformer-XL (Dai et al., 2019). A long text is read in
segments. Of each, the states of every layer are kept, without gradients, and the next segment looks
at them as if they stood in front of it. Layer m of one segment reads layer m - 1 of the one before it,
so that L layers reach L segments back although only one is kept. Places are told apart by distance
alone; a text may stand anywhere, and no length is the longest.

Our models were pre-trained without memory: what it brings here is what their positions carry over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad

from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.guesses import Floats
from variants.core.inference import forward_pass
from variants.core.samples import sample_documents
from variants.core.task import Batch
from variants.xlnet.demo import XLNet, batch_of, edited, query_logits, read, spread
from variants.xlnet.factorization import Factorization, places_of

Memory = list[Tensor]  # of each layer what it read, (tokens, batch, width): the embeddings first
SHIFTS = (1, 10, 100)


@dataclass(frozen=True, eq=False)
class Recurrence:
    """The second segment of a text, predicted from left to right; log-probabilities of its tokens."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    alone: Floats  # (tokens of the second segment,)
    remembering: Floats  # the same, with the first segment in memory
    shape: tuple[int, int, int]  # of one layer's memory


@dataclass(frozen=True)
class Reach:
    """How far back an edit is felt in the last segment."""

    segment: int  # tokens in one segment
    moved: tuple[float, ...]  # mean change of a log-probability; one segment back first


def sample_text(checkpoint: XLNet) -> Encoded:
    """Return a passage of the sample text that fills the window."""
    return read(checkpoint, " ".join(sample_documents()[0].paragraphs))


def cut(encoded: Encoded, at: int) -> tuple[tuple[int, ...], Encoded]:
    """Cut a text in two: the ids of the first segment, and the second, with <sep> and <cls>."""
    places = places_of(encoded)
    if not 0 < at < len(places):
        raise InputError("Two segments need at least a token each: type a longer text, or take the sample's.")
    kept = [place for place in range(len(encoded)) if place >= places[at]]
    second = Encoded(
        tuple(encoded.input_ids[place] for place in kept),
        tuple(encoded.tokens[place] for place in kept),
        tuple(encoded.token_type_ids[place] for place in kept),
        tuple(encoded.special[place] for place in kept),
    )
    return tuple(encoded.input_ids[place] for place in places[:at]), second


def remember_segment(checkpoint: XLNet, ids: Sequence[int], earlier: Memory | None = None) -> Memory:
    """Read a segment, whose tokens all see each other and ``earlier``; return what it leaves behind."""
    output: Any = checkpoint.model.transformer(torch.tensor([ids]), mems=earlier, use_mems=True)
    return [layer[-len(ids) :] for layer in output.mems]


def logits_with(checkpoint: XLNet, batch: Batch, memory: Memory | None) -> Tensor:
    """Return what the library's query stream says of each target, all of ``memory`` in sight."""
    orders = len(batch["input_ids"])
    shared = None if memory is None else [layer.expand(-1, orders, -1) for layer in memory]
    return checkpoint.model(**batch, mems=shared, use_mems=False).logits.float()


def recurrence(checkpoint: XLNet, encoded: Encoded, at: int) -> Recurrence:
    """Predict what stands from place number ``at`` on, with and without the memory of what stands before it."""
    first, second = cut(encoded, at)
    places = places_of(second)
    batch = batch_of(second, [Factorization(places)])
    with forward_pass():
        memory = remember_segment(checkpoint, first)
        alone, remembering = with_and_without(checkpoint, batch, memory, places)
    length, number, width = memory[0].shape
    tokens = tuple(checkpoint.tokenizer.convert_ids_to_tokens(list(first)))
    return Recurrence(
        tokens, tuple(second.tokens[place] for place in places), alone, remembering, (length, number, width)
    )


def with_and_without(checkpoint: XLNet, batch: Batch, memory: Memory, places: Sequence[int]) -> tuple[Floats, Floats]:
    """Return the log-probability of the token at each of ``places``, read alone and with ``memory``."""
    alone, remembering = (
        spread(logits_with(checkpoint, batch, known), batch)[0, list(places)].numpy() for known in (None, memory)
    )
    return alone, remembering


def reach(checkpoint: XLNet, encoded: Encoded) -> Reach:
    """Read a text in segments, only the last of them remembered; edit one, and look at the last segment."""
    segments = checkpoint.model.config.n_layer + 2
    size = len(places_of(encoded)) // segments
    if size < 1:
        raise InputError(f"{segments} segments are needed: type a longer text, or take the sample's.")
    before = _last_of_chain(checkpoint, encoded, size, segments)
    moved: list[float] = []
    for back in range(1, segments):
        changed = encoded
        for place in places_of(encoded)[(segments - 1 - back) * size : (segments - back) * size]:
            changed = edited(checkpoint, changed, place)
        after = _last_of_chain(checkpoint, changed, size, segments)
        moved.append(float((after - before).abs().mean()))
    return Reach(size, tuple(moved))


def _last_of_chain(checkpoint: XLNet, encoded: Encoded, size: int, segments: int) -> Tensor:
    """Return the log-probabilities of the last segment's tokens: (size,)."""
    ids = [encoded.input_ids[place] for place in places_of(encoded)]
    last, places = cut(encoded, (segments - 1) * size)[1], tuple(range(size))
    with forward_pass():
        memory: Memory | None = None
        for number in range(segments - 1):
            memory = remember_segment(checkpoint, ids[number * size : (number + 1) * size], memory)
        order = (*places_of(last)[size:], *places)  # a text is seldom cut in equal parts; the rest is given
        batch = batch_of(last, [Factorization(order, len(order) - size)])
        return spread(logits_with(checkpoint, batch, memory), batch)[0, list(places)]


def shifts(checkpoint: XLNet, encoded: Encoded, factorization: Factorization) -> dict[int, float]:
    """Move a text some places to the right; return how far a log-probability moved at most, for each shift."""
    batch = batch_of(encoded, [factorization])
    with forward_pass():
        before = spread(query_logits(checkpoint, batch), batch)
        found: dict[int, float] = {}
        for shift in SHIFTS:
            moved = shifted(batch, shift, checkpoint.vocabulary.pad)
            after = spread(query_logits(checkpoint, moved), moved)[:, shift:]
            found[shift] = float((after - before).abs().nan_to_num().max())
    return found


def shifted(batch: Batch, shift: int, filler: int) -> Batch:
    """Put ``shift`` tokens in front that nobody may look at."""
    front = (shift, 0)
    return {
        "input_ids": pad(batch["input_ids"], front, value=filler),
        "token_type_ids": pad(batch["token_type_ids"], front),
        "attention_mask": pad(batch["attention_mask"], front),
        "perm_mask": pad(batch["perm_mask"], (*front, *front)),
        "target_mapping": pad(batch["target_mapping"], front),
    }
