"""The two streams, level by level, with the shapes of the tensors that just ran."""

from html import escape

import streamlit as st

from pages.ui.cache import remember
from variants.xlnet.demo import OrderReading, XLNet
from variants.xlnet.inside import Level, TwoStreams, walk_through


def two_streams(xlnet: XLNet, reading: OrderReading) -> None:
    """Draw both streams from their start to the prediction."""
    st.markdown(
        "Whoever predicts a token may know *where* it stands and not *what* stands there; whoever comes later must see "
        "it. One state cannot do both, so there are two, with the same weights. Shapes are of your text."
    )
    found = remember(walk_through)(xlnet, reading.encoded, reading.factorization)
    rows = [_row(found, level) for level in found.levels]
    last = found.levels[-1]
    rows.append(
        _pair(
            ("not read here", f"{_times(last.content)}", "after pre-training it is the stream that is used"),
            ("scores of the vocabulary", _times(found.logits), "one row for each predicted token"),
        )
    )
    st.html(f'<ol class="streams" aria-label="The two streams, from start to prediction">{"".join(rows)}</ol>')
    st.caption(
        f"The mask is {_times(found.perm_mask)}, in every layer the same. Query states differ from the first layer on: "
        "distances in attention tell them where they stand."
    )


def _row(found: TwoStreams, level: Level) -> str:
    if level.layer == 0:
        vectors = "1 different vector" if level.different_queries == 1 else f"{level.different_queries} vectors"
        return _pair(
            ("content h⁰: embeddings", _times(level.content), "what stands at each place"),
            (
                "query g⁰: one learned vector",
                _times(level.query),
                f"of {found.start[0]} numbers, at every place: {vectors}",
            ),
        )
    return _pair(
        (f"content, layer {level.layer}", _times(level.content), "looks at content up to its own rank"),
        (
            f"query, layer {level.layer}",
            _times(level.query),
            f"looks at content before its rank: {level.different_queries} different vectors",
        ),
    )


def _pair(*boxes: tuple[str, str, str]) -> str:
    cells = "".join(
        f"<div><strong>{escape(name)}</strong><span>{escape(shape)}</span><small>{escape(note)}</small></div>"
        for name, shape, note in boxes
    )
    return f"<li>{cells}</li>"


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{size:,}" for size in shape)
