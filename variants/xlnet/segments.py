"""A text longer than the window, read in segments, each with the one before it in memory.

Yang et al., 2019, section 2.4; Dai et al., 2019, section 3.2. Of each segment the states of every layer
are kept, computed with the memory that it had itself. So the next segment looks at the tokens of one
segment more, and through its layers at what those had read of the segments before them.

Left out: memory over several segments, which the library can keep too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from variants.core.encoding import MAX_CHARACTERS, Encoded, never_masked
from variants.core.errors import InputError
from variants.core.guesses import Floats
from variants.core.inference import forward_pass
from variants.core.samples import sample_documents
from variants.core.tokenization import readable, tokens_of
from variants.xlnet.demo import CLS_SEGMENT, XLNet, batch_of
from variants.xlnet.factorization import Factorization, places_of
from variants.xlnet.memory import Memory, remember_segment, with_and_without

MOST = 5  # segments; what stands behind them is not read
SMALLEST = 8  # tokens in a segment


@dataclass(frozen=True, eq=False)
class Segment:
    """A later segment, predicted from left to right: the log-probability of each of its tokens."""

    tokens: tuple[str, ...]
    alone: Floats
    remembering: Floats  # with the segment before it in memory
    remembered: int  # tokens in memory

    @property
    def gain(self) -> float:
        """Return how much more probable memory makes the segment, in nats."""
        return float((self.remembering - self.alone).sum())


@dataclass(frozen=True, eq=False)
class Chain:
    """A text in segments; the first has nothing to remember."""

    first: tuple[str, ...]
    later: tuple[Segment, ...]
    left_out: int  # tokens behind the last segment


def long_sample() -> str:
    """Return a document of the sample text, many windows long."""
    return " ".join(sample_documents()[0].paragraphs)


def ids_of(checkpoint: XLNet, text: str) -> tuple[int, ...]:
    """Return all tokens of a text, however many there are, without special ones."""
    found = checkpoint.tokenizer.encode(readable(text[:MAX_CHARACTERS]), add_special_tokens=False, verbose=False)
    special = never_masked(checkpoint.tokenizer)
    return tuple(token for token in found if token not in special)


def room_of(checkpoint: XLNet) -> int:
    """Return how many tokens of a text fill the window, <sep> and <cls> beside them."""
    return checkpoint.max_length - 2


def read_in_segments(checkpoint: XLNet, text: str, size: int) -> Chain:
    """Predict each segment after the first from left to right, with and without the memory of the one before it."""
    ids = ids_of(checkpoint, text)
    if not 1 <= size <= room_of(checkpoint):
        raise InputError(f"A segment holds 1 to {room_of(checkpoint)} tokens, not {size}.")
    parts = [ids[start : start + size] for start in range(0, min(len(ids), MOST * size), size)]
    if len(parts) < 2:
        raise InputError("The text fits into one segment: type a longer one, take the sample's, or cut it shorter.")
    memory: Memory | None = None
    later: list[Segment] = []
    for before, part in pairwise(parts):
        encoded = closed(checkpoint, part)
        batch = batch_of(encoded, [Factorization(places_of(encoded))])
        with forward_pass():
            memory = remember_segment(checkpoint, before, memory)
            alone, remembering = with_and_without(checkpoint, batch, memory, places_of(encoded))
        later.append(Segment(encoded.tokens[: len(part)], alone, remembering, len(before)))
    first = tuple(tokens_of(checkpoint.tokenizer, parts[0]))
    return Chain(first, tuple(later), max(0, len(ids) - MOST * size))


def closed(checkpoint: XLNet, ids: Sequence[int]) -> Encoded:
    """Return a segment as the model was trained to read a text: <sep> and <cls> behind it."""
    whole = (*ids, checkpoint.vocabulary.sep, checkpoint.vocabulary.cls)
    kinds = (*[0] * (len(ids) + 1), CLS_SEGMENT)
    special = (*[False] * len(ids), True, True)
    return Encoded(whole, tuple(tokens_of(checkpoint.tokenizer, whole)), kinds, special)
