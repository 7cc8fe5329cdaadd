"""Memory: a text in two segments, how far back memory reaches, and a text that is shifted."""

import streamlit as st

from pages.looks.xlnet.chain import in_segments
from pages.ui.cache import remember
from pages.ui.controls import choice, slider
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from pages.ui.tokens import token_strip
from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.xlnet import VARIANT, memory, segments
from variants.xlnet.demo import OrderReading, XLNet
from variants.xlnet.factorization import places_of
from variants.xlnet.figures import two_bars

PASSAGES = {"yours": "your text", "sample": "a longer sample"}


def memory_of_segments(xlnet: XLNet, reading: OrderReading, text: str) -> None:
    """Read a text in segments, with and without memory: as many as it fills, or two where it fills no window."""
    st.markdown(
        "A text longer than the window is read in segments. The states of one segment are kept and the next one looks "
        "at them as if they stood in front of it. This is Transformer-XL's recurrence, which XLNet takes over."
    )
    passage = choice("Which text?", PASSAGES, key="passage", default="yours")
    encoded = remember(memory.sample_text)(xlnet) if passage == "sample" else reading.encoded
    whole = segments.long_sample() if passage == "sample" else text
    if len(remember(segments.ids_of)(xlnet, whole)) > segments.room_of(xlnet):
        in_segments(xlnet, whole)
    else:
        _cut_in_two(xlnet, encoded)
    left, right = st.columns(2, gap="large")
    with left:
        _reach(xlnet, encoded)
    with right:
        _shifts(xlnet, reading)


def _cut_in_two(xlnet: XLNet, encoded: Encoded) -> None:
    length = len(places_of(encoded))
    if length < 2:
        raise InputError("Two segments need at least a token each: type a longer text, or take the sample's.")
    at = 1
    if length > 2:
        at = slider("Tokens in the first segment", key="cut", low=1, high=length - 1, default=length // 2)
    _two_segments(remember(memory.recurrence)(xlnet, encoded, at))


def _two_segments(found: memory.Recurrence) -> None:
    token_strip(found.first, label="First segment, in memory", marks=dict.fromkeys(range(len(found.first)), "seen"))
    token_strip(found.second, label="Second segment, predicted from left to right")
    series = {"without memory": found.alone.tolist(), "with memory": found.remembering.tolist()}
    title = "log p of each token of the second segment, from left to right"
    show_figure(two_bars(title, found.second, series, accent(VARIANT)), key="memory")
    gain = float((found.remembering - found.alone).sum())
    tokens, _, width = found.shape
    st.markdown(
        f"log p of the second segment: {found.alone.sum():.2f} alone, {found.remembering.sum():.2f} with memory, "
        f"**{gain:+.2f} nats**. The memory of one layer holds {tokens} × {width} numbers. Our model was pre-trained "
        "without memory, so it uses it as text in front."
    )


def _reach(xlnet: XLNet, encoded: Encoded) -> None:
    st.markdown("**How far back memory reaches**")
    try:
        found = remember(memory.reach)(xlnet, encoded)
    except InputError as error:
        st.info(str(error))
        return
    show_table(
        [
            {"edited": f"{back} segment{'s' if back > 1 else ''} back", "mean change of log p": _small(moved)}
            for back, moved in enumerate(found.moved, start=1)
        ]
    )
    st.caption(
        f"The text in segments of {found.segment}, only the one before in memory. Each layer reaches one segment "
        f"further: {len(found.moved) - 1} layers, {len(found.moved) - 1} segments, and nothing beyond."
    )


def _shifts(xlnet: XLNet, reading: OrderReading) -> None:
    st.markdown("**Positions are distances**")
    found = remember(memory.shifts)(xlnet, reading.encoded, reading.factorization)
    show_table(
        [
            {"your text moved by": f"{shift} place{'s' if shift > 1 else ''}", "largest change of log p": _small(moved)}
            for shift, moved in found.items()
        ]
    )
    st.caption("What is put in front is hidden from all. What is left of a change is rounding: no place is absolute.")


def _small(value: float) -> str:
    return "0" if value == 0 else f"{value:.1e}" if value < 0.001 else f"{value:.3f}"
