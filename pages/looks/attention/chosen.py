"""What the learner looks at: a network, a text, one of its heads; and what is pinned beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.ui.address import keep, value_of, whole_number
from pages.ui.cache import remember
from pages.ui.chapter import attempt, say
from pages.ui.controls import slider
from pages.ui.plain import plain
from pages.ui.theme import accent, is_dark
from variants import find_variant
from variants.core.attention import Attention, Network, find_network
from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded
from variants.core.head_statistics import HeadStatistics, statistics_of

MOST_SEEDS = 99
PIN = ("pin", "pin_text", "pin_second", "pin_seed")  # keys of the address


@dataclass(frozen=True, eq=False)
class Seen:
    """One network's attention to one text."""

    network: Network
    checkpoint: Checkpoint[Any]
    attention: Attention
    statistics: tuple[HeadStatistics, ...]  # layer by layer

    @property
    def shape(self) -> tuple[int, int]:
        """Return the numbers of layers and heads."""
        layers, heads = self.attention.weights.shape[:2]
        return layers, heads

    @property
    def accent(self) -> str:
        """Return the colour of the variant."""
        return accent(find_variant(self.network.key.split("-")[0]))

    @property
    def pin_accent(self) -> str:
        """Return a colour for what stands beside it."""
        return "#e8a35c" if is_dark() else "#a85a10"


def look(network: Network, text: str, second: str, seed: int) -> Seen:
    """Run a network on a text, or on a pair where a second text is given."""
    checkpoint = network.load()
    encoded = network.read(checkpoint, text, second if second.strip() else None)
    attention = remember(_look, most=32)(network, checkpoint, encoded, seed)
    return Seen(network, checkpoint, attention, remember(statistics_of)(attention))


def _look(network: Network, checkpoint: Checkpoint[Any], encoded: Encoded, seed: int) -> Attention:
    return network.look(checkpoint, encoded, seed)


def notices(seen: Seen, second: str) -> None:
    """Say what was cut, and what is special about the network."""
    say(seen.attention.encoded.notices)
    if seen.network.note:
        st.caption(plain(seen.network.note))
    if second.strip() and seen.network.pairs:
        st.caption(plain(seen.network.pairs))


def choose_head(seen: Seen) -> tuple[int, int]:
    """Draw the sliders for layer and head; return both counted from 0."""
    layers, heads = seen.shape
    columns = st.columns(2)
    with columns[0]:
        layer = slider("Layer", key="layer", low=1, high=layers, default=1) if layers > 1 else 1
    with columns[1]:
        head = slider("Head", key="head", low=1, high=heads, default=1) if heads > 1 else 1
    return layer - 1, head - 1


def open_head(layer: int, head: int) -> None:
    """Write a head, counted from 0, to the address, as its sliders do."""
    keep("layer", str(layer + 1), "1")
    keep("head", str(head + 1), "1")


def pin_buttons(seen: Seen, text: str, second: str, seed: int) -> None:
    """Draw the buttons that pin what is seen now, and that take the pin out."""

    def pin() -> None:
        for key, value in zip(PIN, (seen.network.key, text, second, str(seed)), strict=True):
            keep(key, value)

    def unpin() -> None:
        for key in PIN:
            keep(key, "")

    with st.container(horizontal=True):
        st.button("Pin this text and model", key="pin_now", on_click=pin, icon=":material/keep:")
        if value_of("pin", "", str):
            st.button("Take the pin out", key="unpin", on_click=unpin)


def pinned(networks: Sequence[Network]) -> Seen | None:
    """Return what is pinned, None where nothing is, or nothing that can be shown."""
    key = value_of("pin", "", str)
    if not key:
        return None
    seed = value_of("pin_seed", 0, whole_number(0, MOST_SEEDS))
    text, second = value_of("pin_text", "", str), value_of("pin_second", "", str)
    return attempt(lambda: look(find_network(networks, key), text, second, seed))


def described(seen: Seen) -> str:
    """Return a short name for a network and its text."""
    words = " ".join(seen.attention.encoded.tokens)
    return f"{seen.network.name}: {words[:60]}{'…' if len(words) > 60 else ''}"


def head_name(statistics: HeadStatistics) -> str:
    """Return what a head is called."""
    return f"layer {statistics.layer}, head {statistics.head}"
