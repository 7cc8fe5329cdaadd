"""The attention of any of our networks on a learner's text.

A network is asked two things: where its heads look (:meth:`Network.look`), and what it answers when some
of them are switched off (:meth:`Network.answers`). A variant says in its part ``attention`` which networks
it has: BERT one, ELECTRA two, XLNet one with two streams.

Vaswani et al., 2017, section 3.2. Row i of a head's weights says how token i mixes the values of all
tokens j; it sums to 1. Left out: the values that are mixed. A large weight on a short value moves little
(Kobayashi et al., 2020).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import Tensor

from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.guesses import Floats

if TYPE_CHECKING:
    from variants.core.variant import Variant


@dataclass(frozen=True, eq=False)
class Attention:
    """Where the heads of one network look in one text; tokens run over the text with its special tokens."""

    encoded: Encoded
    weights: Floats  # (layers, heads, token that looks, token looked at)
    queries: Floats  # (layers, heads, tokens, width of a head)
    keys: Floats  # the same
    looks: tuple[bool, ...]  # whether a token looks at all; rows of one that does not are zero
    classification: tuple[int, ...]  # where [CLS] stands
    separators: tuple[int, ...]  # where [SEP] stands
    seconds: float  # that the pass took

    @property
    def second_start(self) -> int | None:
        """Return where the second text of a pair starts, None where there are not two parts."""
        segments = self.encoded.token_type_ids
        return segments.index(1) if 1 in segments and list(segments) == sorted(segments) else None


class Network(ABC):
    """One network as the attention explorer sees it."""

    key: str  # in addresses
    name: str
    note: str = ""  # what is special about its attention
    pairs: str = ""  # why a pair is unlike what it was trained on, nothing where it was
    products: str = ""  # what query times key leaves out of its scores, nothing where it is all
    untraceable: str = ""  # why its layers cannot be multiplied, nothing where they can
    question: str = ""  # what it is asked when heads are switched off; nothing where it answers no question
    seeded: bool = False  # whether it reads in an order that is drawn

    @abstractmethod
    def load(self) -> Checkpoint[Any]:
        """Load the shipped model."""

    @abstractmethod
    def read(self, checkpoint: Checkpoint[Any], text: str, second: str | None) -> Encoded:
        """Tokenize a text or a pair as this network reads it."""

    @abstractmethod
    def look(self, checkpoint: Checkpoint[Any], encoded: Encoded, seed: int = 0) -> Attention:
        """Run the network once and return its attention."""

    def places(self, encoded: Encoded) -> tuple[int, ...]:
        """Return the places that the question can be asked of."""
        return tuple(place for place, special in enumerate(encoded.special) if not special)

    def truth(self, encoded: Encoded, place: int) -> int | None:
        """Return the number of the right answer at a place, None where nobody knows it."""
        return encoded.input_ids[place]

    @abstractmethod
    def answers(self, checkpoint: Checkpoint[Any], encoded: Encoded, place: int, gates: Tensor) -> Tensor:
        """Return the log-probability of every answer: (rows, answers); raise InputError if it answers nothing.

        ``gates`` has shape (rows, layers, heads): a head is multiplied by its gate, 0 switches it off.
        """


def places_of(encoded: Encoded, token_id: int) -> tuple[int, ...]:
    """Return where a token stands."""
    return tuple(place for place, found in enumerate(encoded.input_ids) if found == token_id)


def networks_of(variants: Sequence[Variant]) -> tuple[Network, ...]:
    """Return the networks of all variants that ship a model, each variant's in its own order."""
    return tuple(
        network
        for variant in variants
        if variant.shows_attention and variant.shipped
        for network in variant.part("attention").NETWORKS
    )


def find_network(networks: Sequence[Network], key: str) -> Network:
    """Return the network called ``key``; raise InputError when there is none."""
    for network in networks:
        if network.key == key:
            return network
    raise InputError(f"There is no network called {key!r}; choose one of {', '.join(n.key for n in networks)}.")
