"""Close-ups of what is copied: hidden states, all layers beside all, the softmax that hides shifts, the task."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pages.ui.controls import choice, slider
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.bert import VARIANT as BERT
from variants.core.charts import Series, paired_bars
from variants.core.figures import vector_strips
from variants.tinybert import VARIANT, figures, imitation
from variants.tinybert.demo import Comparison, Widening
from variants.tinybert.imitation import Losses
from variants.tinybert.tasks import CLASSES

MOST_SHIFT = 10


@dataclass(frozen=True)
class Shown:
    """What the close-ups are of."""

    comparison: Comparison
    widen: Widening
    found: Losses
    layer: int
    head: int


def states(shown: Shown) -> None:
    """Draw how near each token's state comes to the teacher's, and one of them number by number."""
    widths = shown.widen.in_features, shown.widen.out_features
    st.markdown(
        f"The student has {widths[0]} numbers a token, its teacher {widths[1]}. W_h brings the one to the other, and "
        "only then are they compared: so a student may be thinner than its teacher, which DistilBERT's may not."
    )
    depth = shown.comparison.student.depth
    names = {0: "embeddings"} | {number: f"layer {number}" for number in range(1, depth + 1)}
    after = choice("States after", names, key="after", default=depth)
    copied = shown.found.layers[after]
    tokens = shown.comparison.encoded.tokens
    errors = imitation.token_errors(shown.comparison, shown.widen, after, copied)
    loss = shown.found.embedding if after == 0 else shown.found.hidden[after - 1]
    bars = paired_bars(
        f"Mean squared error of every token after {names[after]}: {loss:.4f} on average",
        tokens,
        [Series("MSE", errors, accent(VARIANT))],
        format=".3f",
    )
    show_figure(bars, key="states")
    places = {place: f"{place} {token}" for place, token in enumerate(tokens)}
    place = choice("Number by number: which token?", places, key="place", default=0)
    strips = vector_strips(
        f"“{tokens[place]}”: {widths[1]} numbers, the teacher's and the student's through W_h",
        ("teacher", "student"),
        imitation.both_states(shown.comparison, shown.widen, after, copied, place),
        accent(VARIANT),
    )
    show_figure(strips, key="strips")


def layers(shown: Shown) -> None:
    """Draw every layer of the student beside every layer of the teacher."""
    st.markdown(
        "Only the framed pairs were trained to agree. Where a frame holds its row's smallest number, the student's "
        "layer is nearer to the one that it copies than to any other."
    )
    errors = imitation.every_pair(shown.comparison)
    title = "MSE of the attention scores, every layer beside every layer"
    show_figure(figures.layer_errors(title, errors, shown.found.layers[1:], accent(VARIANT)), key="pairs")


def softmax(shown: Shown) -> None:
    """Add a constant to every score of a head: only one of the two comparisons notices."""
    st.markdown(
        "Why raw scores? A softmax looks at differences within a row: add the same number to all of a row, and every "
        "weight stays. TinyBERT's loss copies the number too: a stricter lesson than attention itself needs."
    )
    constant = slider("Add to every score of the chosen head", key="shift", low=0, high=MOST_SHIFT, default=1)
    copied = shown.found.layers[shown.layer]
    moved = imitation.shifted(imitation.scores_of(shown.comparison, "teacher", copied, shown.head), constant)
    rows = {
        "the loss: MSE of the scores, shifted beside not shifted": f"{moved.scores:.4f}",
        "largest change of an attention weight": f"{moved.probabilities:.1e}",
    }
    show_table([{f"teacher's layer {copied}, head {shown.head}, + {constant}": k, "": v} for k, v in rows.items()])


def prediction(shown: Shown) -> None:
    """Draw what both say of the task, and the term between them."""
    found = imitation.answer(shown.comparison)
    if found is None:
        st.info("The general stage has no task: choose the task's TinyBERT above.")
        return
    series = [Series("teacher", found.teacher, accent(BERT)), Series("student", found.student, accent(VARIANT))]
    show_figure(paired_bars("Is your text positive? Both as fine-tuned", CLASSES, series), key="answers")
    rows = {
        "cross-entropy, summed over the classes": f"{found.cross_entropy:.4f} nats",
        "its floor, the teacher's own uncertainty": f"{found.floor:.4f} nats",
        "the term as the reference code takes it, a mean over the classes": f"{found.loss:.4f}",
    }
    show_table([{"prediction": name, "on your text": value} for name, value in rows.items()])
    st.caption("The student learned the teacher's probabilities and never saw a label. No temperature softens them.")


LOOKS: dict[str, tuple[str, Callable[[Shown], None]]] = {
    "states": ("hidden states", states),
    "layers": ("all layers", layers),
    "softmax": ("why scores", softmax),
    "prediction": ("predictions", prediction),
}
