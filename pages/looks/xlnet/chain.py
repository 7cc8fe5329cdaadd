"""A text longer than the window: segment after segment, with and without the memory of the one before."""

import streamlit as st

from pages.ui.cache import remember
from pages.ui.controls import slider
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.xlnet import VARIANT, segments
from variants.xlnet.demo import XLNet
from variants.xlnet.figures import two_bars


def in_segments(xlnet: XLNet, text: str) -> None:
    """Read a long text in segments; compare what each later one is worth with and without memory."""
    room = segments.room_of(xlnet)
    size = slider("Tokens in a segment", key="segment", low=segments.SMALLEST, high=room, default=room)
    chain = remember(segments.read_in_segments)(xlnet, text, size)
    names = [f"segment {number}" for number in range(2, 2 + len(chain.later))]
    totals = {
        "without memory": [float(each.alone.sum()) for each in chain.later],
        "with memory": [float(each.remembering.sum()) for each in chain.later],
    }
    title = "log p of each later segment, from left to right"
    show_figure(two_bars(title, names, totals, accent(VARIANT)), key="segments", note=_left_out(chain))
    _in_sight(chain, names, xlnet.model.config.n_layer)
    number = 2
    if len(chain.later) > 1:
        number = slider("Look into segment", key="which_segment", low=2, high=1 + len(chain.later), default=2)
    chosen = chain.later[number - 2]
    tokens = {"without memory": chosen.alone.tolist(), "with memory": chosen.remembering.tolist()}
    title = f"log p of each token of segment {number}"
    show_figure(two_bars(title, chosen.tokens, tokens, accent(VARIANT)), key="memory")


def _in_sight(chain: segments.Chain, names: list[str], layers: int) -> None:
    show_table(
        [
            {
                "segment": name,
                "its tokens": f"{len(each.tokens)}",
                "its last one sees, alone": f"{len(each.tokens) - 1}",
                "its last one sees, with memory": f"{len(each.tokens) - 1 + each.remembered}",
                "log p, alone": f"{each.alone.sum():.2f}",
                "log p, with memory": f"{each.remembering.sum():.2f}",
                "gain": f"{each.gain:+.2f} nats",
            }
            for name, each in zip(names, chain.later, strict=True)
        ]
    )
    st.caption(
        f"Only the segment before is in memory, {len(chain.first)} tokens, yet its states were computed with the one "
        f"before that in sight: through {layers} layers a token hears of up to {layers} segments back. Our model was "
        "pre-trained without memory, so it uses it as text in front."
    )


def _left_out(chain: segments.Chain) -> str:
    return f"The {chain.left_out:,} tokens behind the last segment are not read." if chain.left_out else ""
