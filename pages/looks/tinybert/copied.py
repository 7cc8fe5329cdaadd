"""Which layers are copied, and what the copying of the learner's text costs, term by term."""

import streamlit as st

from pages.ui.controls import choice
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.bert import VARIANT as BERT
from variants.core.layer_map import layer_map
from variants.tinybert import VARIANT
from variants.tinybert.demo import SEQUENCES, WINDOW, Comparison, Pair
from variants.tinybert.imitation import Losses
from variants.tinybert.layers import STRATEGIES, Strategy, copied_layers
from variants.tinybert.parameters import SIZES

MAPS: dict[str, Strategy] = {name: name for name in STRATEGIES}
SAID: dict[Strategy, str] = {
    "uniform": "Evenly: the paper's choice, and the best of the three in its Table 4.",
    "top": "The last ones only: the student must learn all that comes before them without a teacher.",
    "bottom": "The first ones only: nobody shows the student how the teacher goes on.",
}


def which_layers() -> Strategy:
    """Draw the map of the layers; return the chosen strategy."""
    st.markdown("**Which layer copies which?**")
    left, right = st.columns(2)
    with left:
        size = choice("Whose layers?", {key: size.name for key, size in SIZES.items()}, key="size", default="four")
    with right:
        strategy = MAPS[choice("Map", {name: name for name in MAPS}, key="map", default="uniform")]
    pair = SIZES[size]
    depths = pair.student.num_hidden_layers, pair.teacher.num_hidden_layers
    taken = [layer - 1 for layer in copied_layers(strategy, *depths)[1:]]
    colours = accent(BERT), accent(VARIANT)
    title = f"{pair.name}: {depths[0]} layers copy {depths[0]} of {depths[1]}"
    note = SAID[strategy] + " The embeddings copy the embeddings, whatever the map."
    if depths[0] == depths[1]:
        note = "Our student has as many layers as our teacher, and half their width: here the three maps are the same."
    show_figure(layer_map(title, depths[1], taken, colours), key="map", note=note)
    return strategy


def every_term(pair: Pair, comparison: Comparison, found: Losses) -> None:
    """Draw the loss of the text, layer by layer and term by term."""
    st.markdown("**What the student is corrected by, on your text**")
    depths = comparison.student.depth, comparison.teacher.depth
    if depths[0] == depths[1]:
        st.markdown(
            f"Our own pair has {depths[0]} layers each, so every layer copies its namesake, whatever the map above."
        )
    rows = [{"student's": "embeddings", "copies the teacher's": "embeddings", "attention scores": "",
             "hidden states": f"{found.embedding:.4f}"}]  # fmt: skip
    rows += [
        {
            "student's": f"layer {number}",
            "copies the teacher's": f"layer {copied}",
            "attention scores": f"{attention:.4f}",
            "hidden states": f"{hidden:.4f}",
        }
        for number, (copied, attention, hidden) in enumerate(
            zip(found.layers[1:], found.attention, found.hidden, strict=True), start=1
        )
    ]
    show_table(rows)
    prediction = "–" if found.prediction is None else f"{found.prediction:.4f}"
    terms = (
        ("attention", "MSE of the scores before the softmax, all layers", f"{sum(found.attention):.4f}"),
        ("hidden states", "MSE of H·W_h and the teacher's H, all layers", f"{sum(found.hidden):.4f}"),
        ("embeddings", "MSE of E·W_e and the teacher's E", f"{found.embedding:.4f}"),
        ("total, which the copying descends", "every weight is 1", f"{found.total:.4f}"),
        ("predictions, learned after the rest and alone", "soft cross-entropy of the task's classes", prediction),
    )
    show_table([{"term": name, "what it is": what, "on your text": value} for name, what, value in terms])
    widths = pair.student.config.hidden_size, pair.teacher.config.hidden_size
    general = "" if pair.judges else " The general stage has no task, so it predicts nothing."
    st.caption(
        f"Means over your {len(comparison.encoded)} tokens, their pairs and the heads. The paper writes W_h and W_e; "
        f"its code, like ours, has one map for both, from {widths[0]} numbers to {widths[1]}. It is thrown away after "
        f"training; this one is fitted by least squares on {SEQUENCES} sequences of up to {WINDOW} tokens of the "
        f"site's sample text, the best that this student could have.{general}"
    )
